import { Router, type Request, type Response } from 'express';
import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { Verdict } from '../../domain/approval';
import { Refusal } from '../../domain/refusal';
import type { Besides } from '../../operations/beside-deciding';
import { requirePerson } from '../../operations/parts/caller-rights';
import type { ApprovalView } from '../../store/queries/approval-view';
import { weighed } from '../../store/queries/weighed';
import { beside } from '../besides';
import { counts, decide, refusalOf, seeApproval } from '../deciding';
import type { ApiDeps } from '../deps';
import { requestIdOf } from '../mount';
import { ApprovalPage, deciderName } from './approval';
import { sendPage } from './layout';
import { withdraw } from '../withdrawing';
import { causeOrSignIn, field, knownId } from './page-caller';

/** `/approvals/{id}`: the request, and deciding on it. */
export function approvalPages(deps: ApiDeps): Router {
  const router = Router();
  router.param('id', knownId);

  const show = async (
    request: Request,
    response: Response,
    cause: Cause,
    view: ApprovalView,
    notice: string | null,
  ): Promise<void> => {
    const facts = await deps.store.inTeam(view.teamId, (tx) => weighed(tx, view));
    const userId = requirePerson(cause.actor);
    const isApprover = view.approvers.some((person) => person.userId === userId);
    const hasAsked = view.requesters.some((person) => person.userId === userId);
    const rights = {
      isApprover,
      mayComment: isApprover || hasAsked,
      mayClaim: isApprover && view.claimedBy?.userId !== userId,
      mayDecide:
        isApprover &&
        !view.approvals.given.some((person) => [person.userId, person.onBehalfOf?.userId].includes(userId)),
      mayWithdraw: hasAsked,
    };
    const status = notice === null ? 200 : 409;
    sendPage(
      request,
      response,
      'Request',
      ({ csrf }) => ApprovalPage({ csrf, view, weighed: facts, rights, notice }),
      status,
    );
  };

  router.get('/approvals/:id', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause !== null)
      await show(request, response, cause, await seeApproval(deps, cause, request.params.id), null);
  });

  const decideHere = (verdict: Verdict) => async (request: Request<{ id: string }>, response: Response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const { id } = request.params;
    const role = field(request, 'role');
    const revision = Number(field(request, 'revision'));
    const outcome = await decide(deps, cause, {
      approvalId: id,
      attemptId: uuid(),
      verdict,
      reason: field(request, 'reason', 2_000),
      grantRole: role === 'viewer' || role === 'editor' ? role : null,
      revision: Number.isInteger(revision) && revision > 0 ? revision : null,
      via: 'web',
    });
    const view = await seeApproval(deps, cause, id);
    if (counts(outcome)) response.redirect(303, `/approvals/${id}`);
    else await show(request, response, cause, view, whatHappened(outcome, view));
  };
  router.post('/approvals/:id/approve', decideHere('approve'));
  router.post('/approvals/:id/deny', decideHere('deny'));

  const besideHere =
    (besidesOf: (request: Request) => Besides) =>
    async (request: Request<{ id: string }>, response: Response) => {
      const cause = causeOrSignIn(deps, request, response);
      if (cause === null) return;
      const { id } = request.params;
      try {
        await beside(deps, cause, { approvalId: id, lineId: uuid() }, besidesOf(request));
        response.redirect(303, `/approvals/${id}`);
      } catch (error) {
        if (!(error instanceof Refusal) || error.code === 'not_found') throw error;
        await show(request, response, cause, await seeApproval(deps, cause, id), error.message);
      }
    };
  router.post(
    '/approvals/:id/nudge',
    besideHere(() => ({ act: 'nudge' })),
  );
  router.post(
    '/approvals/:id/claim',
    besideHere(() => ({ act: 'claim' })),
  );
  router.post(
    '/approvals/:id/comments',
    besideHere((request) => {
      const text = field(request, 'text', 2_000);
      if (text === null) throw new Refusal('invalid_request', 'A comment needs words.');
      return { act: 'comment', text };
    }),
  );

  router.post('/approvals/:id/withdraw', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const { id } = request.params;
    // A second press of the button finds what the first one did.
    const by = { via: 'web', requestId: requestIdOf(response), callId: uuid(), isRetry: true } as const;
    const { state } = await withdraw(deps, cause, id, by);
    // Who took their part of a merged request back has none in it any more.
    response.redirect(303, state === 'withdrawn' ? `/approvals/${id}` : '/');
  });
  return router;
}

function whatHappened(...[outcome, view]: Parameters<typeof refusalOf>): string {
  const { message } = refusalOf(outcome, view);
  const { decidedBy } = view;
  return outcome === 'already_decided' && decidedBy !== null
    ? `${message} It was ${deciderName(decidedBy)}.`
    : message;
}
