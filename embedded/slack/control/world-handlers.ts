import { ApiError } from '../api-error';
import { removeMessage } from '../methods/chat';
import type { Channel, User, Workspace } from '../types';
import { ensureChannel, ensureDefaultWorkspace, ensureUser, ensureWorkspace } from '../workspaces';
import type { Handlers } from './contract';
import { type ControlParts, workspaceInfo, workspaceOf } from './parts';

/** Verbs that make and change workspaces, people and channels. */
export function worldHandlers(
  parts: ControlParts,
): Handlers<
  | 'ensureWorkspace'
  | 'setScopes'
  | 'setToken'
  | 'ensureUser'
  | 'updateUser'
  | 'ensureChannel'
  | 'updateChannel'
  | 'workspaces'
  | 'users'
  | 'channels'
  | 'deleteMessage'
  | 'reset'
> {
  const { state } = parts;
  const put = (workspace: Workspace) => workspaceInfo(parts, state.workspaces.put(workspace.id, workspace));
  const user = (workspace: Workspace, id: string): User => {
    const found = state.user(workspace.id, id === 'bot' ? workspace.botUserId : id);
    if (found === undefined) throw new ApiError('user_not_found', { detail: id });
    return found;
  };
  const channel = (workspace: Workspace, id: string): Channel => {
    const found = state.channel(workspace.id, id);
    if (found === undefined) throw new ApiError('channel_not_found');
    return found;
  };
  return {
    ensureWorkspace: (input) => workspaceInfo(parts, ensureWorkspace(state, input)),
    setScopes: ({ team, scopes }) => put({ ...workspaceOf(parts, team), scopes }),
    setToken: ({ team, state: tokenState }) => put({ ...workspaceOf(parts, team), tokenState }),
    ensureUser: ({ team, name, email, id, homeTeam, timeZone }) => {
      const teamId = workspaceOf(parts, team).id;
      if (
        id !== undefined &&
        state.user(teamId, id) !== undefined &&
        state.user(teamId, id)?.email !== email.toLowerCase()
      )
        throw new ApiError('user_id_taken');
      const handle = (email.split('@')[0] ?? name).toLowerCase();
      return ensureUser(state, {
        teamId,
        name: handle,
        realName: name,
        email,
        id,
        homeTeamId: homeTeam,
        timeZone,
      });
    },
    updateUser: ({ team, user: id, deleted, email, name }) => {
      const before = user(workspaceOf(parts, team), id);
      return state.putUser({
        ...before,
        deleted: deleted ?? before.deleted,
        email: email?.toLowerCase() ?? before.email,
        realName: name ?? before.realName,
      });
    },
    ensureChannel: ({ team, name, isPrivate, members, withBot }) => {
      const workspace = workspaceOf(parts, team);
      const people = members.map((id) => user(workspace, id).id);
      return ensureChannel(state, {
        teamId: workspace.id,
        name,
        isPrivate,
        creator: people[0] ?? workspace.botUserId,
        members: [...people, ...(withBot ? [workspace.botUserId] : [])],
      });
    },
    updateChannel: ({ team, channel: id, isArchived, add, remove }) => {
      const workspace = workspaceOf(parts, team);
      const before = channel(workspace, id);
      const gone = remove.map((one) => user(workspace, one).id);
      const members = new Set([...before.members, ...add.map((one) => user(workspace, one).id)]);
      for (const one of gone) members.delete(one);
      return state.putChannel({
        ...before,
        isArchived: isArchived ?? before.isArchived,
        members: [...members],
      });
    },
    workspaces: () => state.workspaces.all().map((one) => workspaceInfo(parts, one)),
    users: ({ team }) => state.usersOf(workspaceOf(parts, team).id),
    channels: ({ team }) => state.channelsOf(workspaceOf(parts, team).id),
    deleteMessage: ({ team, channel: id, ts }) => {
      const message = state.message(workspaceOf(parts, team).id, id, ts);
      if (message === undefined) throw new ApiError('message_not_found');
      removeMessage(state, message);
      return null;
    },
    reset: () => {
      const first = workspaceOf(parts, undefined);
      state.clear();
      for (const part of [parts.faults, parts.recorder, parts.warnings, parts.events]) part.clear();
      return workspaceInfo(parts, ensureDefaultWorkspace(state, first));
    },
  };
}
