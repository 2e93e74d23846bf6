import { type TLSConfig } from '@temporalio/client';
import { type z } from 'zod';
import { environment } from './env-schema';
import { slackProblems } from './slack-variables';
import { temporalTls, tlsProblems } from './temporal-tls';

/** Log levels as pino has them, from the most talkative to none. */
export type LogLevel = z.output<typeof environment>['LOG_LEVEL'];

/** Where Temporal is and how to get in. `tls: null` is a connection in the clear. */
export interface TemporalConfig {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: string | null;
  readonly tls: TLSConfig | null;
}

/** How the bot reaches Slack: one workspace by its token, or any number that install it by OAuth (SLACK-1). */
export interface SlackConfig {
  /** Another base of the Web API than slack.com's, ending in a slash; `null`: the real one. */
  readonly apiUrl: string | null;
  readonly signingSecret: string;
  /** Set: events come by Socket Mode instead of HTTP. */
  readonly appToken: string | null;
  readonly auth:
    | { readonly kind: 'token'; readonly botToken: string }
    | { readonly kind: 'oauth'; readonly clientId: string; readonly clientSecret: string };
}

/** All that a process is told from outside, validated once at its start (OPS-2). */
export interface Config {
  readonly port: number;
  /** What people's browsers call us, without a slash at the end. */
  readonly publicUrl: string;
  /** `null`: the operator's calls are off. */
  readonly operatorToken: string | null;
  readonly databaseUrl: string;
  readonly databasePoolMax: number;
  readonly temporal: TemporalConfig;
  readonly temporalUiUrl: string | null;
  readonly smtpUrl: string;
  readonly mailFrom: string;
  /** Last resort of the approval queue (INVITE-3, INVITE-7). */
  readonly fallbackEmail: string | null;
  /** `null`: no Slack, the queue goes by console and mail alone (SLACK-3). */
  readonly slack: SlackConfig | null;
  readonly secret: string;
  /** As Express's `trust proxy` takes it: `false`, a number of hops, or addresses and ranges. */
  readonly trustProxy: boolean | number | string[];
  /** Calls a minute in each process; 0 is no limit (OPS-8). */
  readonly rates: { readonly token: number; readonly key: number; readonly miss: number };
  /** Lets webhooks go to loopback and private addresses, for development alone (OPS-11). */
  readonly allowPrivateWebhooks: boolean;
  /** What reads `GET /metrics` has to bring; `null`: anybody may. */
  readonly metricsToken: string | null;
  /** Where the worker answers Temporal's metrics of it, host and port; `null`: nowhere. */
  readonly workerMetricsAddress: string | null;
  readonly logLevel: LogLevel;
}

/** The environment cannot be used. `message` names every bad variable, one a line, and holds no value of any. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The environment is not usable:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/**
 * Reads the whole configuration of a process. An empty variable counts as unset, since compose files and CI systems
 * hand those on; variables that are not ours are ignored.
 *
 * @param env usually `process.env`
 * @throws {ConfigError} naming every variable that is missing or wrong
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const { data, error } = environment.safeParse(set);
  const problems = [
    ...(error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message]),
    ...slackProblems(set),
    ...tlsProblems(set),
  ];
  if (!data || problems.length > 0) throw new ConfigError(problems.map((problem) => problem.join(': ')));
  return {
    port: data.PORT,
    publicUrl: data.PUBLIC_URL,
    operatorToken: data.DOORLIST_OPERATOR_TOKEN ?? null,
    databaseUrl: data.DATABASE_URL,
    databasePoolMax: data.DATABASE_POOL_MAX,
    temporal: {
      address: data.TEMPORAL_ADDRESS,
      namespace: data.TEMPORAL_NAMESPACE,
      apiKey: data.TEMPORAL_API_KEY ?? null,
      tls: temporalTls(data),
    },
    temporalUiUrl: data.TEMPORAL_UI_URL ?? null,
    smtpUrl: data.SMTP_URL,
    mailFrom: data.MAIL_FROM ?? `Doorlist <no-reply@${new URL(data.PUBLIC_URL).hostname}>`,
    fallbackEmail: data.DOORLIST_FALLBACK_EMAIL ?? null,
    slack: slackConfig(data),
    secret: data.DOORLIST_SECRET,
    trustProxy: data.TRUST_PROXY,
    rates: { token: data.RATE_TOKEN, key: data.RATE_KEY, miss: data.RATE_MISS },
    allowPrivateWebhooks: data.DOORLIST_ALLOW_PRIVATE_WEBHOOKS,
    metricsToken: data.METRICS_TOKEN ?? null,
    workerMetricsAddress: data.WORKER_METRICS_ADDRESS ?? null,
    logLevel: data.LOG_LEVEL,
  };
}

function slackConfig(env: z.output<typeof environment>): SlackConfig | null {
  if (env.SLACK_SIGNING_SECRET === undefined) return null;
  const shared = {
    apiUrl: env.SLACK_API_URL ?? null,
    signingSecret: env.SLACK_SIGNING_SECRET,
    appToken: env.SLACK_APP_TOKEN ?? null,
  };
  if (env.SLACK_BOT_TOKEN !== undefined) {
    return { ...shared, auth: { kind: 'token', botToken: env.SLACK_BOT_TOKEN } };
  }
  if (env.SLACK_CLIENT_ID === undefined || env.SLACK_CLIENT_SECRET === undefined) return null;
  return {
    ...shared,
    auth: { kind: 'oauth', clientId: env.SLACK_CLIENT_ID, clientSecret: env.SLACK_CLIENT_SECRET },
  };
}
