import { v7 as uuid } from 'uuid';
import { noteNoApprover } from '../operations/expire-approval';
import {
  askMail,
  noApproverMail,
  outcomeMail,
  type ApprovalLetter,
  type Ending,
} from '../mail/templates/approval';
import { ApprovalEvent, Notification, SlackMessage, User } from '../store/models';
import { approvalView, type ApprovalView } from '../store/queries/approval-view';
import type { InviteInput } from '../workflows/contracts/invite';
import type { ActivityDependencies } from './dependencies';
import { mailOnce } from './deliver';
import type { InviteAt } from './invites';

/** Activities that tell people about a request: in the app always, by mail where Slack does not reach them. */
export function tellingActivities(deps: ActivityDependencies) {
  const { store, publicUrl, fallbackEmail } = deps;

  const view = async ({ approvalId, teamId }: InviteInput): Promise<ApprovalView> => {
    const found = await store.inTeam(teamId, (tx) => approvalView(tx, approvalId));
    if (found === null) throw new Error(`request ${approvalId} has no row`);
    return found;
  };
  const letterOf = (approval: ApprovalView): ApprovalLetter => ({
    url: new URL(`/approvals/${approval.id}`, publicUrl).href,
    requesterName: approval.requester?.name ?? 'A service of the team',
    subjectEmail: approval.subject.email,
    elementName: approval.element.name,
    elementType: approval.element.type,
    role: approval.requestedRole,
    reason: approval.reason,
    expiresAt: approval.expiresAt,
  });
  /** People who have this request's card in Slack. */
  const reachedBySlack = async ({ approvalId, teamId }: InviteInput): Promise<ReadonlySet<string>> => {
    const messages = await store.inTeam(teamId, (tx) =>
      SlackMessage.query(tx).where({ approvalId, state: 'posted' }),
    );
    return new Set(messages.flatMap(({ userId }) => (userId === null ? [] : [userId])));
  };
  const emails = async (userIds: readonly string[]) => User.query(store.knex).whereIn('id', [...userIds]);

  return {
    /**
     * Asks approvers whom Slack does not reach by mail, the first time or as a reminder (INVITE-3, INVITE-7).
     * @param round 0 for the first time, else which reminder
     */
    async askByMail(request: InviteInput, round: number): Promise<number> {
      const approval = await view(request);
      const reached = await reachedBySlack(request);
      const left = approval.approvers
        .filter(({ userId }) => !reached.has(userId))
        .map(({ userId }) => userId);
      for (const { id, email } of await emails(left)) {
        await mailOnce(deps, {
          key: `ask:${approval.id}:${round}:${id}`,
          teamId: approval.teamId,
          compose: () => Promise.resolve({ to: email, ...askMail(letterOf(approval), round > 0) }),
        });
      }
      return left.length;
    },

    /** Says loudly that nobody could decide (INVITE-3). */
    async tellNoApprover(request: InviteAt): Promise<void> {
      const approval = await view(request);
      const noted = await store.inTeam(request.teamId, (tx) =>
        ApprovalEvent.query(tx).findOne({ approvalId: approval.id, type: 'no_approver' }),
      );
      if (noted === undefined) await noteNoApprover(store, { ...request, asOf: new Date(request.asOf) });
      const requesters = await emails(approval.requesters.map(({ userId }) => userId));
      const addresses = [
        ...requesters.map(({ email }) => email),
        ...(fallbackEmail === null ? [] : [fallbackEmail]),
      ];
      for (const address of new Set(addresses)) {
        await mailOnce(deps, {
          key: `no-approver:${approval.id}:${address}`,
          teamId: approval.teamId,
          compose: () => Promise.resolve({ to: address, ...noApproverMail(letterOf(approval)) }),
        });
      }
    },

    /** Tells the requesters how it went on: in the app, and by mail those whom Slack does not reach (INVITE-5). */
    async tellRequesters(request: InviteAt, ending: Ending): Promise<void> {
      const approval = await view(request);
      const reached = await reachedBySlack(request);
      const decided = { by: approval.decidedBy?.name ?? null, reason: approval.decisionReason };
      const told = outcomeMail(
        letterOf(approval),
        ending,
        ending === 'denied' ? decided : { ...decided, reason: null },
      );
      const people = await emails(approval.requesters.map(({ userId }) => userId));
      for (const { id, email } of people) {
        const key = `outcome:${approval.id}:${ending}:${id}`;
        await store.inTeam(approval.teamId, (tx) =>
          Notification.query(tx)
            .insert({
              ...{
                id: uuid(),
                userId: id,
                teamId: approval.teamId,
                topic: 'approvals',
                event: `approval.${ending}`,
              },
              ...{ dedupeKey: key, title: told.subject, body: decided.reason ?? '' },
              url: letterOf(approval).url,
              createdAt: new Date(request.asOf),
            })
            .onConflict('dedupe_key')
            .ignore(),
        );
        if (reached.has(id)) continue;
        await mailOnce(deps, {
          key,
          teamId: approval.teamId,
          compose: () => Promise.resolve({ to: email, ...told }),
        });
      }
    },
  };
}
