import {
  LogLevel,
  WebAPIHTTPError,
  WebAPIPlatformError,
  WebAPIRateLimitedError,
  WebClient,
  type WebClientOptions,
} from '@slack/web-api';
import type { Config } from '../config/env';
import type { Store } from '../store/database';
import { SlackInstallation } from '../store/models';
import { createSeal } from './seal';

/** Slack's Web API for the workspaces that the app is in. */
export interface SlackApi {
  /** Null when no Slack is configured, or the app is not (or no longer) installed in that workspace. */
  clientFor(slackTeamId: string): Promise<WebClient | null>;
  tokenFor(slackTeamId: string): Promise<string | null>;
  /** Slack takes the workspace's token no longer: nothing more is sent there until the app is installed again (SLACK-3). */
  shutOut(slackTeamId: string): Promise<void>;
  readonly clientOptions: WebClientOptions;
}

/** Slack answers in a second or two; a call that hangs this long is tried again by whoever made it. */
const TIMEOUT_MS = 10_000;

/**
 * Opens it. Retries are off: the client's own would run for half an hour inside one activity, and post twice after a reset
 * that came behind Slack's acceptance.
 */
export function createSlack(config: Config, store: Store): SlackApi {
  const clientOptions: WebClientOptions = {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    // What failed is said by whoever called, to our own log.
    logLevel: LogLevel.ERROR,
    ...(config.slack?.apiUrl == null ? {} : { slackApiUrl: config.slack.apiUrl }),
  };
  const seal = createSeal(config.secret);
  const clients = new Map<string, WebClient>();
  const tokenFor = async (slackTeamId: string): Promise<string | null> => {
    if (config.slack === null) return null;
    if (config.slack.auth.kind === 'token') return config.slack.auth.botToken;
    const row = await SlackInstallation.query(store.knex).findById(slackTeamId).whereNull('revokedAt');
    return row === undefined ? null : seal.open(row.botTokenSealed);
  };
  return {
    clientOptions,
    tokenFor,
    shutOut: async (slackTeamId) => {
      await SlackInstallation.query(store.knex)
        .findById(slackTeamId)
        .whereNull('revokedAt')
        .patch({ revokedAt: store.clock.now() });
    },
    clientFor: async (slackTeamId) => {
      const token = await tokenFor(slackTeamId);
      if (token === null) return null;
      const client = clients.get(token) ?? new WebClient(token, clientOptions);
      clients.set(token, client);
      return client;
    },
  };
}

/** What a failed call means for whoever made it. */
export type SlackFailure =
  | { readonly kind: 'rate_limited'; readonly retryAfterMs: number }
  /** Slack refused: the same call would be refused again. */
  | { readonly kind: 'refused'; readonly code: string }
  /** The token is no longer good: nothing can be said in that workspace. */
  | { readonly kind: 'shut_out'; readonly code: string }
  /** No answer, or a broken one: whether it took effect is not known. */
  | { readonly kind: 'unknown' };

const SHUT_OUT = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
  'org_login_required',
  'team_access_not_granted',
]);
const PASSING = new Set([
  'internal_error',
  'fatal_error',
  'request_timeout',
  'service_unavailable',
  'ratelimited',
]);

/** Reads an error of the Web API client. */
export function slackFailure(error: unknown): SlackFailure {
  if (error instanceof WebAPIRateLimitedError) {
    return { kind: 'rate_limited', retryAfterMs: error.retryAfter * 1_000 };
  }
  if (error instanceof WebAPIPlatformError) {
    const code = error.data.error;
    if (SHUT_OUT.has(code)) return { kind: 'shut_out', code };
    // The client takes a page that is no JSON for an error code.
    const isCode = /^[a-z0-9_]+$/.test(code);
    return !isCode || PASSING.has(code) ? { kind: 'unknown' } : { kind: 'refused', code };
  }
  if (error instanceof WebAPIHTTPError && error.statusCode >= 400 && error.statusCode < 500) {
    return { kind: 'refused', code: String(error.statusCode) };
  }
  return { kind: 'unknown' };
}
