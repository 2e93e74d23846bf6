import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { v7 as uuid } from 'uuid';
import type { Audience, CardView } from '../../bot/cards/card-view';
import { CARD_EVENT } from '../../bot/cards/control-ids';
import { drawCard } from '../../bot/cards/draw';
import { slackFailure } from '../../bot/web-client';
import type { Store } from '../../store/database';
import { SlackMessage } from '../../store/models';
import { find, post } from './post';

/** Draws the copies of one request's card; the only writer of them (SLACK-3). */
export interface Copies {
  readonly store: Store;
  readonly client: WebClient;
  readonly slackTeamId: string;
  readonly publicUrl: string;
}

const GONE = new Set([
  'message_not_found',
  'cant_update_message',
  'channel_not_found',
  'is_inactive',
  'is_archived',
]);

/** The row of a copy that is not lost, or null. */
export async function copyOf(store: Store, view: CardView, audience: Audience): Promise<SlackMessage | null> {
  const userId = audience.kind === 'channel' ? null : audience.userId;
  const row = await store.inTeam(view.teamId, (tx) =>
    SlackMessage.query(tx)
      .where({ approvalId: view.id, audience: audience.kind, userId })
      .whereNot({ state: 'gone' })
      .first(),
  );
  return row ?? null;
}

/** Writes the intent of a copy, before anything is posted. */
export async function intend(
  copies: Copies,
  view: CardView,
  audience: Audience,
  channel: string,
): Promise<SlackMessage> {
  const { store, slackTeamId } = copies;
  const now = store.clock.now();
  return store.inTeam(view.teamId, (tx) =>
    SlackMessage.query(tx)
      .insert({
        id: uuid(),
        teamId: view.teamId,
        approvalId: view.id,
        audience: audience.kind,
        ...(audience.kind === 'channel' ? {} : { userId: audience.userId }),
        slackTeamId,
        channel,
        state: 'intended',
        createdAt: now,
        updatedAt: now,
      })
      .returning('*'),
  );
}

/**
 * Brings one copy up to date: posts it, or looks it up after a post whose answer was lost, or redraws it.
 * @param isNew whether its intent was written just now, so that nothing can have been posted
 * @returns false when Slack lost the message: its row says so, and a new copy may be posted
 */
export async function bringUpToDate(
  copies: Copies,
  view: CardView,
  audience: Audience,
  row: SlackMessage,
  isNew: boolean,
): Promise<boolean> {
  const { client, publicUrl } = copies;
  const drawn = drawCard(view, audience, publicUrl);
  const hash = createHash('sha256').update(JSON.stringify(drawn)).digest('hex');
  if (row.drawn === hash) return true;
  const { channel } = row;
  const known = row.ts ?? (isNew ? null : await find(client, { channel }, row.id));
  if (known === null) {
    const ts = await post(client, { channel }, CARD_EVENT, row.id, drawn);
    await save(copies.store, row, { ts, state: 'posted', drawn: hash });
    return true;
  }
  try {
    await client.chat.update({ channel, ts: known, text: drawn.text, blocks: [...drawn.blocks] });
  } catch (error) {
    const failure = slackFailure(error);
    if (failure.kind !== 'refused' || !GONE.has(failure.code)) throw error;
    await save(copies.store, row, { state: 'gone' });
    return false;
  }
  await save(copies.store, row, { ts: known, state: 'posted', drawn: hash });
  return true;
}

async function save(store: Store, row: SlackMessage, change: Partial<SlackMessage>): Promise<void> {
  await store.inTeam(row.teamId, (tx) =>
    SlackMessage.query(tx)
      .findById(row.id)
      .patch({ ...change, updatedAt: store.clock.now() }),
  );
}
