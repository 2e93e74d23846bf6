import { activeUser, joinedChannel, visibleChannel, writableChannel } from '../access';
import { ApiError } from '../api-error';
import type { Args } from '../args';
import { checkMessageBlocks } from '../blocks/check';
import { checkMetadata } from '../blocks/metadata';
import { messageJson } from '../presentation';
import type { SlackState } from '../state';
import type { Channel, Fields, Message, Workspace } from '../types';
import { ensureDirect } from '../workspaces';
import type { Call, Methods } from './method';

/** Above this Slack cuts a text short; the stand-in refuses it. */
const TEXT_MAX = 40_000;

type Content = Partial<Pick<Message, 'text' | 'blocks' | 'attachments'>>;

/**
 * Reads text, blocks and attachments of a message.
 * @throws ApiError `no_text`, `msg_too_long`, `too_many_attachments` and what the block check throws.
 */
export function readContent(args: Args): Content {
  const text = args.optional('text');
  const blocks = args.json('blocks', 'invalid_blocks_format');
  const attachments = args.json('attachments', 'invalid_attachments_format');
  if ((text ?? '') === '' && blocks === undefined && attachments === undefined) throw new ApiError('no_text');
  if (text !== undefined && text.length > TEXT_MAX) throw new ApiError('msg_too_long');
  if (attachments !== undefined && !Array.isArray(attachments))
    throw new ApiError('invalid_attachments_format');
  // The most attachments Slack takes.
  if (attachments !== undefined && attachments.length > 100) throw new ApiError('too_many_attachments');
  const content = {
    ...(text === undefined ? {} : { text }),
    ...(blocks === undefined ? {} : { blocks: checkMessageBlocks(blocks) }),
    ...(attachments === undefined ? {} : { attachments: attachments as Fields[] }),
  };
  if ((text ?? '') === '' && content.blocks?.length === 0) throw new ApiError('no_text');
  return content;
}

/** A user id posts to the direct message with that user, as on Slack. */
function target({ state, workspace, args }: Call): Channel {
  const id = args.required('channel');
  if (state.user(workspace.id, id) === undefined) return writableChannel(state, workspace, id);
  return ensureDirect(state, workspace, [activeUser(state, workspace, id).id]);
}

function thread(state: SlackState, channel: Channel, ts: string | undefined): Pick<Message, 'threadTs'> {
  if (ts === undefined) return {};
  const parent = state.message(channel.teamId, channel.id, ts);
  if (parent === undefined || parent.ephemeralTo !== undefined) throw new ApiError('thread_not_found');
  if (parent.threadTs !== undefined) throw new ApiError('cannot_reply_to_message');
  return { threadTs: ts };
}

function own(
  state: SlackState,
  workspace: Workspace,
  channel: Channel,
  ts: string,
  refusal: string,
): Message {
  const message = state.message(channel.teamId, channel.id, ts);
  if (message === undefined || message.tombstone === true || message.ephemeralTo !== undefined)
    throw new ApiError('message_not_found');
  if (message.user !== workspace.botUserId || message.viaResponseUrl === true) throw new ApiError(refusal);
  return message;
}

function metadataOf(args: Args): Pick<Message, 'metadata'> {
  const value = args.json('metadata', 'invalid_metadata_format');
  const metadata = value === undefined ? null : checkMetadata(value);
  return metadata === null ? {} : { metadata };
}

function postMessage(call: Call): Fields {
  const { state, workspace, args } = call;
  const channel = target(call);
  const content = readContent(args);
  const message = state.putMessage({
    teamId: workspace.id,
    channel: channel.id,
    user: workspace.botUserId,
    text: '',
    blocks: [],
    ...content,
    ...metadataOf(args),
    ...thread(state, channel, args.optional('thread_ts')),
    ...(args.flag('reply_broadcast') ? { broadcast: true } : {}),
    ts: state.clock.nextTs(),
  });
  return { channel: channel.id, ts: message.ts, message: messageJson(state, message, true) };
}

function postEphemeral({ state, workspace, args }: Call): Fields {
  const channel = writableChannel(state, workspace, args.required('channel'));
  const userId = args.required('user');
  const user = state.user(workspace.id, userId);
  if (user === undefined || user.deleted || !channel.members.includes(userId))
    throw new ApiError('user_not_in_channel');
  const message = state.putMessage({
    teamId: workspace.id,
    channel: channel.id,
    user: workspace.botUserId,
    text: '',
    blocks: [],
    ...readContent(args),
    ...thread(state, channel, args.optional('thread_ts')),
    ephemeralTo: userId,
    ts: state.clock.nextTs(),
  });
  return { message_ts: message.ts };
}

function update({ state, workspace, args }: Call): Fields {
  const channel = joinedChannel(state, workspace, args.required('channel'));
  if (channel.isArchived) throw new ApiError('is_inactive');
  const message = own(state, workspace, channel, args.required('ts'), 'cant_update_message');
  const content = readContent(args);
  // What an update leaves out stays: text, blocks, attachments and metadata alike.
  const { metadata: before, ...rest } = message;
  const metadata = args.has('metadata') ? metadataOf(args) : before === undefined ? {} : { metadata: before };
  const updated = state.putMessage({
    ...rest,
    ...content,
    ...metadata,
    edited: { user: workspace.botUserId, ts: state.clock.nextTs() },
  });
  return {
    channel: channel.id,
    ts: message.ts,
    text: updated.text,
    message: messageJson(state, updated, true),
  };
}

function remove({ state, workspace, args }: Call): Fields {
  const channel = joinedChannel(state, workspace, args.required('channel'));
  const message = own(state, workspace, channel, args.required('ts'), 'cant_delete_message');
  removeMessage(state, message);
  return { channel: channel.id, ts: message.ts };
}

/** Takes a message away; one with replies leaves a tombstone that holds its thread. */
export function removeMessage(state: SlackState, message: Message): void {
  const hasReplies = state
    .messagesOf(message.teamId, message.channel)
    .some(({ threadTs }) => threadTs === message.ts);
  if (!hasReplies) {
    state.deleteMessage(message);
    return;
  }
  const { teamId, channel, ts, user } = message;
  state.putMessage({
    teamId,
    channel,
    ts,
    user,
    text: 'This message was deleted.',
    blocks: [],
    tombstone: true,
  });
}

function permalink({ state, workspace, args }: Call): Fields {
  const channel = visibleChannel(state, workspace, args.required('channel'));
  const ts = args.required('message_ts');
  const message = state.message(workspace.id, channel.id, ts);
  if (message === undefined || message.ephemeralTo !== undefined) throw new ApiError('message_not_found');
  const suffix = message.threadTs === undefined ? '' : `?thread_ts=${message.threadTs}&cid=${channel.id}`;
  const address = `https://${workspace.domain}.slack.com/archives/${channel.id}/p${ts.replace('.', '')}${suffix}`;
  return { channel: channel.id, permalink: address };
}

/** `chat.*` */
export const chatMethods: Methods = {
  'chat.postMessage': { scope: 'chat:write', run: postMessage },
  'chat.postEphemeral': { scope: 'chat:write', run: postEphemeral },
  'chat.update': { scope: 'chat:write', run: update },
  'chat.delete': { scope: 'chat:write', run: remove },
  'chat.getPermalink': { run: permalink },
};
