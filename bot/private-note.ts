import { v5 as nameBased, v7 as uuid } from 'uuid';
import { Delivery } from '../store/models';
import type { BotDeps } from './deps';

/** Where to say something to one person alone. */
export interface NotePlace {
  readonly responseUrl: string | null;
  readonly slackTeamId: string;
  readonly channel: string | null;
  readonly slackUserId: string;
  /** The thread that it is said in, where it answers something that was said there. */
  readonly threadTs?: string;
}

/** A response_url that does not answer at once is passed over. */
const WITHIN_MS = 5_000;
/** Longer than a note takes: whoever meant to say it and is still at it then died. */
const LEASE_MS = 15_000;
/** Makes keys out of notes that are said once: who reads it, where, and its words. */
const NOTES = '5f0b7a52-1f0e-4c55-8a0e-0b6b8f6f7d24';

/**
 * Says something privately: by the click's response_url, which needs no token, else as an ephemeral message.
 * @returns whether Slack took it
 */
export async function notePrivately(deps: BotDeps, place: NotePlace, text: string): Promise<boolean> {
  const { responseUrl, slackTeamId, channel, slackUserId: user, threadTs } = place;
  try {
    if (responseUrl !== null && (await answerTo(responseUrl, text))) return true;
    const client = await deps.slack.clientFor(slackTeamId);
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    if (channel === null || client === null) return false;
    await client.chat.postEphemeral({ channel, user, text, ...thread });
    return true;
  } catch (error) {
    // The decision stands whether or not this reaches them; the card shows it.
    deps.log.warn({ err: error }, 'a private note did not reach its reader');
    return false;
  }
}

/**
 * As {@link notePrivately}, once: who was told the same in the same thread is told nothing more. What did not reach them is said
 * at the next occasion.
 */
export async function noteOnce(deps: BotDeps, place: NotePlace, text: string, teamId: string): Promise<void> {
  const { store } = deps;
  const { slackTeamId, channel, slackUserId, threadTs } = place;
  const named = [slackTeamId, channel, threadTs, slackUserId, text].join(' ');
  const dedupeKey = `slack:note:${nameBased(named, NOTES)}`;
  const now = store.clock.now();
  // By knex: Objection answers with a row whether or not it wrote one.
  const mine = await store
    .knex('deliveries')
    .insert({ id: uuid(), dedupeKey, teamId, channel: 'slack', createdAt: now })
    .onConflict('dedupe_key')
    .merge(['createdAt'])
    .whereNull('deliveries.sentAt')
    .where('deliveries.createdAt', '<', new Date(now.getTime() - LEASE_MS))
    .returning<unknown[]>('id');
  if (mine.length === 0) return;
  const delivery = Delivery.query(store.knex).findOne({ dedupeKey });
  if (await notePrivately(deps, place, text)) await delivery.patch({ sentAt: store.clock.now() });
  else await delivery.delete();
}

async function answerTo(url: string, text: string): Promise<boolean> {
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
    signal: AbortSignal.timeout(WITHIN_MS),
  }).catch(() => null);
  return response?.ok === true;
}
