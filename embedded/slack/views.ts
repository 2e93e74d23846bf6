import { createHash } from 'node:crypto';
import { ApiError } from './api-error';
import type { ViewInput } from './blocks/view-schema';
import { initialValues, keepValues } from './form-values';
import { newId } from './ids';
import type { SlackState } from './state';
import type { View } from './types';

/** The most modals that lie on one another. */
const STACK_MAX = 3;

/** Whose view it is. */
export interface Viewer {
  teamId: string;
  userId: string;
}

/** The open modals of a user, bottom first. */
export function modalStack(state: SlackState, { teamId, userId }: Viewer): View[] {
  return state.viewsOf(teamId, userId).filter(({ content }) => content.type === 'modal');
}

/** The App Home last published for a user. */
export function homeView(state: SlackState, { teamId, userId }: Viewer): View | undefined {
  return state.viewsOf(teamId, userId).find(({ content }) => content.type === 'home');
}

/** Opens a first modal; whatever was open before is gone. @throws ApiError `invalid_arguments`, `duplicate_external_id`. */
export function openModal(state: SlackState, viewer: Viewer, content: ViewInput): View {
  refuseKind(content, 'modal');
  refuseTakenExternalId(state, viewer.teamId, content, null);
  for (const open of modalStack(state, viewer)) state.deleteView(open);
  return store(state, viewer, content, null);
}

/** Lays a modal on the open ones. @throws ApiError `push_limit_reached` beyond three, `not_found` with none open. */
export function pushModal(state: SlackState, viewer: Viewer, content: ViewInput): View {
  refuseKind(content, 'modal');
  refuseTakenExternalId(state, viewer.teamId, content, null);
  const stack = modalStack(state, viewer);
  const top = stack.at(-1);
  if (top === undefined) throw new ApiError('not_found');
  if (stack.length >= STACK_MAX) throw new ApiError('push_limit_reached');
  return store(state, viewer, content, top);
}

/**
 * Replaces what a view shows; typed values stay where block_id and action_id do.
 * @param hash - refused when the view is another by now.
 * @throws ApiError `hash_conflict`, `duplicate_external_id`.
 */
export function replaceView(
  state: SlackState,
  view: View,
  content: ViewInput,
  hash: string | undefined,
): View {
  if (hash !== undefined && hash !== view.hash) throw new ApiError('hash_conflict');
  refuseKind(content, view.content.type);
  refuseTakenExternalId(state, view.teamId, content, view.id);
  const values = keepValues(content.blocks, view.values);
  return state.putView({ ...view, content, values, errors: {}, hash: newHash(state) });
}

/** Publishes a user's App Home. @throws ApiError `hash_conflict`. */
export function publishHome(
  state: SlackState,
  viewer: Viewer,
  content: ViewInput,
  hash: string | undefined,
): View {
  refuseKind(content, 'home');
  const before = homeView(state, viewer);
  if (before !== undefined) return replaceView(state, before, content, hash);
  if (hash !== undefined) throw new ApiError('hash_conflict');
  refuseTakenExternalId(state, viewer.teamId, content, null);
  return store(state, viewer, content, null);
}

function store(state: SlackState, viewer: Viewer, content: ViewInput, below: View | null): View {
  const id = newId('V');
  return state.putView({
    id,
    teamId: viewer.teamId,
    userId: viewer.userId,
    content,
    hash: newHash(state),
    rootId: below?.rootId ?? id,
    previousId: below?.id ?? null,
    values: initialValues(content.blocks),
    errors: {},
  });
}

function newHash(state: SlackState): string {
  const ts = state.clock.nextTs();
  return `${ts.slice(0, 10)}.${createHash('sha256').update(ts).digest('hex').slice(0, 8)}`;
}

function refuseKind(content: ViewInput, kind: ViewInput['type']): void {
  if (content.type !== kind)
    throw new ApiError('invalid_arguments', {
      response_metadata: { messages: [`[ERROR] must be a ${kind} view [json-pointer:/view/type]`] },
    });
}

function refuseTakenExternalId(
  state: SlackState,
  teamId: string,
  content: ViewInput,
  ownId: string | null,
): void {
  const external = content.external_id ?? '';
  if (external === '') return;
  const taken = state.views
    .all()
    .some((view) => view.teamId === teamId && view.id !== ownId && view.content.external_id === external);
  if (taken) throw new ApiError('duplicate_external_id');
}
