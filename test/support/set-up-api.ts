import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { v7 as uuid } from 'uuid';
import type { Sessions } from '../../api/auth/session';
import { createKeyTally } from '../../api/keys/key-tally';
import { createApp } from '../../api/server';
import { loadConfig } from '../../config/env';
import { createLogger } from '../../config/log';
import { createUserToken } from '../../operations/create-token';
import type { Processes } from '../../workflows/client';
import { callerOf, type Call } from './api-client';
import { openTestStore, type TestStore } from './database';

/** The API on a free port, over a store of their own. What workflows are told is written down. */
export interface TestApi {
  readonly store: TestStore;
  readonly operator: Call;
  /** Requests that the workflows were told of, and teams whose seats may be free. */
  readonly told: { readonly changed: string[]; readonly seats: string[] };
  as(token: string | undefined): Call;
  tokenOf(userId: string): Promise<string>;
  close(): Promise<void>;
}

const OPERATOR_TOKEN = 'operator-of-the-tests';

/** Starts them. */
export async function startTestApi(): Promise<TestApi> {
  const store = await openTestStore();
  const config = loadConfig({
    PUBLIC_URL: 'http://doorlist.test',
    DATABASE_URL: store.databaseUrl,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
    SMTP_URL: 'smtp://127.0.0.1:1',
    DOORLIST_SECRET: 's'.repeat(32),
    DOORLIST_OPERATOR_TOKEN: OPERATOR_TOKEN,
    LOG_LEVEL: 'silent',
    RATE_TOKEN: '0',
  });
  const told = { changed: [] as string[], seats: [] as string[] };
  // No decision is proven here: of all that workflows do, these routes only pass on hints.
  const processes = {
    requestChanged: (approvalId: string) => Promise.resolve(void told.changed.push(approvalId)),
    seatMayBeFree: (teamId: string) => Promise.resolve(void told.seats.push(teamId)),
    accessChanged: () => Promise.resolve(true),
    guestsJoined: () => Promise.resolve(true),
    keysChanged: () => Promise.resolve(true),
    temporalLink: () => null,
  } as unknown as Processes;
  const mailer = { send: () => Promise.reject(new Error('no mail here')), close: () => undefined };
  const log = createLogger('test', 'silent');
  // Tokens alone call here: no browser, no session.
  const sessions: Sessions = {
    middleware: (_request, _response, next) => next(),
    close: () => Promise.resolve(),
  };
  const keyReads = { changed: () => undefined, writeUses: () => Promise.resolve(), tally: createKeyTally() };
  const app = createApp({ config, store, processes, mailer, log, keyReads }, sessions);
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    store,
    told,
    operator: callerOf(baseUrl, OPERATOR_TOKEN),
    as: (token) => callerOf(baseUrl, token),
    tokenOf: async (userId) => {
      const cause = {
        actor: { type: 'operator' },
        source: 'api',
        requestId: null,
        asOf: new Date(),
      } as const;
      const { secret } = await createUserToken(store, cause, {
        ...{ id: uuid(), name: 'test', expiresInMs: null },
        userId,
      });
      return secret ?? '';
    },
    close: async () => {
      await new Promise((done) => server.close(done));
      await store.close();
    },
  };
}
