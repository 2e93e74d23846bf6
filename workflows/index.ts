/** Every export of this file is a workflow type: workflow functions only. */
export { heldNotices } from './held-notices';
export { invite } from './invite';
export { share } from './share';
