import type { WebClient } from '@slack/web-api';
import { v7 as uuid } from 'uuid';
import { LINE_EVENT } from '../../bot/cards/control-ids';
import type { Drawn } from '../../bot/cards/parts';
import { slackFailure } from '../../bot/web-client';
import { Delivery } from '../../store/models';
import type { Store } from '../../store/database';
import { AtWork, claimFrom } from './claims';

/** Where a message goes. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
}

/** A page of history, and how many are looked through: what was posted since an intent, in a busy channel. */
const PAGE = 200;
const MOST_PAGES = 10;
/** Slack's clock may differ from ours by this much. */
const SKEW_MS = 60_000;

/** Posts a message whose metadata names `delivery`. @returns its `ts`; @throws the Web API client's error */
export async function post(
  client: WebClient,
  place: Place,
  eventType: string,
  delivery: string,
  drawn: Drawn,
): Promise<string> {
  const { channel, threadTs } = place;
  const answer = await client.chat.postMessage({
    channel,
    text: drawn.text,
    blocks: drawn.blocks,
    unfurl_links: false,
    metadata: { event_type: eventType, event_payload: { delivery } },
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  });
  if (answer.ts === undefined) throw new Error('Slack took a message and gave no ts');
  return answer.ts;
}

/**
 * Finds a message by its metadata (SLACK-9): after an ambiguous post it may be there already.
 * @param delivery its id, and when its intent was written
 * @returns its `ts`, or null when it is not there, or the history may not be read
 * @throws the Web API client's error when it is not known whether it is there: nothing may be posted then
 */
export async function find(
  client: WebClient,
  { channel, threadTs }: Place,
  delivery: { readonly id: string; readonly since: Date },
): Promise<string | null> {
  const oldest = String((delivery.since.getTime() - SKEW_MS) / 1_000);
  let cursor = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const common = { channel, oldest, limit: PAGE, include_all_metadata: true, cursor };
    const answer = await (
      threadTs === undefined
        ? client.conversations.history(common)
        : client.conversations.replies({ ...common, ts: threadTs })
    ).catch((error: unknown) => {
      // An installation without the history scopes: a second copy is met, and hidden, by its first click.
      if (slackFailure(error).kind === 'refused') return null;
      throw error;
    });
    const messages = (answer?.messages ?? []) as Found[];
    const found = messages.find(({ metadata }) => metadata?.event_payload?.delivery === delivery.id);
    if (found?.ts !== undefined) return found.ts;
    cursor = answer?.response_metadata?.next_cursor ?? '';
    if (cursor === '') return null;
  }
  return null;
}

/** Says a thing once: the intent is a row first, and after a lost answer the message is looked up before another try. */
export async function sayOnce(
  store: Store,
  client: WebClient,
  line: { readonly key: string; readonly teamId: string; readonly place: Place; readonly drawn: Drawn },
): Promise<void> {
  const { key, teamId, place, drawn } = line;
  await Delivery.query(store.knex)
    .insert({ id: uuid(), dedupeKey: key, teamId, channel: 'slack', createdAt: store.clock.now() })
    .onConflict('dedupe_key')
    .ignore();
  const delivery = await Delivery.query(store.knex).findOne({ dedupeKey: key }).throwIfNotFound();
  await sayDelivery(store, client, delivery, place, drawn);
}

/**
 * Says what a delivery's row intends, once.
 * @throws {AtWork} when another process is at it; the Web API client's error
 */
export async function sayDelivery(
  store: Store,
  client: WebClient,
  { id, sentAt, triedAt }: Delivery,
  place: Place,
  drawn: Drawn,
): Promise<void> {
  if (sentAt !== null) return;
  const now = store.clock.now();
  const free = Delivery.query(store.knex)
    .findById(id)
    .whereNull('sentAt')
    .where((claim) => void claim.whereNull('claimedUntil').orWhere('claimedUntil', '<', now));
  // One that was tried since it was read may be there.
  if (triedAt === null) void free.whereNull('triedAt');
  if ((await free.patch({ claimedUntil: claimFrom(now), triedAt: triedAt ?? now })) === 0) throw new AtWork();
  try {
    const there = triedAt === null ? null : await find(client, place, { id, since: triedAt });
    if (there === null) await post(client, place, LINE_EVENT, id, drawn);
    await Delivery.query(store.knex).findById(id).patch({ sentAt: store.clock.now(), claimedUntil: null });
  } catch (error) {
    await Delivery.query(store.knex).findById(id).patch({ claimedUntil: null });
    throw error;
  }
}

interface Found {
  readonly ts?: string;
  readonly metadata?: { readonly event_payload?: { readonly delivery?: string } };
}
