import { Router, type Request, type Response } from 'express';
import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { Verdict } from '../../domain/approval';
import { requirePerson } from '../../operations/parts/caller-rights';
import type { ApprovalView } from '../../store/queries/approval-view';
import { counts, decide, refusalOf, seeApproval } from '../deciding';
import type { ApiDeps } from '../deps';
import { requestIdOf } from '../mount';
import { ApprovalPage } from './approval';
import { sendPage } from './layout';
import { causeOrSignIn, field } from './page-caller';

/** `/approvals/{id}`: the request, and deciding on it. */
export function approvalPages(deps: ApiDeps): Router {
  const router = Router();

  const show = (
    request: Request,
    response: Response,
    cause: Cause,
    view: ApprovalView,
    notice: string | null,
  ) => {
    const userId = requirePerson(cause.actor);
    const rights = {
      mayDecide: view.approvers.some((person) => person.userId === userId),
      mayWithdraw: view.requesters.some((person) => person.userId === userId),
    };
    const status = notice === null ? 200 : 409;
    sendPage(
      request,
      response,
      'Request',
      ({ csrf }) => ApprovalPage({ csrf, view, rights, notice }),
      status,
    );
  };

  router.get('/approvals/:id', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause !== null)
      show(request, response, cause, await seeApproval(deps, cause, request.params.id), null);
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
      reason: field(request, 'reason')?.slice(0, 2_000) ?? null,
      grantRole: role === 'viewer' || role === 'editor' ? role : null,
      revision: Number.isInteger(revision) && revision > 0 ? revision : null,
      via: 'web',
    });
    const view = await seeApproval(deps, cause, id);
    if (counts(outcome)) response.redirect(303, `/approvals/${id}`);
    else show(request, response, cause, view, whatHappened(outcome, view));
  };
  router.post('/approvals/:id/approve', decideHere('approve'));
  router.post('/approvals/:id/deny', decideHere('deny'));

  router.post('/approvals/:id/withdraw', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    const { id } = request.params;
    const { teamId } = await seeApproval(deps, cause, id);
    const userId = requirePerson(cause.actor);
    const by = { userId, via: 'web', requestId: requestIdOf(response) } as const;
    const outcome = await deps.processes.withdraw({ approvalId: id, teamId }, by);
    const view = await seeApproval(deps, cause, id);
    if (outcome === 'withdrawn') response.redirect(303, `/approvals/${id}`);
    else
      show(
        request,
        response,
        cause,
        view,
        outcome === 'forbidden' ? 'This takes whoever asked.' : whatHappened(outcome, view),
      );
  });
  return router;
}

function whatHappened(...[outcome, view]: Parameters<typeof refusalOf>): string {
  const { message } = refusalOf(outcome, view);
  const { decidedBy } = view;
  return outcome === 'already_decided' && decidedBy !== null
    ? `${message} It was ${decidedBy.name}.`
    : message;
}
