import { createHash } from 'node:crypto';
import stringify from 'safe-stable-stringify';
import { v7 as uuid } from 'uuid';
import type { Actor, Cause } from '../domain/actor';
import { AuditHead, Token, User, type AuditActor, type AuditEvent } from './models';
import type { Tx } from './database';

/** What one change says in the audit log: an action `noun.verb`, its target, and the fields before and after. */
export interface AuditEntry {
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
}

/** What the first link of a chain points back to. */
export const GENESIS_HASH = '0'.repeat(64);

/**
 * Appends to a team's chain (OPS-6). Call it last in the transaction: it takes the lock that every writer of the team
 * waits for.
 */
export async function appendAudit(
  tx: Tx,
  teamId: string,
  cause: Cause,
  entries: readonly AuditEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const actor = await auditActor(tx, cause.actor);
  const head = await lockHead(tx, teamId);
  let seq = Number(head.seq);
  let prevHash = head.hash;
  const { asOf: at, source, requestId } = cause;
  // No spreads: they cost more than the hashes where a thousand links are made.
  const links = entries.map(({ action, target, before = null, after = null }) => {
    seq += 1;
    const link = {
      teamId,
      seq: String(seq),
      id: uuid(),
      at,
      actor,
      source,
      action,
      targetType: target.type,
      targetId: target.id,
      before,
      after,
      requestId,
      prevHash,
    };
    prevHash = linkHash(link);
    // Without what all links of this change have in common.
    return {
      seq: link.seq,
      id: link.id,
      action,
      targetType: link.targetType,
      targetId: link.targetId,
      before,
      after,
      prevHash: link.prevHash,
      hash: prevHash,
    };
  });
  // As one value, not as fifteen for each row: thousands go in one statement.
  await tx.raw(
    `insert into audit_events (team_id, seq, id, at, actor, source, action, target_type, target_id, before, after,
                               request_id, prev_hash, hash)
     select :teamId, (l->>'seq')::bigint, (l->>'id')::uuid, :at, :actor, :source, l->>'action', l->>'targetType',
            l->>'targetId', nullif(l->'before', 'null'), nullif(l->'after', 'null'), :requestId, l->>'prevHash', l->>'hash'
       from jsonb_array_elements(:links) as l`,
    { teamId, at, actor: JSON.stringify(actor), source, requestId, links: JSON.stringify(links) },
  );
  await AuditHead.query(tx)
    .findById(teamId)
    .patch({ seq: String(seq), hash: prevHash });
}

async function lockHead(tx: Tx, teamId: string): Promise<AuditHead> {
  const lock = () => AuditHead.query(tx).findById(teamId).forNoKeyUpdate();
  const there = await lock();
  if (there !== undefined) return there;
  await AuditHead.query(tx).insert({ teamId, seq: '0', hash: GENESIS_HASH }).onConflict('team_id').ignore();
  return lock().throwIfNotFound();
}

/** The hash of a link: SHA-256 over its fields as JSON with sorted keys, the previous hash among them. */
export function linkHash(link: Omit<LinkFields, 'hash'>): string {
  const fields = {
    teamId: link.teamId,
    seq: Number(link.seq),
    id: link.id,
    at: link.at.toISOString(),
    actor: link.actor,
    source: link.source,
    action: link.action,
    target: { type: link.targetType, id: link.targetId },
    before: link.before,
    after: link.after,
    requestId: link.requestId,
    prevHash: link.prevHash,
  };
  return createHash('sha256').update(stringify(fields)).digest('hex');
}

type LinkFields = Pick<
  AuditEvent,
  | 'teamId'
  | 'seq'
  | 'id'
  | 'at'
  | 'actor'
  | 'source'
  | 'action'
  | 'targetType'
  | 'targetId'
  | 'before'
  | 'after'
  | 'requestId'
  | 'prevHash'
  | 'hash'
>;

async function auditActor(tx: Tx, actor: Actor): Promise<AuditActor> {
  switch (actor.type) {
    case 'person': {
      const user = await User.query(tx).findById(actor.userId).throwIfNotFound();
      const behalf = actor.onBehalfOf === undefined ? {} : { onBehalfOf: actor.onBehalfOf };
      return { type: 'person', userId: actor.userId, ...behalf, name: user.name };
    }
    case 'service': {
      const token = await Token.query(tx).findById(actor.tokenId).throwIfNotFound();
      return { type: 'service', name: token.name };
    }
    case 'operator':
      return { type: 'operator', name: 'operator' };
    case 'rule':
      return { type: 'rule', name: actor.name };
  }
}
