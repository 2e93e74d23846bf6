import { ApiError } from '../api-error';
import { act, type Surface } from '../delivery/actions';
import { runCommand, runShortcut } from '../delivery/commands';
import { closeModal, submitModal } from '../delivery/modals';
import { tellOfMessage } from '../delivery/message-events';
import { type Actor, actor, canSee, channelBefore, messageBefore, viewBefore } from '../delivery/payloads';
import type { Channel, Message, View } from '../types';
import { homeView, modalStack } from '../views';
import { ensureDirect } from '../workspaces';
import type { Handlers } from './contract';
import { type ControlParts, sent, workspaceOf } from './parts';

/** Verbs by which people act: writing, clicking, submitting, running commands. */
export function peopleHandlers(
  parts: ControlParts,
): Handlers<'messages' | 'say' | 'click' | 'submit' | 'close' | 'modals' | 'home' | 'command' | 'shortcut'> {
  const { state } = parts;
  const who = (input: { team?: string | undefined; user: string }): Actor =>
    actor(state, workspaceOf(parts, input.team).id, input.user);
  const viewer = ({ workspace, user }: Actor) => ({ teamId: workspace.id, userId: user.id });
  const direct = ({ workspace, user }: Actor): Channel => ensureDirect(state, workspace, [user.id]);
  /** A user id stands for that person's direct message with the bot. */
  const place = (person: Actor, id: string): Channel =>
    id === person.user.id ? direct(person) : channelBefore(state, person, id);
  const modal = (person: Actor, id: string | undefined): View => {
    if (id !== undefined) return viewBefore(state, person, id);
    const top = modalStack(state, viewer(person)).at(-1);
    if (top === undefined) throw new ApiError('view_not_found');
    return top;
  };
  const onMessage = (
    person: Actor,
    channelId: string,
    ts: string,
  ): { channel: Channel; message: Message } => {
    const channel = place(person, channelId);
    return { channel, message: messageBefore(state, person, channel, ts) };
  };
  return {
    messages: ({ team, channel: id, user: userId }) => {
      const workspace = workspaceOf(parts, team);
      const isUser = state.user(workspace.id, id) !== undefined;
      const channel = isUser ? ensureDirect(state, workspace, [id]) : state.channel(workspace.id, id);
      if (channel === undefined) throw new ApiError('channel_not_found');
      const all = state.messagesOf(workspace.id, channel.id);
      if (userId === undefined) return all;
      const person = state.user(workspace.id, userId);
      if (person === undefined || !canSee(channel, person)) throw new ApiError('channel_not_found');
      return all.filter(({ ephemeralTo }) => ephemeralTo === undefined || ephemeralTo === userId);
    },
    say: async ({ channel: id, text, threadTs, ...input }) => {
      const person = who(input);
      const channel = place(person, id);
      const message = state.putMessage({
        teamId: person.workspace.id,
        channel: channel.id,
        user: person.user.id,
        text: asTyped(text),
        blocks: [],
        ...(threadTs === undefined ? {} : { threadTs }),
        ts: state.clock.nextTs(),
      });
      await tellOfMessage(state, parts.events, message);
      return message;
    },
    click: async ({ channel, ts, view, chosen, values, actionId, blockId, text, value, ...input }) => {
      const person = who(input);
      const surface = ((): Surface => {
        if (view !== undefined) return { view: viewBefore(state, person, view) };
        if (channel === undefined || ts === undefined) throw new ApiError('channel_and_ts_or_view_needed');
        return onMessage(person, channel, ts);
      })();
      return sent(await act(parts, person, surface, { actionId, blockId, text, value }, chosen, values));
    },
    submit: ({ view, values, ...input }) => {
      const person = who(input);
      return submitModal(parts, person, modal(person, view), values);
    },
    close: async ({ view, ...input }) => {
      const person = who(input);
      await closeModal(parts, person, modal(person, view));
      return null;
    },
    modals: (input) => modalStack(state, viewer(who(input))),
    home: (input) => homeView(state, viewer(who(input))) ?? null,
    command: async ({ command, text, channel, ...input }) => {
      const person = who(input);
      const where = channel === undefined ? direct(person) : place(person, channel);
      return sent(await runCommand(parts, person, where, command, text));
    },
    shortcut: async ({ callbackId, channel, ts, ...input }) => {
      const person = who(input);
      const on = channel === undefined || ts === undefined ? null : onMessage(person, channel, ts);
      return sent(await runShortcut(parts, person, callbackId, on));
    },
  };
}

/** Slack's window escapes what people type, and makes links of addresses. */
function asTyped(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replace(/https?:\/\/\S+/g, (address) => `<${address}>`);
}
