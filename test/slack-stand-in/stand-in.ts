import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogLevel, WebClient } from '@slack/web-api';
import { createSlackControl, type SlackControl } from '../../embedded/slack/control';
import { type Slack, startSlack } from '../../embedded/slack/server';

const log = { warn: () => undefined, error: () => undefined };

/** Refusals are what these tests are about; the clients need not report them. */
export const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};

/** A stand-in of this test file's own, with a person, a channel and real clients. */
export interface Fixture {
  slack: Slack;
  control: SlackControl;
  client: WebClient;
  home: string;
  /** A Web API client that neither repeats nor waits. */
  clientFor(token: string): WebClient;
  stop(): Promise<void>;
}

export async function startFixture(
  eventsUrl: string | null = null,
  events: readonly string[] = [],
): Promise<Fixture> {
  const home = mkdtempSync(join(tmpdir(), 'slack-stand-in-'));
  const slack = await startSlack({ home, log, eventsUrl, events });
  const clientFor = (token: string) =>
    new WebClient(token, {
      slackApiUrl: slack.apiUrl,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: 1000,
      logger: quiet,
    });
  return {
    slack,
    home,
    clientFor,
    control: createSlackControl(slack.webUrl),
    client: clientFor(slack.botToken),
    stop: async () => {
      await slack.stop();
      rmSync(home, { recursive: true });
    },
  };
}

export async function restart(home: string): Promise<Slack> {
  return startSlack({ home, log, eventsUrl: null });
}

/** What Slack refused a call with; fails when it did not refuse. */
export async function refusal(call: Promise<unknown>): Promise<{ error: string; [field: string]: unknown }> {
  const error: unknown = await call.then(
    () => new Error('it was not refused'),
    (reason: unknown) => reason,
  );
  if (typeof error === 'object' && error !== null && 'data' in error) return error.data as { error: string };
  throw error;
}

export const section = (text: string) => ({
  type: 'section' as const,
  text: { type: 'mrkdwn' as const, text },
});

export const plain = (text: string) => ({ type: 'plain_text' as const, text });
