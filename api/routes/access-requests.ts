import { z } from 'zod';
import { requestAccess } from '../../operations/request-access';
import { seeApproval } from '../deciding';
import { defineRoute } from '../route';
import { approval, approvalAnswer } from './approval-shapes';
import { elementPlace } from './places';
import { id, text } from './shapes';

/** Asking to become Editor (GUEST-6). */
export const accessRequestRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/elements/{id}/access-requests',
    summary: 'Ask to become Editor of an element that one may only view',
    tags: ['Guests'],
    auth: ['person'],
    params: z.strictObject({ id }),
    body: z.strictObject({ role: z.literal('editor'), note: text(2_000).exactOptional() }),
    responses: { 201: approval },
    handler: async ({ deps, params, body, madeId, cause }) => {
      const { elementId, teamId } = await elementPlace(deps.store, params.id);
      const note = body.note ?? null;
      const approvalId = await requestAccess(deps.store, cause(), { id: madeId, elementId, teamId, note });
      const view = await seeApproval(deps, cause(), approvalId);
      await deps.processes.startInvite({ approvalId, teamId: view.teamId });
      return {
        status: 201,
        body: approvalAnswer(view, deps),
        headers: { Location: `/v1/approvals/${approvalId}` },
      };
    },
  }),
];
