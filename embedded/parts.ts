import { join } from 'node:path';
import { EVENTS } from '../bot/manifest';
import type { Log } from '../config/log';
import { namesSlack } from '../config/slack-variables';
import { startIssuer, type Issuer } from './issuer/server';
import { startMailCatcher } from './mail-catcher';
import type { KeptPorts } from './ports';
import { startPostgres } from './postgres';
import { keptSecret } from './secrets';
import { startSlack, type Slack } from './slack/server';
import { messageOf, StartError } from './start-error';
import { startTemporal } from './temporal';

/** The servers that were started because nothing was configured in their place, and the environment that names them. */
export interface EmbeddedParts {
  readonly env: NodeJS.ProcessEnv;
  readonly slack: Slack | null;
  readonly issuer: Issuer;
  readonly mailUrl: string | null;
  readonly temporalUiUrl: string | null;
  /** How the Temporal CLI was come by. */
  readonly temporalWay: string | null;
  /** Null when the token came by environment. */
  readonly operatorTokenFile: string | null;
  /** Rejects when one of them ends by itself. */
  readonly died: Promise<never>;
  /** Ends them: Temporal before Postgres. */
  stop(): Promise<void>;
}

/** Losing this many ports in a row is no coincidence. */
const PORT_TRIES = 5;

interface Part {
  readonly stop: () => Promise<void>;
  readonly name: string;
  readonly exited?: Promise<string>;
}

/** Starts every part that the environment does not name. */
export async function startParts(
  given: NodeJS.ProcessEnv,
  home: string,
  ports: KeptPorts,
  publicPort: number,
  log: Log,
): Promise<EmbeddedParts> {
  const isSet = (name: string): boolean => (given[name] ?? '') !== '';
  const started: Part[] = [];
  let stopping = false;
  const stop = async (): Promise<void> => {
    stopping = true;
    // Last started, first ended; Postgres, which all others need, is the first and goes last.
    for (const part of [...started].reverse()) await part.stop();
  };
  const begin = async <T extends Omit<Part, 'name'>>(name: string, start: () => Promise<T>): Promise<T> => {
    const part = await withAnotherPort(start);
    started.push({
      name,
      stop: () => part.stop(),
      ...(part.exited === undefined ? {} : { exited: part.exited }),
    });
    return part;
  };
  try {
    const postgres = isSet('DATABASE_URL')
      ? null
      : await begin('Postgres', async () =>
          startPostgres({ home, port: await ports.take('postgres', 5433) }),
        );
    const [temporal, mail, slack] = [
      isSet('TEMPORAL_ADDRESS')
        ? null
        : await begin('Temporal', async () =>
            startTemporal({
              home,
              port: await ports.take('temporal', 7233),
              uiPort: await ports.take('temporal-ui', 8233),
            }),
          ),
      isSet('SMTP_URL')
        ? null
        : await begin('the mail catcher', async () =>
            startMailCatcher({
              home,
              smtpPort: await ports.take('smtp', 1025),
              webPort: await ports.take('mail', 1080),
            }),
          ),
      // Half a configuration is refused later, by name, rather than passed over for the stand-in.
      namesSlack(given)
        ? null
        : await begin('the Slack stand-in', async () =>
            startSlack({
              events: EVENTS,
              home: join(home, 'slack'),
              port: await ports.take('slack', 3100),
              log,
              eventsUrl: `http://127.0.0.1:${publicPort}/slack/events`,
            }),
          ),
    ];
    const publicUrl = isSet('PUBLIC_URL') ? String(given['PUBLIC_URL']) : `http://localhost:${publicPort}`;
    const issuer = await begin('the OIDC issuer', async () =>
      startIssuer({ home: join(home, 'issuer'), port: await ports.take('issuer', 3300), publicUrl }),
    );
    const operatorTokenFile = isSet('DOORLIST_OPERATOR_TOKEN') ? null : join(home, 'operator-token');
    const env: NodeJS.ProcessEnv = {
      ...given,
      LOG_LEVEL: isSet('LOG_LEVEL') ? given['LOG_LEVEL'] : 'warn',
      PORT: String(publicPort),
      PUBLIC_URL: publicUrl,
      DOORLIST_SECRET: isSet('DOORLIST_SECRET') ? given['DOORLIST_SECRET'] : keptSecret(join(home, 'secret')),
      ...(operatorTokenFile === null ? {} : { DOORLIST_OPERATOR_TOKEN: keptSecret(operatorTokenFile) }),
      ...(postgres === null ? {} : { DATABASE_URL: postgres.url }),
      ...(temporal === null
        ? {}
        : {
            TEMPORAL_ADDRESS: temporal.address,
            TEMPORAL_NAMESPACE: temporal.namespace,
            TEMPORAL_UI_URL: temporal.uiUrl,
          }),
      ...(mail === null ? {} : { SMTP_URL: mail.smtpUrl }),
      ...(slack === null
        ? {}
        : {
            SLACK_API_URL: slack.apiUrl,
            SLACK_BOT_TOKEN: slack.botToken,
            SLACK_SIGNING_SECRET: slack.signingSecret,
          }),
    };
    return {
      env,
      slack,
      issuer,
      mailUrl: mail?.webUrl ?? null,
      temporalUiUrl: temporal?.uiUrl ?? null,
      temporalWay: temporal?.way ?? null,
      operatorTokenFile,
      died: firstToDie(started, () => stopping),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Between the look at a port and its use another program may take it: the next try asks for another one. */
async function withAnotherPort<T>(start: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start();
    } catch (error) {
      const isTaken = /address already in use|EADDRINUSE/i.test(messageOf(error));
      if (!isTaken || tries >= PORT_TRIES) throw error;
    }
  }
}

function firstToDie(parts: readonly Part[], isStopping: () => boolean): Promise<never> {
  return new Promise((_resolve, reject) => {
    for (const { name, exited } of parts) {
      void exited?.then((words) => {
        if (!isStopping())
          reject(new StartError(`${name} ended by itself: ${words === '' ? 'it said nothing' : words}`));
      });
    }
  });
}
