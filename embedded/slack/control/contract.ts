import type { z } from 'zod';
import type { SubmitResult } from '../delivery/modals';
import type { Warning } from '../delivery/warnings';
import type { Fault } from '../faults';
import type { RecordedCall, RecordedDelivery } from '../record';
import type { Channel, Message, User, View, Workspace } from '../types';
import type { controlInputs } from './inputs';

/** A workspace with what an app needs to be configured for it. */
export type WorkspaceInfo = Workspace & { signingSecret: string; appId: string };

/** What came of a request to the app. */
export interface Sent {
  ok: boolean;
  status: number;
  failure: RecordedDelivery['failure'];
  body: string;
}

/** What each verb answers. */
export interface ControlResults {
  ensureWorkspace: WorkspaceInfo;
  setScopes: WorkspaceInfo;
  setToken: WorkspaceInfo;
  ensureUser: User;
  updateUser: User;
  ensureChannel: Channel;
  updateChannel: Channel;
  workspaces: WorkspaceInfo[];
  users: User[];
  channels: Channel[];
  messages: Message[];
  say: Message;
  deleteMessage: null;
  click: Sent;
  submit: SubmitResult;
  close: null;
  modals: View[];
  home: View | null;
  openHome: Sent;
  command: Sent;
  shortcut: Sent;
  event: Sent;
  deliver: Sent;
  addFault: null;
  faults: Fault[];
  clearFaults: null;
  calls: RecordedCall[];
  deliveries: RecordedDelivery[];
  clearRecord: null;
  warnings: Warning[];
  setEventsUrl: null;
  advance: null;
  reset: WorkspaceInfo;
}

export type Verb = keyof typeof controlInputs;

/** A verb's input, checked and with defaults filled in. */
export type Checked<V extends Verb> = z.output<(typeof controlInputs)[V]>;

/** The control API, in process or over HTTP: everything that people do on Slack, and what tests ask of it. */
export type SlackControl = {
  [V in Verb]: (input: z.input<(typeof controlInputs)[V]>) => Promise<ControlResults[V]>;
};

/** What does a verb's work, in process. */
export type Handlers<V extends Verb> = {
  [K in V]: (input: Checked<K>) => ControlResults[K] | Promise<ControlResults[K]>;
};
