import { v7 as uuid } from 'uuid';
import type { Store } from '../store/database';
import { Delivery } from '../store/models';
import { isRefusedForGood, isServerDown, type Mail } from '../mail/mailer';
import type { ActivityDependencies } from './dependencies';

/** One thing told to one address. */
export interface Letter {
  /** Names the thing and the address: the same key is mailed once. */
  readonly key: string;
  readonly teamId: string;
  /** Composes the mail when it has to go out; null when there is nothing to say any more. */
  readonly compose: () => Promise<Omit<Mail, 'messageId'> | null>;
}

/**
 * Mails a thing once (SHARE-9): the intent is a row before, `sent_at` after the server took it. A crash between the two
 * mails again, with the same Message-ID.
 * @returns whether it is out, now or since before
 * @throws the mail server's error; the caller's retry comes back here
 */
export async function mailOnce(
  { store, mailer, publicUrl }: ActivityDependencies,
  letter: Letter,
): Promise<boolean> {
  const { key, teamId, compose } = letter;
  const delivery = await intendTo(store, key, teamId);
  if (delivery.sentAt !== null) return true;
  const mail = await compose();
  if (mail === null) return false;
  await mailer.send({ ...mail, messageId: `${delivery.id}@${new URL(publicUrl).hostname}` });
  await Delivery.query(store.knex).findById(delivery.id).patch({ sentAt: store.clock.now() });
  return true;
}

/** The row of a letter, made by the first who means to send it. */
async function intendTo(
  store: Store,
  dedupeKey: string,
  teamId: string,
): Promise<Pick<Delivery, 'id' | 'sentAt'>> {
  const id = uuid();
  // By knex: Objection answers with a row whether or not it inserted one.
  const made = await store
    .knex('deliveries')
    .insert({ id, dedupeKey, teamId, channel: 'email', createdAt: store.clock.now() })
    .onConflict('dedupe_key')
    .ignore()
    .returning<unknown[]>('id');
  if (made.length > 0) return { id, sentAt: null };
  return Delivery.query(store.knex).findOne({ dedupeKey }).throwIfNotFound();
}

/** How many letters are out, and how many were refused for good. */
export interface Mailed {
  readonly mailed: number;
  readonly refused: number;
}

/**
 * Mails to each of several people once: a mail that fails keeps nobody else from theirs, and an address that is refused
 * for good is given up, and counted.
 * @param onEach called before each
 * @throws the first error that may pass, at once where it is the server's; the caller's retry sends what is left
 */
export async function mailEach(
  deps: ActivityDependencies,
  letters: readonly Letter[],
  onEach: () => void = () => undefined,
): Promise<Mailed> {
  const failures: unknown[] = [];
  let mailed = 0;
  for (const letter of letters) {
    onEach();
    try {
      if (await mailOnce(deps, letter)) mailed += 1;
    } catch (error) {
      if (isServerDown(error)) throw error;
      failures.push(error);
    }
  }
  const passing = failures.find((failure) => !isRefusedForGood(failure));
  if (passing !== undefined) throw passing as Error;
  return { mailed, refused: failures.length };
}
