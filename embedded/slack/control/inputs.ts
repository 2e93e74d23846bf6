import { z } from 'zod';
import { FAULT_KINDS } from '../faults';

const given = z.union([z.string(), z.array(z.string()), z.null()]);
const givenValues = z.record(z.string(), z.record(z.string(), given));
/** The workspace; without one, the one that exists from the start. */
const team = { team: z.string().optional() };
const acting = { ...team, user: z.string() };
const seconds = z.number().min(0);

/** What each verb of the control API takes. */
export const controlInputs = {
  /** Makes a workspace with the bot and `#general`, or finds the one of that domain. */
  ensureWorkspace: z.strictObject({
    name: z.string().min(1),
    domain: z.string().regex(/^[a-z0-9-]+$/),
    id: z
      .string()
      .regex(/^T[A-Z0-9]+$/)
      .optional(),
    botToken: z.string().startsWith('xoxb-').optional(),
    scopes: z.array(z.string()).optional(),
  }),
  /** Takes scopes from the bot's token or gives some. */
  setScopes: z.strictObject({ ...team, scopes: z.array(z.string()) }),
  /** Revokes the bot's token, uninstalls the app, or makes both good again. */
  setToken: z.strictObject({ ...team, state: z.enum(['active', 'revoked', 'uninstalled']) }),
  /** Makes a person, or finds the one of that e-mail address. `homeTeam` other than `team`: through Slack Connect. */
  ensureUser: z.strictObject({
    ...team,
    email: z.email(),
    name: z.string().min(1),
    id: z
      .string()
      .regex(/^[UW][A-Z0-9]+$/)
      .optional(),
    homeTeam: z.string().optional(),
    timeZone: z.string().optional(),
  }),
  /** Changes a person; `deleted: true` deactivates. */
  updateUser: z.strictObject({
    ...acting,
    deleted: z.boolean().optional(),
    email: z.email().optional(),
    name: z.string().optional(),
  }),
  /** Makes a channel, or finds the one of that name and lets people in. The bot is in unless `withBot` is false. */
  ensureChannel: z.strictObject({
    ...team,
    name: z.string().regex(/^[a-z0-9_-]{1,80}$/),
    isPrivate: z.boolean().default(false),
    members: z.array(z.string()).default([]),
    withBot: z.boolean().default(true),
  }),
  /** Archives a channel, lets people in or puts them out; `bot` names the bot. */
  updateChannel: z.strictObject({
    ...team,
    channel: z.string(),
    isArchived: z.boolean().optional(),
    add: z.array(z.string()).default([]),
    remove: z.array(z.string()).default([]),
  }),
  workspaces: z.strictObject({}),
  users: z.strictObject(team),
  channels: z.strictObject(team),
  /**
   * Messages of a channel, oldest first, with thread replies, metadata and private notes. A user id as `channel` is
   * the direct message with the bot. `user`: only what this person sees.
   */
  messages: z.strictObject({ ...team, channel: z.string(), user: z.string().optional() }),
  /** A person writes a message, in a thread where `threadTs` says so; the app hears of it where it subscribed to such. */
  say: z.strictObject({
    ...acting,
    channel: z.string(),
    text: z.string().min(1),
    threadTs: z.string().optional(),
  }),
  /** A person deletes a message, as an admin may. */
  deleteMessage: z.strictObject({ ...team, channel: z.string(), ts: z.string() }),
  /**
   * A person uses a control of a message (`channel` and `ts`) or of a view (`view`); named by `actionId`, `text`,
   * `blockId` or `value`. `chosen`: what is picked, for anything but a button. A confirmation counts as answered yes.
   */
  click: z.strictObject({
    ...acting,
    channel: z.string().optional(),
    ts: z.string().optional(),
    view: z.string().optional(),
    actionId: z.string().optional(),
    text: z.string().optional(),
    blockId: z.string().optional(),
    value: z.string().optional(),
    chosen: given.default(null),
    values: givenValues.default({}),
  }),
  /** A person submits a modal; `values` by block_id and action_id; without `view` the topmost one. */
  submit: z.strictObject({ ...acting, view: z.string().optional(), values: givenValues.default({}) }),
  /** A person closes a modal; without `view` the topmost one. */
  close: z.strictObject({ ...acting, view: z.string().optional() }),
  /** Open modals of a person, topmost last. */
  modals: z.strictObject(acting),
  /** The App Home last published for a person. */
  home: z.strictObject(acting),
  /** A person opens the App Home: `app_home_opened` is sent. */
  openHome: z.strictObject(acting),
  /** A person runs a slash command, by default in the direct message with the bot. */
  command: z.strictObject({
    ...acting,
    command: z.string().startsWith('/'),
    text: z.string().default(''),
    channel: z.string().optional(),
  }),
  /** A person runs a shortcut; with `channel` and `ts` the one of a message. */
  shortcut: z.strictObject({
    ...acting,
    callbackId: z.string(),
    channel: z.string().optional(),
    ts: z.string().optional(),
  }),
  /** Sends an event in its envelope; see {@link RecordedDelivery} for repetitions. */
  event: z.strictObject({ ...team, event: z.looseObject({ type: z.string() }) }),
  /** Sends any payload, signed, or with a wrong signature. For replays and forgeries. */
  deliver: z.strictObject({
    ...team,
    payload: z.record(z.string(), z.unknown()),
    as: z.enum(['json', 'payload', 'fields']),
    wrongSignature: z.boolean().default(false),
  }),
  /** Sets a fault for the next `times` calls that fit. */
  addFault: z.strictObject({
    method: z.string(),
    kind: z.enum(FAULT_KINDS),
    times: z.int().min(1).default(1),
    team: z.string().optional(),
    channel: z.string().optional(),
    user: z.string().optional(),
    retryAfterSeconds: seconds.default(1),
    delayMs: z.int().min(0).default(1000),
    error: z.string().default('internal_error'),
  }),
  faults: z.strictObject({}),
  clearFaults: z.strictObject({}),
  /** Web API and response_url calls so far, oldest first; of one method where named. */
  calls: z.strictObject({ method: z.string().optional() }),
  /** Requests to the app so far, oldest first; of one kind where named. */
  deliveries: z.strictObject({ kind: z.string().optional() }),
  clearRecord: z.strictObject({}),
  /** Controls whose last use got no 2xx in three seconds. */
  warnings: z.strictObject({}),
  setEventsUrl: z.strictObject({ eventsUrl: z.url().nullable() }),
  /** Pushes the clock for response_urls and event repetitions forward, milliseconds; triggers keep real time. */
  advance: z.strictObject({ ms: z.int().min(0) }),
  /** Forgets all but the app's settings and the first workspace's id and token. */
  reset: z.strictObject({}),
} as const;
