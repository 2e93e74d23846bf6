import type { ReactNode } from 'react';
import { initialValues } from '../form-values';
import type { Channel, Message, View } from '../types';
import { Blocks, MessageBody } from './blocks';
import { dayOf, timeOf } from './dates';
import { Avatar } from './avatar';
import type { Viewpoint } from './names';
import type { PageData } from './page-data';

/** Messages of a conversation by day, each with its thread under it. */
export function Conversation({ data, channel }: { data: PageData; channel: Channel }): ReactNode {
  const { viewpoint } = data;
  const { state, user } = viewpoint;
  const seen = state
    .messagesOf(channel.teamId, channel.id)
    .filter(({ ephemeralTo }) => ephemeralTo === undefined || ephemeralTo === user.id);
  const topLevel = seen.filter(({ threadTs }) => threadTs === undefined);
  if (topLevel.length === 0) return <p className="empty">Nothing has been said here yet.</p>;
  return topLevel.map((message, index) => {
    const day = dayOf(message.ts, user.timeZone);
    const before = topLevel[index - 1];
    const isNewDay = before === undefined || dayOf(before.ts, user.timeZone) !== day;
    return (
      <div key={message.ts}>
        {isNewDay && <div className="day">{day}</div>}
        <MessageView
          data={data}
          message={message}
          replies={seen.filter(({ threadTs }) => threadTs === message.ts)}
        />
      </div>
    );
  });
}

function MessageView({
  data,
  message,
  replies,
}: {
  data: PageData;
  message: Message;
  replies: Message[];
}): ReactNode {
  const { viewpoint } = data;
  return (
    <article
      className={message.ephemeralTo === undefined ? 'message' : 'message ephemeral'}
      data-channel={message.channel}
      data-ts={message.ts}
    >
      <Avatar viewpoint={viewpoint} userId={message.user} />
      <div className="message-main">
        {message.ephemeralTo !== undefined && <p className="only-you">Only visible to you</p>}
        <MessageHead viewpoint={viewpoint} message={message} />
        <div className={message.tombstone === true ? 'body tombstone' : 'body'}>
          <MessageBody
            surface={{
              viewpoint,
              values: initialValues(message.blocks),
              warned: data.warnedOn(message.ts),
            }}
            blocks={message.blocks}
            text={message.text}
          />
        </div>
        {replies.length > 0 && (
          <details className="thread" open>
            <summary>{replies.length === 1 ? '1 reply' : `${replies.length} replies`}</summary>
            {replies.map((reply) => (
              <MessageView key={reply.ts} data={data} message={reply} replies={[]} />
            ))}
          </details>
        )}
        {message.threadTs === undefined && message.ephemeralTo === undefined && <Reply to={message} />}
      </div>
    </article>
  );
}

/** Answers in a message's thread; folded away until somebody wants to. */
function Reply({ to }: { to: Message }): ReactNode {
  return (
    <details className="reply">
      <summary>Reply in thread</summary>
      <form data-thread={to.ts}>
        <input name="text" aria-label="Reply in thread" placeholder="Reply…" autoComplete="off" />
        <button type="submit" className="button">
          Send
        </button>
      </form>
    </details>
  );
}

function MessageHead({ viewpoint, message }: { viewpoint: Viewpoint; message: Message }): ReactNode {
  const { state, user } = viewpoint;
  const sender = state.user(message.teamId, message.user);
  return (
    <p className="message-head">
      <strong>{sender?.realName ?? message.user}</strong>
      {sender?.isBot === true && <span className="badge">APP</span>}
      <time>{timeOf(message.ts, user.timeZone)}</time>
      {message.edited !== undefined && <small>(edited)</small>}
    </p>
  );
}

/** The app's Home tab, as last published for this person. */
export function Home({ data, view }: { data: PageData; view: View | undefined }): ReactNode {
  if (view === undefined) return <p className="empty">The app has published nothing here yet.</p>;
  return (
    <div className="home" data-view={view.id}>
      <Blocks
        surface={{ viewpoint: data.viewpoint, values: view.values, warned: data.warnedOn(view.id) }}
        blocks={view.content.blocks}
      />
    </div>
  );
}
