import type { ReactNode } from 'react';
import type { User, Workspace } from '../types';
import { Conversation, Home } from './conversation';
import { Modal } from './modal';
import { conversationName, conversationsOf } from './names';
import type { PageData } from './page-data';

function Document({
  title,
  children,
  marks = {},
}: {
  title: string;
  children: ReactNode;
  marks?: object;
}): ReactNode {
  return (
    <html lang="en">
      <head>
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>{title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/assets/app.css" />
        <script src="/assets/app.js" defer />
      </head>
      <body {...marks}>{children}</body>
    </html>
  );
}

/** Where the page of a person is. */
export function addressOf(team: string, user: string, place: string): string {
  return `/?${new URLSearchParams({ team, user, place }).toString()}`;
}

/** The first page: whom to look as. */
export function ChoosePage({ choices }: { choices: { workspace: Workspace; people: User[] }[] }): ReactNode {
  return (
    <Document title="Slack stand-in">
      <main className="choose">
        <h1>Who are you?</h1>
        <p>This page stands in for Slack. Choose a person and see what they see.</p>
        {choices.map(({ workspace, people }) => (
          <section key={workspace.id}>
            <h2>{workspace.name}</h2>
            {people.length === 0 && <p className="empty">Nobody is here yet.</p>}
            <ul>
              {people.map((user) => (
                <li key={user.id}>
                  <a href={addressOf(workspace.id, user.id, '')}>
                    {user.realName} <small>{user.email}</small>
                  </a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </main>
    </Document>
  );
}

function Sidebar({ data }: { data: PageData }): ReactNode {
  const { viewpoint, workspace } = data;
  const { channels, directs } = conversationsOf(viewpoint);
  const link = (place: string, isOpen: boolean, name: string): ReactNode => (
    <li key={place}>
      <a href={addressOf(workspace.id, viewpoint.user.id, place)} aria-current={isOpen ? 'page' : undefined}>
        {name}
      </a>
    </li>
  );
  const listed = (all: typeof channels, sign: (channel: (typeof channels)[number]) => string): ReactNode =>
    all.map((channel) =>
      link(
        channel.id,
        channel.id === data.channel?.id,
        `${sign(channel)} ${conversationName(viewpoint, channel)}`,
      ),
    );
  return (
    <nav id="sidebar" aria-label="Conversations">
      <h2>Apps</h2>
      <ul>{link('home', data.channel === null, '⌂ Doorlist Home')}</ul>
      <h2>Channels</h2>
      <ul>{listed(channels, ({ isPrivate, isArchived }) => (isArchived ? '▢' : isPrivate ? '◆' : '#'))}</ul>
      <h2>Direct messages</h2>
      <ul>{listed(directs, () => '●')}</ul>
    </nav>
  );
}

function Person({ data }: { data: PageData }): ReactNode {
  const { viewpoint, workspace, people } = data;
  return (
    <header className="top">
      <a className="workspace" href="/">
        {workspace.name}
      </a>
      <label>
        You are{' '}
        <select id="person" defaultValue={viewpoint.user.id}>
          {people.map((user) => (
            <option key={user.id} value={user.id}>
              {user.realName}
            </option>
          ))}
        </select>
      </label>
    </header>
  );
}

/** A person's view of the workspace. */
export function WorkspacePage({ data }: { data: PageData }): ReactNode {
  const { viewpoint, workspace, channel } = data;
  const title = channel === null ? 'Doorlist' : conversationName(viewpoint, channel);
  const sign = channel?.kind === 'channel' ? (channel.isPrivate ? '◆ ' : '# ') : '';
  const canWrite = channel !== null && !channel.isArchived;
  return (
    <Document
      title={`${title} – ${workspace.name}`}
      marks={{
        'data-team': workspace.id,
        'data-user': viewpoint.user.id,
        'data-place': channel?.id ?? 'home',
      }}
    >
      <Person data={data} />
      <div className="columns">
        <Sidebar data={data} />
        <main>
          <h1>
            {sign}
            {title}
          </h1>
          <div id="messages" tabIndex={0} aria-label="Messages">
            {channel === null ? (
              <Home data={data} view={data.home} />
            ) : (
              <Conversation data={data} channel={channel} />
            )}
          </div>
          {canWrite && (
            <form id="composer">
              <input
                name="text"
                aria-label="Message"
                autoComplete="off"
                placeholder={`Message ${sign}${title}, or a /command`}
              />
            </form>
          )}
          {channel?.isArchived === true && <p className="empty">This channel is archived.</p>}
        </main>
      </div>
      <div id="dialog" className="backdrop">
        <Modal data={data} />
      </div>
      <div id="toast" role="status" />
    </Document>
  );
}
