import { Readable } from 'node:stream';
import type { Store } from '../../store/database';
import type { AuditEvent } from '../../store/models';
import type { Page } from '../../store/queries/page';
import { listAudit, type AuditFilter } from '../../store/queries/audit-log';

/** A page is some hundred kilobytes: a log of any length goes out without being held. */
const PAGE = 500;

const COLUMNS = [
  'seq',
  'at',
  'actorType',
  'actorId',
  'actorName',
  'onBehalfOf',
  'source',
  'action',
  'targetType',
  'targetId',
  'before',
  'after',
  'requestId',
  'id',
  'prevHash',
  'hash',
] as const;

/** The audit log as CSV (RFC 4180), newest first, read page by page as the caller takes it. */
export function auditCsv(store: Store, teamId: string, filter: AuditFilter): Readable {
  return Readable.from(lines(store, teamId, filter));
}

async function* lines(store: Store, teamId: string, filter: AuditFilter): AsyncGenerator<string> {
  yield line(COLUMNS);
  let after: string | null = null;
  do {
    const from: string | null = after;
    const page: Page<AuditEvent> = await store.inTeam(teamId, (tx) =>
      listAudit(tx, teamId, filter, { limit: PAGE, after: from }),
    );
    yield page.rows.map(eventLine).join('');
    after = page.next;
  } while (after !== null);
}

function eventLine(event: AuditEvent): string {
  const { actor } = event;
  return line([
    event.seq,
    event.at.toISOString(),
    actor.type,
    actor.userId ?? '',
    actor.name,
    actor.onBehalfOf ?? '',
    event.source,
    event.action,
    event.targetType,
    event.targetId,
    json(event.before),
    json(event.after),
    event.requestId ?? '',
    event.id,
    event.prevHash,
    event.hash,
  ]);
}

function json(value: unknown): string {
  return value === null ? '' : JSON.stringify(value);
}

function line(cells: readonly string[]): string {
  return `${cells.map(cell).join(',')}\r\n`;
}

function cell(text: string): string {
  // A spreadsheet would run a cell that begins like a formula: names are anybody's to choose.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
