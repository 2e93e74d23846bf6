import type { ControlParts } from '../control/parts';
import { canSee } from '../delivery/payloads';
import type { Channel, User, View, Workspace } from '../types';
import { homeView, modalStack } from '../views';
import { conversationsOf, type Viewpoint } from './names';

/** What one request of the page shows. */
export interface PageData {
  viewpoint: Viewpoint;
  workspace: Workspace;
  /** Everybody this page can be looked at as. */
  people: User[];
  /** The open conversation; null for the app's Home tab. */
  channel: Channel | null;
  home: View | undefined;
  modal: View | undefined;
  /** action_ids with a warning triangle on a message or view. */
  warnedOn(surface: string): Set<string>;
}

/** Reads the page's data for a person and place; null when there is no such person in the workspace. */
export function readPage(
  { state, warnings }: ControlParts,
  workspace: Workspace,
  userId: string,
  place: string,
): PageData | null {
  const user = state.user(workspace.id, userId);
  if (user === undefined || user.deleted || user.isBot) return null;
  const viewpoint = { state, user };
  const asked = state.channel(workspace.id, place);
  const first = conversationsOf(viewpoint).channels[0];
  const viewer = { teamId: workspace.id, userId: user.id };
  return {
    viewpoint,
    workspace,
    people: peopleOf({ state, user }),
    channel: place === 'home' ? null : asked !== undefined && canSee(asked, user) ? asked : (first ?? null),
    home: homeView(state, viewer),
    modal: modalStack(state, viewer).at(-1),
    warnedOn: (surface) =>
      new Set(
        warnings
          .list()
          .filter((one) => one.team === workspace.id && one.user === user.id && one.surface === surface)
          .map(({ actionId }) => actionId),
      ),
  };
}

function peopleOf({ state, user }: Viewpoint): User[] {
  return state.usersOf(user.teamId).filter((one) => !one.deleted && !one.isBot);
}
