import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuid } from 'uuid';
import { createSessions } from '../../api/auth/session';
import { createKeyReads } from '../../api/keys/key-reads';
import { keyServer } from '../../api/keys/key-server';
import { createApp } from '../../api/server';
import { loadConfig } from '../../config/env';
import { createLogger } from '../../config/log';
import { createBrowser, type Browser, type Page } from '../../embedded/tour/browser';
import type { Mail, Mailer } from '../../mail/mailer';
import { createUserToken } from '../../operations/create-token';
import { prepareInvitationMail, invitationSent } from '../../operations/send-invitation';
import type { Processes } from '../../workflows/client';
import { callerOf, type Call } from './api-client';
import { openTestStore, type TestStore } from './database';
import { directProcesses } from './direct-processes';

/** The whole API with its pages and real sessions on a free port, over a store of its own. Mails land in a list. */
export interface WholeApi {
  readonly store: TestStore;
  readonly url: string;
  readonly mails: Mail[];
  readonly mailer: Mailer;
  /** What stands in for Temporal; a test may put its own in place of single calls. */
  readonly processes: Processes;
  readonly operator: Call;
  as(token: string | undefined): Call;
  /** A caller with a fresh token of this person. */
  person(userId: string): Promise<Call>;
  browser(): Browser;
  /** A browser in which this address signed in by its mailed link, and the page it came to. */
  signedIn(email: string, returnTo?: string): Promise<{ readonly browser: Browser; readonly page: Page }>;
  /** The link that was mailed last to this address. */
  linkTo(email: string): Promise<string>;
  /** Mails an invitation as its run does. @returns the link's token */
  mailInvitation(teamId: string, approvalId: string): Promise<string>;
  close(): Promise<void>;
}

const OPERATOR_TOKEN = 'operator-of-the-tests';

/**
 * Starts it.
 * @param env in place of the test's configuration
 * @param open opens the store that it stands on
 */
export async function startWholeApi(env: NodeJS.ProcessEnv = {}, open = openTestStore): Promise<WholeApi> {
  const store = await open();
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = encodeURIComponent(`-c search_path=${store.schema} -c role=doorlist_app`);
  const config = loadConfig({
    PUBLIC_URL: url,
    DATABASE_URL: `${store.databaseUrl}?options=${options}`,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
    DOORLIST_SECRET: 's'.repeat(32),
    DOORLIST_OPERATOR_TOKEN: OPERATOR_TOKEN,
    LOG_LEVEL: 'silent',
    RATE_TOKEN: '0',
    ...env,
  });
  const mails: Mail[] = [];
  const mailer: Mailer = {
    send: (mail) => Promise.resolve(void mails.push(mail)),
    close: () => undefined,
  };
  const processes = directProcesses(store, mailer, url);
  const sessions = createSessions(config);
  const log = createLogger('test', config.logLevel);
  const keyReads = createKeyReads(store, log);
  const app = createApp({ config, store, processes, mailer, log, keyReads }, sessions);
  server.on('request', keyServer(keyReads, config, log)(app));

  const linkTo = async (email: string): Promise<string> => {
    // The link is mailed after the answer, so that the answer tells nothing.
    for (let looks = 0; looks < 250; looks += 1) {
      const text = mails.findLast((mail) => mail.to === email)?.text;
      const link = /https?:\/\/\S+/.exec(text ?? '')?.[0];
      if (link !== undefined) return link;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no mail came for ${email}`);
  };
  return {
    ...{ store, url, mails, mailer, processes, linkTo },
    operator: callerOf(url, OPERATOR_TOKEN),
    as: (token) => callerOf(url, token),
    person: async (userId) => {
      const cause = {
        actor: { type: 'operator' },
        source: 'api',
        requestId: null,
        asOf: new Date(),
      } as const;
      const made = { id: uuid(), name: 'test', expiresInMs: null, userId };
      const { secret } = await createUserToken(store, cause, made);
      return callerOf(url, secret ?? '');
    },
    browser: () => createBrowser(url),
    signedIn: async (email, returnTo = '/') => {
      const browser = createBrowser(url);
      const form = await browser.open('/');
      mails.splice(0);
      await browser.submit(form, '/auth/email', { email, returnTo });
      const link = await browser.open(await linkTo(email));
      return { browser, page: await browser.submit(link, new URL(link.url).pathname) };
    },
    mailInvitation: async (teamId, approvalId) => {
      const at = { teamId, approvalId, asOf: store.clock.now() };
      const letter = await prepareInvitationMail(store, at);
      await invitationSent(store, { ...at, mailing: letter?.mailing ?? 1 });
      return letter?.token ?? '';
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await sessions.close();
      await keyReads.close();
      await store.close();
    },
  };
}
