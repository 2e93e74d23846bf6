import { v5 as nameBased } from 'uuid';
import { z } from 'zod';
import { APPROVAL_KINDS, APPROVAL_STATES } from '../../domain/approval';
import { Refusal } from '../../domain/refusal';
import { forbidden } from '../../operations/parts/caller-rights';
import { approvalViews } from '../../store/queries/approval-view';
import { listApprovalIds } from '../../store/queries/list-approvals';
import { idAfter, pageOf } from '../../store/queries/page';
import { beside } from '../besides';
import { counts, decide, refusalOf, seeApproval } from '../deciding';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { withdraw } from '../withdrawing';
import { approval, approvalAnswer, shareRole } from './approval-shapes';
import { id, text } from './shapes';

const tags = ['Approvals'];
const one = z.strictObject({ id });
const reason = text(2_000).exactOptional();
const decision = z.enum(['approve', 'deny']);
const viaOf = (caller: { type: string; bySession?: boolean }) => (caller.bySession === true ? 'web' : 'api');

/** The approval queue (INVITE-3..8). */
export const approvalRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/approvals',
    summary: 'The queue: requests that the caller may see, newest first',
    tags,
    auth: ['person', 'service'],
    query: z.strictObject({
      ...listQuery,
      teamId: id.exactOptional(),
      state: z.enum(APPROVAL_STATES).exactOptional(),
      kind: z.enum(APPROVAL_KINDS).exactOptional(),
      for: z.enum(['me', 'mine', 'all']).exactOptional(),
      q: text(200).exactOptional(),
    }),
    responses: { 200: listOf(approval) },
    handler: async ({ deps, query, cause }) => {
      const page = pageRequest(query);
      const { limit } = page;
      const { actor, asOf } = cause();
      const { cursor: _cursor, limit: _limit, for: which = 'all', ...filter } = query;
      const asked = { ...filter, for: which, limit: limit + 1, before: idAfter(page), asOf };
      const found = await deps.store.acrossTeams(async (tx) => {
        const ids = pageOf(await listApprovalIds(tx, actor, asked), limit, (key) => key);
        return { rows: await approvalViews(tx, ids.rows, asOf), next: ids.next };
      });
      return {
        status: 200,
        body: toList({ ...found, rows: found.rows.map((view) => approvalAnswer(view, deps)) }),
      };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approvals/decisions',
    summary: 'Decide on several requests; each has an outcome of its own',
    tags,
    auth: ['person'],
    body: z.strictObject({ ids: z.array(id).min(1).max(100), decision, reason }),
    responses: {
      200: z.strictObject({
        data: z.array(
          z.strictObject({
            id,
            outcome: z.enum(['approved', 'denied', 'recorded', 'refused']),
            code: z.string().optional(),
          }),
        ),
      }),
    },
    handler: async ({ deps, caller, body, madeId, header, cause }) => {
      const isKept = header('idempotency-key') !== undefined;
      const data = [];
      for (const approvalId of new Set(body.ids)) {
        const input = {
          approvalId,
          attemptId: nameBased(approvalId, madeId),
          verdict: body.decision,
          reason: body.reason ?? null,
          grantRole: null,
          revision: null,
          via: viaOf(caller),
        } as const;
        const outcome = await decide(deps, cause(), input).catch((error: unknown) => {
          // “Not known” must not become the answer that its key keeps: the key tries again, on the same attempts.
          if (error instanceof Refusal && !(isKept && error.code === 'unavailable')) return error.code;
          throw error;
        });
        const known = outcome === 'approved' || outcome === 'denied' || outcome === 'recorded';
        data.push(
          known
            ? { id: approvalId, outcome }
            : { id: approvalId, outcome: 'refused' as const, code: outcome },
        );
      }
      return { status: 200, body: { data } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/approvals/{id}',
    summary: 'A request with all that is known of it',
    tags,
    auth: ['person', 'service'],
    params: one,
    responses: { 200: approval },
    handler: async ({ deps, params, cause }) => ({
      status: 200,
      body: approvalAnswer(await seeApproval(deps, cause(), params.id), deps),
    }),
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approvals/{id}/decision',
    summary: 'Approve or deny',
    tags,
    auth: ['person', 'service'],
    params: one,
    body: z.strictObject({
      decision,
      reason,
      revision: z.int().min(1).exactOptional(),
      grant: z.strictObject({ role: shareRole.exactOptional() }).exactOptional(),
    }),
    responses: { 200: approval },
    handler: async ({ deps, caller, params, body, madeId, cause }) => {
      if (caller.type === 'service')
        throw forbidden('A service token never decides: this takes a Team Admin.');
      const outcome = await decide(deps, cause(), {
        approvalId: params.id,
        attemptId: madeId,
        verdict: body.decision,
        reason: body.reason ?? null,
        grantRole: body.grant?.role ?? null,
        revision: body.revision ?? null,
        via: viaOf(caller),
      });
      const view = await seeApproval(deps, cause(), params.id);
      if (!counts(outcome)) throw refusalOf(outcome, view);
      return { status: 200, body: approvalAnswer(view, deps) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approvals/{id}/withdraw',
    summary: 'Take one’s request back',
    tags,
    auth: ['person'],
    params: one,
    responses: { 200: approval },
    handler: async ({ deps, caller, params, requestId, madeId, isRetry, cause }) => {
      const by = { via: viaOf(caller), requestId, callId: madeId, isRetry } as const;
      const view = await withdraw(deps, cause(), params.id, by);
      return { status: 200, body: approvalAnswer(view, deps) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approvals/{id}/nudge',
    summary: 'Ask the approvers again; the next time an hour later at the earliest',
    tags,
    auth: ['person'],
    params: one,
    responses: { 200: approval },
    handler: async ({ deps, params, madeId, cause }) => {
      const view = await beside(deps, cause(), { approvalId: params.id, lineId: madeId }, { act: 'nudge' });
      return { status: 200, body: approvalAnswer(view, deps) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approvals/{id}/claim',
    summary: 'Say “I’m on it”; it lapses after an hour',
    tags,
    auth: ['person'],
    params: one,
    responses: { 200: approval },
    handler: async ({ deps, params, madeId, cause }) => {
      const view = await beside(deps, cause(), { approvalId: params.id, lineId: madeId }, { act: 'claim' });
      return { status: 200, body: approvalAnswer(view, deps) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/approvals/{id}/comments',
    summary: 'Say something to all who see the request',
    tags,
    auth: ['person'],
    params: one,
    body: z.strictObject({ text: text(2_000) }),
    responses: { 200: approval },
    handler: async ({ deps, params, body, madeId, cause }) => {
      const line = { approvalId: params.id, lineId: madeId };
      const view = await beside(deps, cause(), line, { act: 'comment', text: body.text });
      return { status: 200, body: approvalAnswer(view, deps) };
    },
  }),
];
