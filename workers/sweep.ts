import type { Store } from '../store/database';
import { IdempotencyKey, LoginLink } from '../store/models';

/** How often what has served its time is deleted. */
export const SWEEP_EVERY_MS = 3_600_000;
/** Idempotency-Keys last 24 hours; a used or old sign-in link is of no use to anybody. */
const KEPT_MS = 86_400_000;

/** Deletes Idempotency-Keys and sign-in links that are over. @returns how many rows went */
export async function sweep({ knex, clock }: Pick<Store, 'knex' | 'clock'>): Promise<number> {
  const before = new Date(clock.now().getTime() - KEPT_MS);
  const keys = await IdempotencyKey.query(knex).delete().where('createdAt', '<', before);
  return keys + (await LoginLink.query(knex).delete().where('expiresAt', '<', before));
}
