import { ApiError } from '../api-error';
import type { InteractionParts } from '../delivery/actions';
import type { DeliveryResult } from '../delivery/deliver';
import type { EventSender } from '../delivery/events';
import type { Faults } from '../faults';
import type { Recorder } from '../record';
import type { Workspace } from '../types';
import type { Sent, WorkspaceInfo } from './contract';

/** What the control API's verbs work on. */
export interface ControlParts extends InteractionParts {
  events: EventSender;
  faults: Faults;
  recorder: Recorder;
}

/** The workspace meant, the first one when none is named. @throws ApiError `team_not_found`. */
export function workspaceOf({ state }: ControlParts, team: string | undefined): Workspace {
  const workspace = state.workspaces.get(team ?? state.app.defaultTeamId);
  if (workspace === undefined) throw new ApiError('team_not_found');
  return workspace;
}

/** A workspace with the app's own settings. */
export function workspaceInfo({ state }: ControlParts, workspace: Workspace): WorkspaceInfo {
  const { signingSecret, appId } = state.app;
  return { ...workspace, signingSecret, appId };
}

/** The part of a delivery's result that a person would notice. */
export function sent({ ok, status, failure, body }: DeliveryResult): Sent {
  return { ok, status, failure, body };
}
