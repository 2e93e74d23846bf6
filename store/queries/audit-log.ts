import { GENESIS_HASH, linkHash } from '../audit';
import type { Store, Tx } from '../database';
import { AuditEvent, AuditHead } from '../models';
import { keyAfter, pageOf, type Page, type PageRequest } from './page';

/** What narrows the audit log: `since` is inside, `until` outside. */
export interface AuditFilter {
  readonly action?: string;
  readonly actorId?: string;
  readonly since?: Date;
  readonly until?: Date;
}

/** A team's audit log, newest first; keys are sequence numbers. */
export async function listAudit(
  tx: Tx,
  teamId: string,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<AuditEvent>> {
  const { action, actorId, since, until } = filter;
  const after = keyAfter(page, 'number')?.[0] ?? null;
  const rows = await AuditEvent.query(tx)
    .where({ teamId })
    .modify((query) => {
      if (action !== undefined) void query.where({ action });
      if (actorId !== undefined) void query.whereRaw(`actor ->> 'userId' = ?`, [actorId]);
      if (since !== undefined) void query.where('at', '>=', since);
      if (until !== undefined) void query.where('at', '<', until);
      if (after !== null) void query.where('seq', '<', after);
    })
    .orderBy('seq', 'desc')
    .limit(page.limit + 1);
  return pageOf(rows, page.limit, (event) => event.seq);
}

/** What recomputing a team's chain found: how many links are sound, and where the first is not. */
export interface ChainCheck {
  readonly ok: boolean;
  readonly checked: number;
  /** Sequence number of the first link that was changed, taken out, or cut off at the end. */
  readonly firstBad?: number;
}

/** A page of links takes some milliseconds and a few hundred kilobytes. */
const PAGE = 1_000;

/**
 * Recomputes a team's chain from its first link to its head, in pages (OPS-6). Links that are appended meanwhile are left to
 * the next check.
 */
export async function verifyAudit(store: Store, teamId: string): Promise<ChainCheck> {
  const head = await store.inTeam(teamId, (tx) => AuditHead.query(tx).findById(teamId));
  const length = Number(head?.seq ?? 0);
  let prevHash = GENESIS_HASH;
  let checked = 0;
  while (checked < length) {
    const links = await store.inTeam(teamId, (tx) =>
      AuditEvent.query(tx)
        .where({ teamId })
        .whereBetween('seq', [checked + 1, Math.min(checked + PAGE, length)])
        .orderBy('seq'),
    );
    for (const link of links) {
      if (!isSound(link, checked + 1, prevHash)) return { ok: false, checked, firstBad: checked + 1 };
      checked += 1;
      prevHash = link.hash;
    }
    // Links that lack at the end of a page lack altogether.
    if (checked < length && links.length < PAGE) return { ok: false, checked, firstBad: checked + 1 };
  }
  const ends = head === undefined || head.hash === prevHash;
  return ends ? { ok: true, checked } : { ok: false, checked, firstBad: length };
}

function isSound(link: AuditEvent, seq: number, prevHash: string): boolean {
  return Number(link.seq) === seq && link.prevHash === prevHash && link.hash === linkHash(link);
}
