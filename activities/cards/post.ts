import type { WebClient } from '@slack/web-api';
import { v7 as uuid } from 'uuid';
import type { Drawn } from '../../bot/cards/parts';
import { Delivery } from '../../store/models';
import type { Store } from '../../store/database';

/** Where a message goes. */
export interface Place {
  readonly channel: string;
  readonly threadTs?: string;
}

/** How far back a message is looked for after a post whose answer was lost. */
const LOOK_BACK = 100;

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
    blocks: [...drawn.blocks],
    unfurl_links: false,
    metadata: { event_type: eventType, event_payload: { delivery } },
    ...(threadTs === undefined ? {} : { thread_ts: threadTs }),
  });
  if (answer.ts === undefined) throw new Error('Slack took a message and gave no ts');
  return answer.ts;
}

/**
 * Finds a message by its metadata (SLACK-9): after an ambiguous post it may be there already.
 * @returns its `ts`, or null when it is not, or the history may not be read
 */
export async function find(
  client: WebClient,
  { channel, threadTs }: Place,
  delivery: string,
): Promise<string | null> {
  const common = { channel, limit: LOOK_BACK, include_all_metadata: true };
  const answer = await (
    threadTs === undefined
      ? client.conversations.history(common)
      : client.conversations.replies({ ...common, ts: threadTs })
  ).catch(() => null);
  const messages = (answer?.messages ?? []) as {
    ts?: string;
    metadata?: { event_payload?: { delivery?: string } };
  }[];
  return messages.find((message) => message.metadata?.event_payload?.delivery === delivery)?.ts ?? null;
}

/** Says a thing once: the intent is a row first, and after a lost answer the message is looked up before another try. */
export async function sayOnce(
  store: Store,
  client: WebClient,
  line: {
    readonly key: string;
    readonly teamId: string;
    readonly place: Place;
    readonly eventType: string;
    readonly drawn: Drawn;
  },
): Promise<void> {
  const { key, teamId, place, eventType, drawn } = line;
  const id = uuid();
  await Delivery.query(store.knex)
    .insert({ id, dedupeKey: key, teamId, channel: 'slack', createdAt: store.clock.now() })
    .onConflict('dedupe_key')
    .ignore();
  const delivery = await Delivery.query(store.knex).findOne({ dedupeKey: key }).throwIfNotFound();
  if (delivery.sentAt !== null) return;
  const isNew = delivery.id === id;
  const there = isNew ? null : await find(client, place, delivery.id);
  if (there === null) await post(client, place, eventType, delivery.id, drawn);
  await Delivery.query(store.knex).findById(delivery.id).patch({ sentAt: store.clock.now() });
}
