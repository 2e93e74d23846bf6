import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { v7 as uuid } from 'uuid';
import { Refusal } from '../domain/refusal';
import type { Store } from '../store/database';
import { IdempotencyKey } from '../store/models';

/** A call that carries an Idempotency-Key. */
export interface KeyedCall {
  /** Whose key it is: keys belong to the token, person or operator that sent them. */
  readonly scope: string;
  readonly key: string;
  readonly method: string;
  readonly path: string;
  readonly body: Buffer;
  /** Fields of the answer that are shown once. */
  readonly secrets: readonly string[];
}

/** An answer as it is kept. */
export interface KeptAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string>>;
}

/** A call holds its key this long; one whose process died loses it then, and the next try goes on with the same id. */
const LEASE_MS = 20_000;
/** A call that lives longer keeps its key: several renewals may fail before it is lost. */
const RENEW_EVERY_MS = 5_000;
/** A repeat waits for the first this long before it is told to come back. */
const WAIT_MS = 30_000;
const LOOK_EVERY_MS = 100;
/** After a day a key is free again. */
const KEPT_MS = 86_400_000;

/** A try at a call under its key. */
export interface Try {
  readonly madeId: string;
  /** An earlier try ended without an answer that was kept: what it meant to do may be done already. */
  readonly isRetry: boolean;
}

/**
 * Runs a call under its Idempotency-Key: the same key with the same body gives the first answer again. The key is stored
 * with the id that the call will make before any effect. 401, 429 and 5xx are not kept: the key tries again, on the same id.
 * @throws {Refusal} `idempotency_key_reused` with another body, `idempotency_key_in_use` while the first is under way
 */
export async function underKey(
  store: Store,
  call: KeyedCall,
  work: (attempt: Try) => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  const hash = requestHash(call);
  const end = Date.now() + WAIT_MS;
  for (;;) {
    const held = await take(store, call, hash);
    if (held.kind === 'answered') return held.answer;
    if (held.kind === 'ours') return run(store, call, () => work(held));
    if (Date.now() > end) {
      throw new Refusal('idempotency_key_in_use', 'The first request with this key is still under way.', {
        retryAfter: 5,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

type Held =
  | (Try & { readonly kind: 'ours' })
  | { readonly kind: 'theirs' }
  | { readonly kind: 'answered'; readonly answer: KeptAnswer };

async function take(store: Store, { scope, key }: KeyedCall, hash: string): Promise<Held> {
  const now = store.clock.now();
  const lockedUntil = new Date(now.getTime() + LEASE_MS);
  const row = { scope, key, requestHash: hash, madeId: uuid(), lockedUntil, createdAt: now };
  const insert = (db: Knex): PromiseLike<unknown[]> =>
    // By knex: Objection answers with a row whether or not it inserted one.
    db('idempotency_keys').insert(row).onConflict(['scope', 'key']).ignore().returning<unknown[]>('made_id');
  const ours = { kind: 'ours', madeId: row.madeId, isRetry: false } as const;
  // Hardly any call is a repeat: for the others one statement is enough.
  if ((await insert(store.knex)).length > 0) return ours;
  return store.knex.transaction(async (tx) => {
    const overSince = new Date(now.getTime() - KEPT_MS);
    const over = await IdempotencyKey.query(tx)
      .delete()
      .where({ scope, key })
      .where('createdAt', '<', overSince);
    if (over > 0 && (await insert(tx)).length > 0) return ours;
    const there = await IdempotencyKey.query(tx).findById([scope, key]).forNoKeyUpdate();
    // Its time was over and it was swept between the two: the next look takes it.
    if (there === undefined) return { kind: 'theirs' };
    if (there.requestHash !== hash) {
      throw new Refusal('idempotency_key_reused', 'This Idempotency-Key came with another request before.');
    }
    if (there.status !== null) {
      const { status, body, headers } = there;
      return { kind: 'answered', answer: { status, body, headers: headers ?? {} } };
    }
    const { madeId } = there;
    if (there.lockedUntil > now) return { kind: 'theirs' };
    await IdempotencyKey.query(tx).findById([scope, key]).patch({ lockedUntil });
    return { kind: 'ours', madeId, isRetry: true };
  });
}

async function run(
  store: Store,
  { scope, key, secrets }: KeyedCall,
  work: () => Promise<KeptAnswer>,
): Promise<KeptAnswer> {
  // An answer that was kept stays, whoever comes late.
  const mine = () => IdempotencyKey.query(store.knex).findById([scope, key]).whereNull('status');
  let renewing: Promise<unknown> = Promise.resolve();
  const renew = (): void => {
    const lockedUntil = new Date(store.clock.now().getTime() + LEASE_MS);
    // A renewal that fails costs nothing: at worst a repeat goes on beside this call, on the same id.
    renewing = mine()
      .patch({ lockedUntil })
      .catch(() => undefined);
  };
  const renewals = setInterval(renew, RENEW_EVERY_MS).unref();
  const stopRenewing = async (): Promise<void> => {
    clearInterval(renewals);
    // One under way would take the key again after its release.
    await renewing;
  };
  const release = () => mine().patch({ lockedUntil: new Date(0) });
  let answer: KeptAnswer;
  try {
    answer = await work();
  } catch (error) {
    await stopRenewing();
    // The first error is the one to answer; a key that stays held is free when its time is up.
    await release().catch(() => undefined);
    throw error;
  }
  await stopRenewing();
  const { status, body, headers } = answer;
  if (status === 401 || status === 429 || status >= 500) await release();
  else await mine().patch({ status, body: withoutSecrets(body, secrets), headers: { ...headers } });
  return answer;
}

/** An answer without what is shown once. */
function withoutSecrets(body: unknown, secrets: readonly string[]): unknown {
  if (secrets.length === 0 || typeof body !== 'object' || body === null) return body ?? null;
  return { ...body, ...Object.fromEntries(secrets.map((field) => [field, null])) };
}

function requestHash({ method, path, body }: KeyedCall): string {
  return createHash('sha256').update(`${method} ${path}\n`).update(body).digest('hex');
}
