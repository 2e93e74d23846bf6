import type { Cause } from '../domain/actor';
import { inviteRoute, WHY_ASKED } from '../domain/inviting';
import { ASSIGNABLE_TEAM_ROLES, type AssignableTeamRole } from '../domain/roles';
import { seatKind, seatsTaken, type SeatHolders, type SeatKind } from '../domain/seats';
import type { Store, Tx } from '../store/database';
import { Approval, ApprovalGrant, GroupMember, Invitation, ShareRecipient, Team } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { approversOf, type PersonRef } from '../store/queries/approvers';
import { OPEN_INVITATION_STATES } from '../store/queries/invitations';
import { seatSituation } from '../store/queries/seats';
import { personOf } from './parts/caller-rights';
import { shareInside, type RecipientOutcome, type ShareInput, type ShareResult } from './share-element';

/** What a share would do. */
export interface SharePreview {
  readonly recipients: readonly Omit<RecipientOutcome, 'inviteId'>[];
  /** Team Admins who would be asked. */
  readonly wouldAsk: readonly (PersonRef & { readonly why: string })[];
  /** How many people would be told. */
  readonly wouldNotify: number;
  /** Seats that the invitations would take, those that wait for approval included. */
  readonly seats: number;
}

/** Carries the preview out of a transaction that is taken back. */
class TakenBack extends Error {
  constructor(readonly preview: SharePreview) {
    super('a preview changes nothing');
  }
}

/**
 * Shares, looks at what came of it, and takes it all back: so a preview says exactly what the share would do.
 * @throws {Refusal} as the share would
 */
export async function previewShare(store: Store, cause: Cause, input: ShareInput): Promise<SharePreview> {
  try {
    return await store.inTeam(input.teamId, async (tx) => {
      const share = await shareInside(tx, cause, input);
      const { recipients } = share;
      throw new TakenBack({
        recipients: recipients.map(({ recipient, outcome, role, code }) => ({
          recipient,
          outcome,
          role,
          code,
        })),
        wouldAsk: await asked(tx, cause, recipients),
        wouldNotify: await told(tx, cause, input.shareId),
        seats: await seatsOf(tx, share),
      });
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.preview;
    throw error;
  }
}

async function asked(
  tx: Tx,
  cause: Cause,
  recipients: readonly RecipientOutcome[],
): Promise<SharePreview['wouldAsk']> {
  const people = new Map<string, { person: PersonRef; why: Set<string> }>();
  for (const approval of await approvalsOf(tx, recipients, 'pending_approval')) {
    const why = await whyAsked(tx, cause, approval, recipients);
    for (const person of await approversOf(tx, approval, cause.asOf)) {
      const { why: known } = people.get(person.userId) ?? { why: new Set() };
      people.set(person.userId, { person, why: new Set([...known, ...why]) });
    }
  }
  return [...people.values()].map(({ person, why }) => ({ ...person, why: [...why].join(' ') }));
}

/** The rules by which the share asks for this request, in words (INVITE-1). */
async function whyAsked(
  tx: Tx,
  { actor }: Cause,
  { id, teamId }: Approval,
  recipients: readonly RecipientOutcome[],
): Promise<readonly string[]> {
  const { plan } = await Team.query(tx).findById(teamId).throwIfNotFound();
  const sharer = actor.type === 'person' ? await teamRolesOf(tx, teamId, actor.userId) : [];
  return recipients.flatMap(({ inviteId, recipient }) => {
    if (inviteId !== id) return [];
    const asked = ASSIGNABLE_TEAM_ROLES.find((role) => role === recipient['teamRole']);
    return WHY_ASKED[inviteRoute(plan, sharer, asked ?? 'developer').rule] ?? [];
  });
}

/** Members who get a role by name, and every member of such groups, once, but not the sharer (SHARE-3). */
async function told(tx: Tx, cause: Cause, shareId: string): Promise<number> {
  const rows = await ShareRecipient.query(tx).where({ shareId, outcome: 'shared' });
  const people = new Set(rows.flatMap(({ userId }) => (userId === null ? [] : [userId])));
  const groups = rows.flatMap(({ groupId }) => (groupId === null ? [] : [groupId]));
  for (const { userId } of await GroupMember.query(tx).whereIn('groupId', groups)) people.add(userId);
  people.delete(personOf(cause.actor) ?? '');
  return people.size;
}

async function seatsOf(tx: Tx, share: ShareResult): Promise<number> {
  const team = await Team.query(tx).findById(share.teamId).throwIfNotFound();
  const { members, reserved } = await seatSituation(tx, team);
  const asked = ApprovalGrant.query(tx).where({ shareId: share.id }).select('approvalId');
  const invited = await Invitation.query(tx).whereIn('id', asked).where({ holdsSeat: true });
  const pending = await approvalsOf(tx, share.recipients, 'pending_approval');
  const emails = pending.map(({ email }) => email);
  const open = await Invitation.query(tx)
    .whereIn('email', emails)
    .whereIn('state', [...OPEN_INVITATION_STATES]);
  // Once approved they ride on the invitation that the person has (INVITE-10).
  const riding = new Set(open.map(({ email }) => email));
  const waiting = pending.filter(({ email }) => !riding.has(email));
  // What is held now includes the share's own invitations, but not those that wait.
  const held = sum(members, reserved);
  const before = sum(held, holdersOf(invited), -1);
  return seatsTaken(sum(held, holdersOf(waiting))) - seatsTaken(before);
}

function holdersOf(invited: readonly { readonly teamRole: AssignableTeamRole | null }[]): SeatHolders {
  const kinds = invited.flatMap(({ teamRole }) => (teamRole === null ? [] : [seatKind([teamRole])]));
  const count = (kind: SeatKind): number => kinds.filter((one) => one === kind).length;
  return { seat: count('seat'), support: count('support') };
}

function sum(one: SeatHolders, other: SeatHolders, sign: 1 | -1 = 1): SeatHolders {
  return { seat: one.seat + sign * other.seat, support: one.support + sign * other.support };
}

async function approvalsOf(
  tx: Tx,
  recipients: readonly RecipientOutcome[],
  outcome: RecipientOutcome['outcome'],
): Promise<Approval[]> {
  const ids = recipients.flatMap((one) =>
    one.outcome === outcome && one.inviteId !== null ? [one.inviteId] : [],
  );
  return Approval.query(tx).whereIn('id', ids);
}
