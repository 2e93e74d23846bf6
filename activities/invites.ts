import { storedDurationMs } from '../domain/duration';
import type { ApprovalState, InvitationState } from '../domain/approval';
import type { Cause, Source } from '../domain/actor';
import { acceptInvitation } from '../operations/accept-invitation';
import { decideApproval } from '../operations/decide-approval';
import { expireApproval, noteReminder } from '../operations/expire-approval';
import { cancelInvitation, resendInvitation, takeWaitingSeat } from '../operations/manage-invitation';
import {
  expireInvitation,
  invitationFailed,
  invitationSent,
  prepareInvitationMail,
} from '../operations/send-invitation';
import { withdrawApproval } from '../operations/withdraw-approval';
import { invitationMail } from '../mail/templates/invitation';
import { Approval, ApprovalEvent, Invitation } from '../store/models';
import { approversOf } from '../store/queries/approvers';
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

/** A request and the instant of the workflow's clock, milliseconds since the epoch. */
export interface InviteAt extends InviteInput {
  readonly asOf: number;
}

/** Where a request stands, as its run needs it: enums and instants only. */
export interface InviteStanding {
  readonly state: ApprovalState;
  readonly invitation: InvitationState | 'sending' | null;
  /** Approved by a rule when it was made: nobody was asked. */
  readonly byRule: boolean;
  /** Rides on another invitation of the same person. */
  readonly carried: boolean;
  readonly revision: number;
  readonly approvers: number;
  readonly expiresAt: number;
  /** How many reminders went out. */
  readonly reminded: number;
  /** Reminders that are still due, in order. */
  readonly remindersAt: readonly number[];
  readonly invitationExpiresAt: number | null;
}

interface Told {
  readonly userId: string;
  readonly via: Extract<Source, 'slack' | 'web' | 'api'>;
  readonly requestId: string | null;
}

/** Activities of the `invite` workflow that change rows or send the invitation's mail. */
export function inviteActivities(deps: ActivityDependencies) {
  const { store, processes, publicUrl } = deps;
  const at = ({ approvalId, teamId, asOf }: InviteAt) => ({ approvalId, teamId, asOf: new Date(asOf) });

  /** Requests that ride on an invitation share its fate: their runs look again. */
  const tellRiders = async ({ approvalId, teamId }: InviteInput): Promise<void> => {
    const riders = await store.inTeam(teamId, (tx) =>
      Invitation.query(tx).where({ carriedBy: approvalId }).select('id'),
    );
    for (const { id } of riders) await processes.requestChanged(id);
  };

  return {
    /** Reads where the request stands. */
    async loadInvite({ approvalId, teamId }: InviteInput): Promise<InviteStanding> {
      return store.inTeam(teamId, async (tx) => {
        const approval = await Approval.query(tx).findById(approvalId).throwIfNotFound();
        const invitation = await Invitation.query(tx).findById(approvalId);
        const reminded = await ApprovalEvent.query(tx).where({ approvalId, type: 'reminded' }).resultSize();
        const created = approval.createdAt.getTime();
        return {
          state: approval.state,
          invitation: invitation?.state ?? null,
          byRule: approval.decidedVia === 'rule',
          carried: invitation?.carriedBy != null,
          revision: approval.revision,
          approvers: approval.state === 'pending' ? (await approversOf(tx, approval)).length : 0,
          expiresAt: approval.expiresAt.getTime(),
          reminded,
          remindersAt: approval.policy.approvalReminders
            .map((after) => created + storedDurationMs(after))
            .sort((one, other) => one - other)
            .slice(reminded),
          invitationExpiresAt: invitation?.expiresAt?.getTime() ?? null,
        };
      });
    },

    /** Puts a recorded attempt to the rule (INVITE-4). */
    async decide({ attemptId, asOf }: DecideInvite & { asOf: number }): Promise<DecideInviteResult> {
      const { outcome } = await decideApproval(store, { attemptId, asOf: new Date(asOf) });
      return { outcome };
    },

    /** A requester takes it back (INVITE-8). */
    async withdraw(request: InviteAt, by: WithdrawInvite): Promise<WithdrawInviteResult> {
      return { outcome: await withdrawApproval(store, causeOf(by, request.asOf), request) };
    },

    /** The invited person joins (INVITE-11). */
    async accept(request: InviteAt, by: AcceptInvite): Promise<AcceptInviteResult> {
      const { approvalId: invitationId, teamId } = request;
      const outcome = await acceptInvitation(store, causeOf(by, request.asOf), { invitationId, teamId });
      await tellRiders(request);
      return { outcome };
    },

    /** Somebody takes the invitation back. */
    async cancel(request: InviteAt, by: CancelInvitation): Promise<CancelInvitationResult> {
      const { approvalId: invitationId, teamId } = request;
      const outcome = await cancelInvitation(store, causeOf(by, request.asOf), { invitationId, teamId });
      await tellRiders(request);
      await processes.seatMayBeFree(teamId);
      return { outcome };
    },

    /** Somebody wants it mailed again. */
    async resend(request: InviteAt, by: ResendInvitation): Promise<ResendInvitationResult> {
      const { approvalId: invitationId, teamId } = request;
      return { outcome: await resendInvitation(store, causeOf(by, request.asOf), { invitationId, teamId }) };
    },

    /** The request's time is up (INVITE-7). */
    async expire(request: InviteAt): Promise<void> {
      await expireApproval(store, at(request));
    },

    /** Notes a reminder; the cards and mails that carry it follow. */
    async remind(request: InviteAt, number: number): Promise<void> {
      await noteReminder(store, at(request), number);
    },

    /** Mails the invitation's link, once for each mailing (INVITE-11). @throws the mail server's error */
    async sendInvitation(request: InviteAt): Promise<void> {
      const { approvalId, teamId } = request;
      const row = await store.inTeam(teamId, (tx) =>
        Invitation.query(tx).findById(approvalId).throwIfNotFound(),
      );
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
      if (sent) await invitationSent(store, at(request));
      await tellRiders(request);
    },

    /** Makes it visible that the mail does not go out for now. */
    async markInvitationFailed(request: InviteAt): Promise<void> {
      await invitationFailed(store, at(request));
    },

    /** The invitation's time is up; its seat is free. */
    async expireInvitation(request: InviteAt): Promise<void> {
      if (!(await expireInvitation(store, at(request)))) return;
      await tellRiders(request);
      await processes.seatMayBeFree(request.teamId);
    },

    /** An invitation that waits for a seat tries to take one (INVITE-2). */
    async takeSeat(request: InviteAt): Promise<boolean> {
      return takeWaitingSeat(store, at(request));
    },
  };
}

function causeOf({ userId, via, requestId }: Told, asOf: number): Cause {
  return { actor: { type: 'person', userId }, source: via, requestId, asOf: new Date(asOf) };
}
