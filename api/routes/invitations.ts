import { z } from 'zod';
import { teamAllows } from '../../domain/permissions';
import { Refusal } from '../../domain/refusal';
import type { CancelOutcome, ResendOutcome } from '../../operations/manage-invitation';
import { forbidden, requireInsider, requirePerson } from '../../operations/parts/caller-rights';
import { ApprovalGrant, Invitation } from '../../store/models';
import { approvalViews } from '../../store/queries/approval-view';
import { idAfter, pageOf } from '../../store/queries/page';
import { accept } from '../accepting';
import { seeApproval } from '../deciding';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { approval, approvalAnswer } from './approval-shapes';
import { id } from './shapes';

const tags = ['Invitations'];
const one = z.strictObject({ id });
const viaOf = (caller: { type: string; bySession?: boolean }) => (caller.bySession === true ? 'web' : 'api');

/** Invitations of external people (INVITE-11). */
export const invitationRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/teams/{teamId}/invitations',
    summary: 'A team’s invitations, newest first: all for its Admins, one’s own for others',
    tags,
    auth: ['person', 'service'],
    params: z.strictObject({ teamId: id }),
    query: z.strictObject(listQuery),
    responses: { 200: listOf(approval) },
    handler: async ({ deps, params: { teamId }, query, cause }) => {
      const page = pageRequest(query);
      const after = idAfter(page);
      const { actor, asOf } = cause();
      const found = await deps.store.inTeam(teamId, async (tx) => {
        const { isService, teamRoles } = await requireInsider(tx, teamId, actor);
        const rows = Invitation.query(tx)
          .where({ teamId })
          .orderBy('id', 'desc')
          .limit(page.limit + 1);
        if (after !== null) void rows.where('id', '<', after);
        if (!isService && !teamAllows('read_all_requests', teamRoles)) {
          const requesterId = requirePerson(actor);
          void rows.whereIn('id', ApprovalGrant.query(tx).where({ requesterId }).select('approvalId'));
        }
        const cut = pageOf(await rows, page.limit, (row) => row.id);
        const ids = cut.rows.map(({ id: key }) => key);
        return { rows: await approvalViews(tx, ids, asOf), next: cut.next };
      });
      return {
        status: 200,
        body: toList({ ...found, rows: found.rows.map((view) => approvalAnswer(view, deps)) }),
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/invitations/{id}',
    summary: 'An invitation: the request of the same id',
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
    path: '/v1/invitations/accept',
    summary: 'Join the team, signed in with the invited address',
    tags,
    auth: ['person'],
    body: z.strictObject({ token: z.string().min(1).max(200) }),
    responses: {
      200: z.strictObject({ teamId: id, teamName: z.string(), teamRole: z.string(), elementId: id }),
    },
    handler: async ({ deps, caller, body, requestId, madeId, isRetry, cause }) => {
      const { invitation, teamName, elementId } = await accept(deps, cause(), body.token, {
        via: viaOf(caller),
        requestId,
        callId: madeId,
        isRetry,
      });
      const { teamId, teamRole } = invitation;
      return { status: 200, body: { teamId, teamName, teamRole, elementId } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/invitations/{id}/resend',
    summary: 'Mail it again; its time starts anew',
    tags,
    auth: ['person'],
    params: one,
    responses: { 200: approval },
    handler: async ({ deps, caller, params, requestId, madeId, cause }) => {
      const { teamId } = await openOne(deps, cause(), params.id);
      const by = { userId: requirePerson(cause().actor), via: viaOf(caller), requestId } as const;
      const outcome = await deps.processes.resend({ approvalId: params.id, teamId }, by, madeId);
      if (outcome !== 'sending') throw refusalOf(outcome);
      return { status: 200, body: approvalAnswer(await seeApproval(deps, cause(), params.id), deps) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/invitations/{id}',
    summary: 'Take it back: its links stop working, its seat is free',
    tags,
    auth: ['person'],
    params: one,
    responses: { 204: null },
    handler: async ({ deps, caller, params, requestId, madeId, cause }) => {
      const { teamId } = await openOne(deps, cause(), params.id);
      const by = { userId: requirePerson(cause().actor), via: viaOf(caller), requestId } as const;
      const outcome = await deps.processes.cancel({ approvalId: params.id, teamId }, by, madeId);
      if (outcome !== 'cancelled') throw refusalOf(outcome);
      return { status: 204 };
    },
  }),
];

/** An invitation that has not ended. @throws {Refusal} `not_found`, and what it ended with */
async function openOne(...[deps, cause, approvalId]: Parameters<typeof seeApproval>) {
  const view = await seeApproval(deps, cause, approvalId);
  if (view.state === 'pending')
    throw new Refusal('conflict', 'Nobody approved the request yet: there is no invitation.');
  if (view.state !== 'approved') throw new Refusal('already_closed', 'The request was never approved.');
  if (view.invitation === 'accepted') throw refusalOf('already_accepted');
  if (view.invitation === 'cancelled' || view.invitation === 'expired') throw refusalOf(view.invitation);
  return view;
}

function refusalOf(outcome: Exclude<CancelOutcome | ResendOutcome, 'sending'>): Refusal {
  switch (outcome) {
    case 'forbidden':
      return forbidden('This takes whoever made the request, or a Team Admin.');
    case 'already_accepted':
      return new Refusal(outcome, 'The invitation was accepted already.');
    case 'cancelled':
      return new Refusal(outcome, 'The invitation was taken back.');
    case 'expired':
      return new Refusal(outcome, 'The invitation has expired.');
    case 'waiting_for_seat':
      return new Refusal(
        'no_seats',
        'The invitation waits for a seat; it is mailed again as soon as one is free.',
      );
  }
}
