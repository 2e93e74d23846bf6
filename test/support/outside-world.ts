import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVENTS } from '../../bot/manifest';
import { createLogger } from '../../config/log';
import { startMailCatcher, type MailCatcher } from '../../embedded/mail-catcher';
import { freePort } from '../../embedded/ports';
import { startSlack, type Slack } from '../../embedded/slack/server';

/** A mail server and Slack apart from a running copy: they live on while it dies, and go dark while it runs. */
export interface OutsideWorld {
  /** What a copy is started with to speak to them. */
  readonly env: NodeJS.ProcessEnv;
  readonly mailUrl: string;
  readonly slack: Slack;
  /** Where Slack sends its callbacks. */
  callBack(port: number): Promise<void>;
  /** Turns one of them off, or on again, with all that it kept. */
  turn(which: 'mail' | 'slack', state: 'on' | 'off'): Promise<void>;
  stop(): Promise<void>;
}

/** Starts both. */
export async function startOutsideWorld(): Promise<OutsideWorld> {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-outside-'));
  const [smtpPort, webPort, slackPort] = [await freePort(), await freePort(), await freePort()];
  const log = createLogger('test', 'silent');
  const mail = () => startMailCatcher({ home, smtpPort, webPort });
  const standIn = () =>
    startSlack({ home: join(home, 'slack'), port: slackPort, log, eventsUrl, events: EVENTS });
  let eventsUrl: string | null = null;
  let slack = await standIn();
  const on: { mail: MailCatcher | null; slack: Slack | null } = { mail: await mail(), slack };
  return {
    env: {
      SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
      SLACK_API_URL: slack.apiUrl,
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
    },
    mailUrl: `http://127.0.0.1:${webPort}`,
    get slack() {
      return slack;
    },
    callBack: async (port) => {
      eventsUrl = `http://127.0.0.1:${port}/slack/events`;
      await slack.control.setEventsUrl({ eventsUrl });
    },
    turn: async (which, state) => {
      if (state === 'off') {
        await on[which]?.stop();
        on[which] = null;
      } else if (which === 'mail') on.mail ??= await mail();
      else on.slack ??= slack = await standIn();
    },
    stop: async () => {
      await on.mail?.stop();
      await on.slack?.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
