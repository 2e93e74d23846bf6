import type { WebClient } from '@slack/web-api';
import { v7 as uuid } from 'uuid';
import type { Audience, CardView } from '../../bot/cards/card-view';
import { CARD_EVENT } from '../../bot/cards/control-ids';
import { drawCard, hashOf } from '../../bot/cards/draw';
import { slackFailure } from '../../bot/web-client';
import type { Store, Tx } from '../../store/database';
import { SlackMessage } from '../../store/models';
import { AtWork, claimFrom } from './claims';
import { find, post } from './post';

/** Draws the copies of one request's card; the only writer of them (SLACK-3). */
export interface Copies {
  readonly store: Store;
  readonly client: WebClient;
  readonly slackTeamId: string;
  readonly publicUrl: string;
}

/** The message is no more, or is not ours to change: what stands in its place has to be a new one. */
const GONE = new Set(['message_not_found', 'cant_update_message']);

/** All copies of a request that are not lost. */
export function copiesOf(store: Store, view: Pick<CardView, 'id' | 'teamId'>): Promise<SlackMessage[]> {
  return store.inTeam(view.teamId, (tx) =>
    SlackMessage.query(tx).where({ approvalId: view.id }).whereNot({ state: 'gone' }).orderBy('id'),
  );
}

/** Forgets what stands in a request's copies: whoever has one is told by mail, until it is drawn anew. */
export async function forgetDrawn(tx: Tx, approvalId: string): Promise<void> {
  await SlackMessage.query(tx).where({ approvalId }).patch({ drawn: null });
}

/**
 * Writes the intent of a copy and claims it, before anything is posted.
 * @throws {AtWork} when another process did so just now
 */
export async function intend(
  copies: Copies,
  view: CardView,
  audience: Audience,
  channel: string,
): Promise<SlackMessage> {
  const { store, slackTeamId } = copies;
  const now = store.clock.now();
  const id = uuid();
  const row = await store.inTeam(view.teamId, async (tx) => {
    await SlackMessage.query(tx)
      .insert({
        ...{ id, teamId: view.teamId, approvalId: view.id, audience: audience.kind },
        ...(audience.kind === 'channel' ? {} : { userId: audience.userId }),
        ...(audience.kind === 'approver' ? { fresh: audience.isFresh ?? false } : {}),
        ...{ slackTeamId, channel, state: 'intended', createdAt: now, updatedAt: now },
        claimedUntil: claimFrom(now),
      })
      .onConflict()
      .ignore();
    // Read back, since an insert that was ignored looks like one that was not.
    return SlackMessage.query(tx).findById(id);
  });
  if (row === undefined) throw new AtWork();
  return row;
}

/**
 * Brings one copy up to date: posts it, or looks it up after a post whose answer was lost, or redraws it.
 * @param isNew whether its intent was written just now, so that nothing can have been posted
 * @returns `gone` when Slack lost the message: its row says so, and a new copy may be posted
 * @throws {AtWork}; the Web API client's error
 */
export async function bringUpToDate(
  copies: Copies,
  view: CardView,
  audience: Audience,
  row: SlackMessage,
  isNew: boolean,
): Promise<'there' | 'gone'> {
  const { store, client } = copies;
  const drawn = drawCard(view, audience, copies.publicUrl);
  const hash = hashOf(drawn);
  if (row.drawn === hash) return 'there';
  const { id, channel, ts, createdAt } = isNew ? row : await claim(store, row);
  const place = { channel };
  try {
    const known = ts ?? (isNew ? null : await find(client, place, { id, since: createdAt }));
    if (known === null) {
      const posted = await post(client, place, CARD_EVENT, id, drawn);
      await save(store, row, { ts: posted, state: 'posted', drawn: hash });
      return 'there';
    }
    await client.chat.update({ channel, ts: known, text: drawn.text, blocks: drawn.blocks });
    await save(store, row, { ts: known, state: 'posted', drawn: hash });
    return 'there';
  } catch (error) {
    const failure = slackFailure(error);
    const isGone = failure.kind === 'refused' && GONE.has(failure.code);
    await save(store, row, isGone ? { state: 'gone' } : {});
    if (isGone) return 'gone';
    throw error;
  }
}

/** Takes a copy for one drawing. What stands there is unknown from here until it is saved. */
async function claim(store: Store, row: SlackMessage): Promise<SlackMessage> {
  const now = store.clock.now();
  const claimed = await store.inTeam(row.teamId, (tx) =>
    SlackMessage.query(tx)
      .findById(row.id)
      .whereNot({ state: 'gone' })
      .where((free) => void free.whereNull('claimedUntil').orWhere('claimedUntil', '<', now))
      .patch({ claimedUntil: claimFrom(now), drawn: null })
      .returning('*')
      .first(),
  );
  if (claimed === undefined) throw new AtWork();
  return claimed;
}

async function save(store: Store, row: SlackMessage, change: Partial<SlackMessage>): Promise<void> {
  await store.inTeam(row.teamId, (tx) =>
    SlackMessage.query(tx)
      .findById(row.id)
      .patch({ ...change, claimedUntil: null, updatedAt: store.clock.now() }),
  );
}
