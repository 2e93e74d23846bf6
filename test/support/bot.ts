import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { v7 as uuid } from 'uuid';
import { cardActivities } from '../../activities/cards';
import { EVENTS } from '../../bot/manifest';
import type { BotDeps } from '../../bot/deps';
import type { InboxReceiver } from '../../bot/receiver';
import { createReceiver } from '../../bot/server';
import { createSlack } from '../../bot/web-client';
import { loadConfig } from '../../config/env';
import { createLogger } from '../../config/log';
import { closeServer, listen } from '../../embedded/http';
import { startSlack, type Slack } from '../../embedded/slack/server';
import { decideApproval } from '../../operations/decide-approval';
import { shareElement } from '../../operations/share-element';
import { SlackIdentity, TeamSlack, type User } from '../../store/models';
import type { Processes } from '../../workflows/client';
import { openTestStore, type TestStore } from './database';
import { byPerson, worldOf } from './world';

/** The real Bolt app behind signed HTTP, the stand-in, and a team with one request that waits. */
export interface TestBot {
  readonly store: TestStore;
  readonly slack: Slack;
  readonly deps: BotDeps;
  readonly world: ReturnType<typeof worldOf>;
  readonly url: string;
  readonly receiver: InboxReceiver;
  readonly people: { readonly ada: User; readonly grace: User; readonly ben: User };
  readonly teamId: string;
  readonly channel: string;
  /** What the run of a request would be asked: by default it decides at once. */
  readonly processes: { decide: Processes['decide'] };
  readonly cards: ReturnType<typeof cardActivities>;
  /** A Developer shares with an outsider. @returns the request's id */
  request(given?: { message?: string; email?: string; elementName?: string }): Promise<string>;
  draw(approvalId: string): ReturnType<ReturnType<typeof cardActivities>['drawCards']>;
  slackIdOf(user: User): string;
  /** Ties a Slack user to an account, as signing in once does. */
  link(user: User, slackUserId: string): Promise<void>;
  close(): Promise<void>;
}

/** Starts them. */
export async function startTestBot(): Promise<TestBot> {
  const store = await openTestStore();
  const home = mkdtempSync(join(tmpdir(), 'doorlist-slack-'));
  const log = createLogger('test', 'silent');
  const slack = await startSlack({ home, log, eventsUrl: null, events: EVENTS });
  const config = loadConfig({
    PUBLIC_URL: 'http://doorlist.test',
    DATABASE_URL: store.databaseUrl,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
    DOORLIST_SECRET: 's'.repeat(32),
    SLACK_API_URL: slack.apiUrl,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    LOG_LEVEL: 'silent',
  });
  // The decision itself is the real one; only the way through Temporal is short here.
  const processes = {
    decide: async ({ attemptId }: { attemptId: string }) =>
      (await decideApproval(store, { attemptId, asOf: new Date() })).outcome,
    requestChanged: () => Promise.resolve(),
  };
  const api = createSlack(config, store);
  const deps: BotDeps = { config, store, slack: api, log, processes: processes as unknown as Processes };
  const receiver = createReceiver(deps, slack.signingSecret);
  const server = createServer(express().use(receiver.router));
  const url = `http://127.0.0.1:${await listen(server, 0)}/slack/events`;
  await slack.control.setEventsUrl({ eventsUrl: url });

  const world = worldOf(store);
  const team = await world.team();
  const people = {
    ada: await world.member(team.id, ['super_admin'], { name: 'Ada Lindqvist' }),
    grace: await world.member(team.id, ['admin'], { name: 'Grace Okafor' }),
    ben: await world.member(team.id, ['developer'], { name: 'Ben Torres' }),
  };
  const slackIds = new Map<string, string>();
  const link = async (userId: string, slackUserId: string): Promise<void> => {
    const identity = { slackTeamId: slack.teamId, slackUserId, userId };
    await SlackIdentity.query(store.knex).insert({ ...identity, method: 'operator', linkedAt: new Date() });
  };
  for (const { id, email, name } of Object.values(people)) {
    const user = await slack.control.ensureUser({ email, name });
    slackIds.set(id, user.id);
    await link(id, user.id);
  }
  const { id: channel } = await slack.control.ensureChannel({
    name: 'approvals',
    members: [...slackIds.values()],
  });
  const settings = {
    teamId: team.id,
    slackTeamId: slack.teamId,
    approvalsChannel: channel,
    updatedAt: new Date(),
  };
  await store.inTeam(team.id, (tx) => TeamSlack.query(tx).insert(settings));
  const workspace = await world.workspace(team.id);
  const cards = cardActivities({ store, slack: api, publicUrl: 'http://doorlist.test' });

  return {
    ...{ store, slack, deps, world, url, receiver, people, teamId: team.id, channel, processes, cards },
    request: async ({ message, email = `zoe-${uuid()}@partner.test`, elementName = 'Orders' } = {}) => {
      const element = await world.element(workspace, { name: elementName });
      const done = await shareElement(store, byPerson(people.ben.id), {
        ...{ shareId: uuid(), elementId: element.id, teamId: team.id, recipients: [{ email }] },
        ...(message === undefined ? {} : { message }),
      });
      return done.recipients[0]?.inviteId ?? '';
    },
    draw: (approvalId) => cards.drawCards({ approvalId, teamId: team.id, round: 0, asOf: Date.now() }),
    slackIdOf: (user) => slackIds.get(user.id) ?? '',
    link: (user, slackUserId) => link(user.id, slackUserId),
    close: async () => {
      await receiver.stop();
      await closeServer(server);
      await slack.stop();
      await store.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
