import { z } from 'zod';
import { SOURCES } from '../../domain/actor';
import { requireAuditReader } from '../../operations/parts/caller-rights';
import type { AuditEvent } from '../../store/models';
import { listAudit, verifyAudit, type AuditFilter } from '../../store/queries/audit-log';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { auditCsv } from './audit-csv';
import { id, instant, text } from './shapes';

const tags = ['Audit'];
const auth = ['person', 'service', 'operator'] as const;
const params = z.strictObject({ teamId: id });

const filters = {
  action: text(100).exactOptional(),
  actorId: id.exactOptional(),
  since: instant.exactOptional(),
  until: instant.exactOptional(),
};

const fields = z.record(z.string(), z.unknown()).nullable();
const event = z
  .strictObject({
    id,
    seq: z.int(),
    at: instant,
    actor: z.strictObject({
      type: z.enum(['person', 'rule', 'operator', 'service']),
      userId: id.optional(),
      onBehalfOf: id.optional(),
      name: z.string(),
    }),
    source: z.enum(SOURCES),
    action: z.string(),
    target: z.strictObject({ type: z.string(), id: z.string() }),
    before: fields,
    after: fields,
    requestId: z.string().nullable(),
    prevHash: z.string(),
    hash: z.string(),
  })
  .meta({ id: 'AuditEvent' });

/** The audit log (OPS-6). */
export const auditRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/audit-events',
    summary: 'The audit log, newest first',
    tags,
    auth,
    params,
    query: z.strictObject({ ...listQuery, ...filters }),
    responses: { 200: listOf(event) },
    handler: async ({ deps: { store }, params: { teamId }, query, cause }) => {
      const page = await store.inTeam(teamId, async (tx) => {
        await requireAuditReader(tx, teamId, cause().actor);
        return listAudit(tx, teamId, filterOf(query), pageRequest(query));
      });
      return { status: 200, body: toList({ ...page, rows: page.rows.map(view) }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/audit-events/verify',
    summary: 'Recompute the chain of hashes',
    tags,
    auth,
    params,
    responses: {
      200: z.strictObject({ ok: z.boolean(), checked: z.int(), firstBad: z.int().optional() }),
    },
    handler: async ({ deps: { store }, params: { teamId }, cause }) => {
      await store.inTeam(teamId, (tx) => requireAuditReader(tx, teamId, cause().actor));
      return { status: 200, body: await verifyAudit(store, teamId) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/audit-events.csv',
    summary: 'The audit log as CSV, newest first',
    tags,
    auth,
    params,
    query: z.strictObject(filters),
    responses: { 200: 'text/csv' },
    handler: async ({ deps: { store }, params: { teamId }, query, cause }) => {
      await store.inTeam(teamId, (tx) => requireAuditReader(tx, teamId, cause().actor));
      return {
        status: 200,
        body: auditCsv(store, teamId, filterOf(query)),
        headers: { 'Content-Disposition': 'attachment; filename="audit-events.csv"' },
      };
    },
  }),
];

function filterOf(query: z.output<z.ZodObject<typeof filters>>): AuditFilter {
  const { since, until, ...rest } = query;
  return {
    ...rest,
    ...(since === undefined ? {} : { since: new Date(since) }),
    ...(until === undefined ? {} : { until: new Date(until) }),
  };
}

function view(row: AuditEvent) {
  const { targetType, targetId, teamId: _team, ...rest } = row;
  return {
    ...rest,
    seq: Number(row.seq),
    at: row.at.toISOString(),
    target: { type: targetType, id: targetId },
    before: row.before as z.input<typeof fields>,
    after: row.after as z.input<typeof fields>,
  };
}
