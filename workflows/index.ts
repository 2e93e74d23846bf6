/** Every export of this file is a workflow type: workflow functions only. */
export { accessChange } from './access-change';
export { heldNotices } from './held-notices';
export { invite } from './invite';
export { keyring } from './keyring';
export { share } from './share';
