import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { CLAIM_MS, nudgeWaitMs } from '../domain/approval';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Approval, ApprovalEvent, Delivery, type ApprovalEventType } from '../store/models';
import { isRequester } from '../store/queries/approval-access';
import { approversOf } from '../store/queries/approvers';
import { slackLineKey, type LinePlace } from '../store/queries/slack-lines';
import { requirePerson } from './parts/caller-rights';
import { lockPending, type Settled } from './parts/lock-pending';
import { noteOnTimeline } from './parts/timeline';

/** What somebody does beside deciding: it changes nothing that is asked for, so the revision stays (INVITE-4). */
export type Besides = { readonly act: 'nudge' } | { readonly act: 'claim' } | Comment;

/** Something that somebody says. `standsIn`: where they said it themselves, so that it is not said there again. */
export interface Comment {
  readonly act: 'comment';
  readonly text: string;
  readonly standsIn?: LinePlace;
}

/** Which request, and the id of the line that it makes: the same call again makes no second one. */
export interface BesidesOn {
  readonly approvalId: string;
  readonly teamId: string;
  readonly lineId: string;
}

/** What became of it. `waitMs`: when the next nudge may go. */
export type BesidesOutcome =
  { readonly done: true } | { readonly done: false; readonly why: Settled | 'forbidden' } | TooSoon;
interface TooSoon {
  readonly done: false;
  readonly why: 'too_soon';
  readonly waitMs: number;
}

/** Names in the timeline and the audit log. */
const LINES = { nudge: 'nudged', claim: 'claimed', comment: 'commented' } as const satisfies Readonly<
  Record<Besides['act'], ApprovalEventType>
>;

/**
 * A requester nudges the approvers, an approver says that they are on it, either comments (INVITE-8). The rows first; the
 * request's run is told by `untold_since`, which it clears when it reads them, so that no signal can be lost.
 */
export async function besideDeciding(
  store: Store,
  cause: Cause,
  { approvalId, teamId, lineId }: BesidesOn,
  besides: Besides,
): Promise<BesidesOutcome> {
  const userId = requirePerson(cause.actor);
  return store.inTeam(teamId, async (tx) => {
    const approval = await lockPending(tx, cause, approvalId);
    if ((await ApprovalEvent.query(tx).findById(lineId)) !== undefined) return { done: true };
    if (typeof approval === 'string') return { done: false, why: approval };
    if (!(await may(tx, approval, userId, besides.act, cause.asOf))) return { done: false, why: 'forbidden' };
    const { asOf } = cause;
    const waitMs =
      besides.act === 'nudge' ? nudgeWaitMs(approval.nudgedAt?.getTime() ?? null, asOf.getTime()) : 0;
    if (waitMs > 0) return { done: false, why: 'too_soon', waitMs };
    await Approval.query(tx)
      .findById(approvalId)
      .patch({
        untoldSince: asOf,
        ...(besides.act === 'nudge' ? { nudgedAt: asOf } : {}),
        ...(besides.act === 'claim'
          ? { claimedBy: userId, claimedUntil: new Date(asOf.getTime() + CLAIM_MS) }
          : {}),
      });
    const type = LINES[besides.act];
    const data = besides.act === 'comment' ? { text: besides.text } : {};
    await noteOnTimeline(tx, cause, approval, type, data, lineId);
    if (besides.act === 'comment' && besides.standsIn !== undefined) {
      await Delivery.query(tx).insert({
        ...{ id: uuid(), teamId, channel: 'slack', createdAt: asOf, sentAt: asOf },
        dedupeKey: slackLineKey(lineId, besides.standsIn),
      });
    }
    // What was said stands in the timeline alone: the audit log keeps who did what.
    await appendAudit(tx, teamId, cause, [
      { action: `approval.${type}`, target: { type: 'approval', id: approvalId }, before: null, after: null },
    ]);
    return { done: true };
  });
}

async function may(
  tx: Tx,
  approval: Approval,
  userId: string,
  act: Besides['act'],
  asOf: Date,
): Promise<boolean> {
  if (act !== 'claim' && (await isRequester(tx, approval.id, userId))) return true;
  if (act === 'nudge') return false;
  return (await approversOf(tx, approval, asOf)).some((approver) => approver.userId === userId);
}
