import type { ReactNode } from 'react';
import {
  CHANNELS,
  TOPICS,
  type NoticeChannel,
  type NoticePreferences,
  type Topic,
} from '../../domain/notices';
import type { Notification } from '../../store/models';
import { Csrf, When } from './layout';

const TOPIC: Readonly<Record<Topic, string>> = {
  shares: 'Shared with me',
  approvals: 'My requests and approvals',
  keys: 'Access keys',
  guests: 'Guests',
  digest: 'Summaries',
};
const CHANNEL: Readonly<Record<NoticeChannel, string>> = { slack: 'Slack', email: 'E-mail', inApp: 'Here' };

/** The name of one switch in the form of preferences. */
export const switchName = (topic: Topic, channel: NoticeChannel): string => `${topic}.${channel}`;

/** What the person was told, newest first. */
export function Notifications(props: {
  readonly csrf: string;
  readonly notifications: readonly Notification[];
  /** Leads to the older ones; null where there are none. */
  readonly next: string | null;
}): ReactNode {
  const { csrf, notifications, next } = props;
  const unread = notifications.filter(({ readAt }) => readAt === null).length;
  return (
    <section key="notifications">
      <h1>Notifications</h1>
      {notifications.length === 0 ? <p className="empty">Nothing yet.</p> : null}
      {unread === 0 ? null : (
        <form method="post" action="/notifications/read">
          <Csrf csrf={csrf} />
          <button className="quiet">Mark all as read</button>
        </form>
      )}
      <ul className="requests">
        {notifications.map(({ id, title, body, url, createdAt, readAt }) => (
          <li key={id}>
            <a href={url}>{title}</a>
            {readAt === null ? <span className="state">new</span> : null}
            {body === '' ? null : <p className="typed">{body}</p>}
            <small>
              <When at={createdAt} />
            </small>
          </li>
        ))}
      </ul>
      {next === null ? null : <a href={`/notifications?cursor=${next}`}>Older ones</a>}
    </section>
  );
}

/** How the person wants to be told. */
export function Preferences(props: {
  readonly csrf: string;
  readonly preferences: NoticePreferences;
}): ReactNode {
  const { topics, quietHours } = props.preferences;
  return (
    <section key="preferences" id="preferences">
      <h2>How to tell you</h2>
      <form method="post" action="/notifications/preferences">
        <Csrf csrf={props.csrf} />
        <table>
          <thead>
            <tr>
              <th scope="col">About</th>
              {CHANNELS.map((channel) => (
                <th key={channel} scope="col">
                  {CHANNEL[channel]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {TOPICS.map((topic) => (
              <tr key={topic}>
                <th scope="row">{TOPIC[topic]}</th>
                {CHANNELS.map((channel) => (
                  <td key={channel}>
                    <input
                      type="checkbox"
                      name={switchName(topic, channel)}
                      aria-label={`${TOPIC[topic]}: ${CHANNEL[channel]}`}
                      defaultChecked={topics[topic][channel]}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
        <fieldset>
          <legend>Quiet hours</legend>
          <p>Slack and e-mail wait until they are over. Requests that wait for your decision do not.</p>
          <label>
            From <input type="time" name="from" defaultValue={quietHours?.from} />
          </label>
          <label>
            To <input type="time" name="to" defaultValue={quietHours?.to} />
          </label>
          <label>
            Time zone{' '}
            <input name="timeZone" defaultValue={quietHours?.timeZone} placeholder="Europe/Berlin" />
          </label>
        </fieldset>
        <button>Save</button>
      </form>
    </section>
  );
}
