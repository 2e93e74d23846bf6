import { ApiError } from '../api-error';
import { Args } from '../args';
import { readContent } from '../methods/chat';
import { messageJson } from '../presentation';
import type { Channel, Fields, Message } from '../types';
import type { InteractionParts } from './actions';
import type { DeliveryResult } from './deliver';
import { type Actor, channelName, interaction } from './payloads';
import { postAnswer } from './response-urls';

/**
 * Runs a slash command as a person would and shows them the app's answer.
 * @param command - with its slash, such as `/doorlist`.
 * @param text - what stands behind it.
 */
export async function runCommand(
  parts: InteractionParts,
  { workspace, user }: Actor,
  channel: Channel,
  command: string,
  text: string,
): Promise<DeliveryResult> {
  const { state, triggers, deliverer, responseUrls } = parts;
  const { appId, verificationToken } = state.app;
  const result = await deliverer.send({
    team: workspace.id,
    kind: 'slash_command',
    as: 'fields',
    payload: {
      token: verificationToken,
      team_id: workspace.id,
      team_domain: workspace.domain,
      channel_id: channel.id,
      channel_name: channelName(channel),
      user_id: user.id,
      user_name: user.name,
      command,
      text,
      api_app_id: appId,
      is_enterprise_install: 'false',
      response_url: responseUrls.mint(channel, user, null),
      trigger_id: triggers.mint({ teamId: workspace.id, userId: user.id, viewId: null }),
    },
  });
  const place = { teamId: workspace.id, channel: channel.id, threadTs: null };
  if (result.failure !== null) {
    const reason = result.failure === 'timeout' ? 'operation_timeout' : 'dispatch_failed';
    postAnswer(state, place, { text: `${command} failed with the error "${reason}"` }, user.id);
  } else if (result.body.trim() !== '') {
    showAnswer(parts, place, user.id, command, result.body);
  }
  return result;
}

function showAnswer(
  { state }: InteractionParts,
  place: { teamId: string; channel: string; threadTs: null },
  userId: string,
  command: string,
  body: string,
): void {
  try {
    const fields = asFields(body);
    postAnswer(
      state,
      place,
      readContent(new Args(fields)),
      fields.response_type === 'in_channel' ? null : userId,
    );
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    postAnswer(state, place, { text: `${command} failed with the error "${error.code}"` }, userId);
  }
}

/** A body that is no JSON object is the text itself. */
function asFields(body: string): Fields {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Fields) : { text: body };
  } catch {
    return { text: body };
  }
}

/** Runs a shortcut: on a message where one is given, else a global one. */
export async function runShortcut(
  parts: InteractionParts,
  who: Actor,
  callbackId: string,
  on: { channel: Channel; message: Message } | null,
): Promise<DeliveryResult> {
  const { state, triggers, deliverer, responseUrls } = parts;
  const kind = on === null ? 'shortcut' : 'message_action';
  const payload = {
    ...interaction(state, who, kind),
    callback_id: callbackId,
    action_ts: state.clock.nextTs(),
    trigger_id: triggers.mint({ teamId: who.workspace.id, userId: who.user.id, viewId: null }),
    ...(on === null
      ? {}
      : {
          channel: { id: on.channel.id, name: channelName(on.channel) },
          message: messageJson(state, on.message),
          message_ts: on.message.ts,
          response_url: responseUrls.mint(on.channel, who.user, on.message),
        }),
  };
  return deliverer.send({ team: who.workspace.id, kind, payload, as: 'payload' });
}
