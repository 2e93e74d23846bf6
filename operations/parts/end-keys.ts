import { maskedKey, type KeyEndReason } from '../../domain/access-key';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { AccessKey } from '../../store/models';

/** What is told of a key that ends. */
export type EndingKey = Pick<
  AccessKey,
  'id' | 'elementId' | 'name' | 'tail' | 'createdBy' | 'idleSince' | 'endedAt'
>;

/** A key as the audit log names it: never more of it than lists show. */
export function auditableKey(key: Pick<AccessKey, 'elementId' | 'name' | 'tail'>): Record<string, unknown> {
  return { elementId: key.elementId, name: key.name, maskedKey: maskedKey(key.tail) };
}

/** The audit line of a key's end. A key that went with its collection counts as revoked (KEY-6). */
export function keyEndedLine(key: EndingKey, reason: KeyEndReason): AuditEntry {
  return {
    action: `collection_access_key.${reason === 'expired' ? 'expired' : 'revoked'}`,
    target: { type: 'access_key', id: key.id },
    before: auditableKey(key),
    after: { endedAt: key.endedAt?.toISOString() ?? null, reason },
  };
}

/**
 * Writes the end of every key of a team that is past it, at the instant it ended: before a policy changes, so that none
 * comes back to life when the policy grows (KEY-4).
 * @returns those keys
 */
export async function endOverdueKeys(
  tx: Tx,
  given: { readonly teamId: string; readonly asOf: Date; readonly limit?: number },
): Promise<readonly EndingKey[]> {
  const { teamId, asOf, limit = null } = given;
  const { rows } = await tx.raw<{ rows: EndingKey[] }>(
    `update access_keys k
        set ended_at = doorlist_key_end(k.idle_since, t.policy), end_reason = 'expired'
       from teams t
      where t.id = k.team_id and k.ended_at is null and doorlist_key_end(k.idle_since, t.policy) <= :asOf
        and k.id in (
          select x.id from access_keys x
           where x.team_id = :teamId and x.ended_at is null
             and x.idle_since <= (
               select cast(:asOf as timestamptz)
                      - interval '1 second' * extract(epoch from coalesce(y.policy->>'keyInactivity', 'P60D')::interval)
                 from teams y where y.id = :teamId)
           order by x.idle_since limit :limit)
      returning k.id, k.element_id as "elementId", k.name, k.tail, k.created_by as "createdBy",
                k.idle_since as "idleSince", k.ended_at as "endedAt"`,
    { teamId, asOf, limit },
  );
  return rows;
}

/** Ends the living keys of collections that go away (KEY-6). @returns their audit lines */
export async function endKeysOfElements(
  tx: Tx,
  elementIds: readonly string[],
  at: { readonly asOf: Date; readonly by: string | null },
): Promise<readonly AuditEntry[]> {
  const ended = await AccessKey.query(tx)
    .whereIn('elementId', [...elementIds])
    .whereNull('endedAt')
    .patch({ endedAt: at.asOf, endReason: 'collection_gone', endedBy: at.by })
    .returning('*');
  return ended.map((key) => keyEndedLine(key, 'collection_gone'));
}
