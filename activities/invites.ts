import type { Cause, Source } from '../domain/actor';
import { acceptInvitation } from '../operations/accept-invitation';
import { decideApproval } from '../operations/decide-approval';
import { expireApproval } from '../operations/expire-approval';
import { cancelInvitation, resendInvitation, takeWaitingSeats } from '../operations/manage-invitation';
import {
  expireInvitation,
  invitationFailed,
  invitationSent,
  prepareInvitationMail,
} from '../operations/send-invitation';
import { noteEscalation, noteReminder } from '../operations/press-approvers';
import { withdrawApproval } from '../operations/withdraw-approval';
import { invitationMail } from '../mail/templates/invitation';
import { Approval, ApprovalEvent, Invitation, type ApprovalEventType } from '../store/models';
import type {
  AcceptInvite,
  AcceptInviteResult,
  CancelInvitation,
  CancelInvitationResult,
  DecideInvite,
  DecideInviteResult,
  InviteInput,
  ResendInvitation,
  ResendInvitationResult,
  WithdrawInvite,
  WithdrawInviteResult,
} from '../workflows/contracts/invite';
import type { ActivityDependencies } from './dependencies';
import { mailOnce } from './deliver';
import { inviteStanding, type InviteStanding } from './invite-standing';

export type { InviteStanding } from './invite-standing';

/** A request and the instant of the workflow's clock, milliseconds since the epoch. */
export interface InviteAt extends InviteInput {
  readonly asOf: number;
}

/** Runs that began before delegations were told of give no instant. */
interface LoadInvite extends InviteInput {
  readonly asOf?: number;
}

interface Told {
  readonly userId: string;
  readonly ssoTeamId?: string;
  readonly via: Extract<Source, 'slack' | 'web' | 'api'>;
  readonly requestId: string | null;
}

/** Activities of the `invite` workflow that change rows or send the invitation's mail. */
export function inviteActivities(deps: ActivityDependencies) {
  const { store, processes, publicUrl } = deps;
  const at = ({ approvalId, teamId, asOf }: InviteAt) => ({ approvalId, teamId, asOf: new Date(asOf) });

  const invitationOf = ({ approvalId, teamId }: InviteInput): Promise<Invitation> =>
    store.inTeam(teamId, (tx) => Invitation.query(tx).findById(approvalId).throwIfNotFound());

  /**
   * Whether this very step did its work: in this try, or in one before it whose worker died between the commit and its
   * answer. All tries of a step have one instant, and whoever asked gets the answer of the first.
   */
  const isDone = async (
    { approvalId, teamId, asOf }: InviteAt,
    { userId }: Told,
    types: readonly ApprovalEventType[],
  ): Promise<boolean> =>
    store.inTeam(teamId, async (tx) => {
      // What rides on another invitation is accepted with that one.
      const { carriedBy = null } = (await Invitation.query(tx).findById(approvalId)) ?? {};
      const event = await ApprovalEvent.query(tx)
        .whereIn('approvalId', carriedBy === null ? [approvalId] : [approvalId, carriedBy])
        .whereIn('type', [...types])
        .findOne({ userId, at: new Date(asOf) });
      return event !== undefined;
    });

  /** An invitation and what rides on it share one fate: the runs of the others look again. */
  const tellOthers = async ({ approvalId, teamId }: InviteInput): Promise<void> => {
    const others = await store.inTeam(teamId, (tx) =>
      Invitation.query(tx)
        .where({ carriedBy: approvalId })
        .orWhereIn('id', Invitation.query(tx).where({ id: approvalId }).select('carriedBy'))
        .select('id'),
    );
    for (const { id } of others) await processes.requestChanged(id);
  };

  return {
    /** Reads where the request stands. */
    async loadInvite({ approvalId, teamId, asOf }: LoadInvite): Promise<InviteStanding> {
      const at = asOf === undefined ? store.clock.now() : new Date(asOf);
      return store.inTeam(teamId, async (tx) => {
        const approval = await Approval.query(tx).findById(approvalId).throwIfNotFound();
        if (approval.untoldSince === null) return inviteStanding(tx, approval, at);
        // Before the read: what changes after it is told anew.
        const told = await Approval.query(tx).patchAndFetchById(approvalId, { untoldSince: null });
        return inviteStanding(tx, told, at);
      });
    },

    /** Puts a recorded attempt to the rule (INVITE-4). */
    async decide({ attemptId, asOf }: DecideInvite & { asOf: number }): Promise<DecideInviteResult> {
      const { outcome } = await decideApproval(store, { attemptId, asOf: new Date(asOf) });
      return { outcome };
    },

    /** A requester takes it back (INVITE-8). */
    async withdraw(request: InviteAt, by: WithdrawInvite): Promise<WithdrawInviteResult> {
      const outcome = await withdrawApproval(store, causeOf(by, request.asOf), request);
      if (outcome === 'withdrawn') return { outcome };
      return { outcome: (await isDone(request, by, ['withdrawn', 'reduced'])) ? 'withdrawn' : outcome };
    },

    /** The invited person joins (INVITE-11). */
    async accept(request: InviteAt, by: AcceptInvite): Promise<AcceptInviteResult> {
      const { approvalId: invitationId, teamId } = request;
      const outcome = await acceptInvitation(store, causeOf(by, request.asOf), { invitationId, teamId });
      await tellOthers(request);
      // Who found no seat frees none: a crowd that waits need not be woken by each who joins it.
      if (outcome !== 'no_seats') await processes.seatMayBeFree(teamId);
      if (outcome === 'accepted') return { outcome };
      return { outcome: (await isDone(request, by, ['accepted'])) ? 'accepted' : outcome };
    },

    /** Somebody takes the invitation back. */
    async cancel(request: InviteAt, by: CancelInvitation): Promise<CancelInvitationResult> {
      const { approvalId: invitationId, teamId } = request;
      const outcome = await cancelInvitation(store, causeOf(by, request.asOf), { invitationId, teamId });
      await tellOthers(request);
      await processes.seatMayBeFree(teamId);
      return { outcome };
    },

    /** Somebody wants it mailed again. */
    async resend(request: InviteAt, by: ResendInvitation): Promise<ResendInvitationResult> {
      const { approvalId: invitationId, teamId } = request;
      const outcome = await resendInvitation(store, causeOf(by, request.asOf), { invitationId, teamId });
      await tellOthers(request);
      return { outcome };
    },

    /** The request's time is up (INVITE-7). */
    async expire(request: InviteAt): Promise<void> {
      await expireApproval(store, at(request));
    },

    /** Notes a reminder; the cards and mails that carry it follow. */
    async remind(request: InviteAt, number: number): Promise<void> {
      await noteReminder(store, at(request), number);
    },

    /** Notes the escalation (INVITE-7); fresh messages and mails follow. */
    async escalate(request: InviteAt): Promise<void> {
      await noteEscalation(store, at(request));
    },

    /** Mails the invitation's link, once for each mailing (INVITE-11). @throws the mail server's error */
    async sendInvitation(request: InviteAt): Promise<void> {
      const { approvalId, teamId } = request;
      const row = await invitationOf(request);
      const sent = await mailOnce(deps, {
        key: `invitation:${approvalId}:${row.mailing}`,
        teamId,
        compose: async () => {
          const letter = await prepareInvitationMail(store, at(request));
          if (letter === null) return null;
          const url = new URL(`/invitations/${letter.token}`, publicUrl).href;
          return { to: letter.to, ...invitationMail({ ...letter, url }) };
        },
      });
      if (sent) await invitationSent(store, { ...at(request), mailing: row.mailing });
      await tellOthers(request);
    },

    /** Makes it visible that the mail does not go out for now. */
    async markInvitationFailed(request: InviteAt): Promise<void> {
      await invitationFailed(store, at(request));
    },

    /** The invitation's time is up; its seat is free. */
    async expireInvitation(request: InviteAt): Promise<void> {
      await expireInvitation(store, at(request));
      await tellOthers(request);
      await processes.seatMayBeFree(request.teamId);
    },

    /** An invitation that waits for a seat tries to take one (INVITE-2). @returns whether it waits no longer */
    async takeSeat(request: InviteAt): Promise<boolean> {
      const seated = await takeWaitingSeats(store, at(request));
      // A free seat goes to whoever waits longest, whichever run asked for it.
      for (const approvalId of seated.filter((id) => id !== request.approvalId)) {
        await processes.requestChanged(approvalId);
      }
      return (await invitationOf(request)).state !== 'waiting_for_seat';
    },
  };
}

function causeOf({ userId, ssoTeamId, via, requestId }: Told, asOf: number): Cause {
  const actor = { type: 'person', userId, ...(ssoTeamId === undefined ? {} : { ssoTeamId }) } as const;
  return { actor, source: via, requestId, asOf: new Date(asOf) };
}
