import { noteNoApprover } from '../operations/press-approvers';
import {
  askMail,
  escalationMail,
  noApproverMail,
  outcomeMail,
  type ApprovalLetter,
  type Ending,
} from '../mail/templates/approval';
import { SlackMessage, User } from '../store/models';
import { writeNotices } from '../operations/parts/write-notices';
import { approvalView, type ApprovalView } from '../store/queries/approval-view';
import type { ActivityDependencies } from './dependencies';
import { mailEach, type Letter, type Mailed } from './deliver';
import type { InviteAt } from './invites';

/** A request to tell of. `slack`: whether its cards were drawn, so that who has one needs no mail. */
export interface TellAt extends InviteAt {
  readonly slack: 'drawn' | 'dark';
}

/** Activities that tell people about a request: in the app always, by mail where Slack does not reach them. */
export function tellingActivities(deps: ActivityDependencies) {
  const { store, processes, publicUrl, fallbackEmail } = deps;

  /** A request as it is, and who sees its card in Slack. */
  const seen = async (
    { approvalId, teamId, asOf }: InviteAt,
    slack: TellAt['slack'],
  ): Promise<{ readonly approval: ApprovalView; readonly reached: ReadonlySet<string> }> => {
    const [approval, messages] = await store.inTeam(teamId, async (tx) => [
      await approvalView(tx, approvalId, new Date(asOf)),
      slack === 'dark' ? [] : await SlackMessage.query(tx).where({ approvalId, state: 'posted' }),
    ]);
    if (approval === null) throw new Error(`request ${approvalId} has no row`);
    const reached = new Set(messages.flatMap(({ userId }) => (userId === null ? [] : [userId])));
    return { approval, reached };
  };
  const letterOf = (approval: ApprovalView): ApprovalLetter => ({
    url: new URL(`/approvals/${approval.id}`, publicUrl).href,
    asking: approval,
    grantedRole: approval.grantedRole,
    reason: approval.reason,
    expiresAt: approval.expiresAt,
  });
  const accounts = (userIds: readonly string[]) =>
    User.query(store.knex)
      .whereIn('id', [...userIds])
      .orderBy('id');
  /** Mails each approver whom Slack does not reach, once for each occasion. */
  const askUnreached = async (
    request: TellAt,
    occasion: (approval: ApprovalView) => string,
    isAgain: boolean,
  ): Promise<Mailed> => {
    const { approval, reached } = await seen(request, request.slack);
    const left = approval.approvers.filter(({ userId }) => !reached.has(userId));
    const letters = (await accounts(left.map(({ userId }) => userId))).map(({ id, email }): Letter => ({
      key: `${occasion(approval)}:${id}`,
      teamId: approval.teamId,
      compose: () => Promise.resolve({ to: email, ...askMail(letterOf(approval), isAgain) }),
    }));
    return mailEach(deps, letters);
  };

  return {
    /**
     * Asks approvers whom Slack does not reach by mail: the first time, as a reminder, and again when the request changed
     * (INVITE-3, INVITE-7, INVITE-10).
     * @param round 0 for the first time, else which reminder
     */
    async askByMail(request: TellAt, round: number): Promise<Mailed> {
      const occasion = ({ id, revision }: ApprovalView) => `ask:${id}:${revision}:${round}`;
      return askUnreached(request, occasion, round > 0);
    },

    /** Says loudly that nobody could decide (INVITE-3). */
    async tellNoApprover(request: TellAt): Promise<Mailed> {
      const { approval } = await seen(request, 'dark');
      await noteNoApprover(store, { ...request, asOf: new Date(request.asOf) });
      const requesters = await accounts(approval.requesters.map(({ userId }) => userId));
      const addresses = [
        ...(fallbackEmail === null ? [] : [fallbackEmail]),
        ...requesters.map(({ email }) => email),
      ];
      const letters = [...new Set(addresses)].map((address): Letter => ({
        key: `no-approver:${approval.id}:${address}`,
        teamId: approval.teamId,
        compose: () => Promise.resolve({ to: address, ...noApproverMail(letterOf(approval)) }),
      }));
      return mailEach(deps, letters);
    },

    /** Asks approvers whom Slack does not reach again, because a requester nudged for the n-th time (INVITE-8). */
    async tellNudge(request: TellAt, number: number): Promise<Mailed> {
      return askUnreached(request, ({ id }) => `nudge:${id}:${number}`, true);
    },

    /**
     * Asks every approver afresh by mail, also those whom Slack reaches, and tells the address of last resort; each once
     * (INVITE-7).
     */
    async tellEscalation(request: TellAt): Promise<Mailed> {
      const { approval } = await seen(request, 'dark');
      if (approval.state !== 'pending') return { mailed: 0, refused: 0 };
      const names = approval.approvers.map(({ name }) => name);
      const asked = await accounts(approval.approvers.map(({ userId }) => userId));
      const letter = (key: string, to: string, isApprover: boolean): Letter => ({
        key: `escalation:${approval.id}:${key}`,
        teamId: approval.teamId,
        compose: () => Promise.resolve({ to, ...escalationMail(letterOf(approval), names, isApprover) }),
      });
      return mailEach(deps, [
        ...asked.map(({ id, email }) => letter(id, email, true)),
        ...(fallbackEmail === null ? [] : [letter('fallback', fallbackEmail, false)]),
      ]);
    },

    /**
     * Tells the requesters how it went on, and of an acceptance those who approved, too: in the app, and by mail whom Slack
     * does not reach, each by their preferences (INVITE-5, INVITE-10, INVITE-11, SLACK-5).
     */
    async tellRequesters(request: TellAt, ending: Ending): Promise<Mailed> {
      const { approval, reached } = await seen(request, request.slack);
      const requesterIds = new Set(approval.requesters.map(({ userId }) => userId));
      // A delegate, and whoever they stood in for, too (INVITE-9).
      const approvers = approval.approvals.given.flatMap(({ userId, onBehalfOf }) =>
        onBehalfOf === undefined ? [userId] : [userId, onBehalfOf.userId],
      );
      const approverIds = ending === 'accepted' ? approvers : [];
      const reason = ending === 'denied' || ending === 'approved' ? approval.decisionReason : null;
      const happening = ending === 'changed' ? `${ending}:${approval.revision}` : ending;
      const told = (await accounts([...requesterIds, ...approverIds])).map(({ id, email }) => ({
        id,
        key: `outcome:${approval.id}:${happening}:${id}`,
        mail: {
          to: email,
          ...outcomeMail(letterOf(approval), ending, {
            readerId: id,
            by: approval.decidedBy?.name ?? null,
            reason,
            isApprover: !requesterIds.has(id),
          }),
        },
      }));
      const noticeOf = ({ id, key, mail }: (typeof told)[number]) => ({
        ...{ key, userId: id, teamId: approval.teamId, causeId: approval.id, topic: 'approvals' as const },
        ...{
          event: `approval.${ending}`,
          title: mail.subject,
          body: reason ?? '',
          url: letterOf(approval).url,
        },
      });
      const asOf = new Date(request.asOf);
      // Slack tells them by their card; mail does where it cannot.
      const [inSlack, byMail] = [true, false].map((is) => told.filter(({ id }) => reached.has(id) === is));
      const written = await store.inTeam(approval.teamId, async (tx) => {
        await writeNotices(tx, (inSlack ?? []).map(noticeOf), { asOf, ways: [] });
        return writeNotices(tx, (byMail ?? []).map(noticeOf), { asOf, ways: ['email'] });
      });
      if (written.held > 0) await processes.noticesHeld(approval.teamId);
      const letters = (byMail ?? [])
        .filter(({ id }) => written.mailable.has(id))
        .map(({ key, mail }): Letter => ({
          ...{ key, teamId: approval.teamId },
          compose: () => Promise.resolve(mail),
        }));
      return mailEach(deps, letters);
    },
  };
}
