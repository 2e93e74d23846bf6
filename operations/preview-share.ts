import type { Cause } from '../domain/actor';
import { seatKind } from '../domain/seats';
import type { Store, Tx } from '../store/database';
import { Approval, GroupMember, Invitation, ShareRecipient } from '../store/models';
import { approversOf, type PersonRef } from '../store/queries/approvers';
import { personOf } from './parts/caller-rights';
import { shareInside, type RecipientOutcome, type ShareInput } from './share-element';

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
      const { recipients } = await shareInside(tx, cause, input);
      throw new TakenBack({
        recipients: recipients.map(({ recipient, outcome, role, code }) => ({
          recipient,
          outcome,
          role,
          code,
        })),
        wouldAsk: await asked(tx, recipients),
        wouldNotify: await told(tx, cause, input.shareId),
        seats: await seatsOf(tx, recipients),
      });
    });
  } catch (error) {
    if (error instanceof TakenBack) return error.preview;
    throw error;
  }
}

async function asked(tx: Tx, recipients: readonly RecipientOutcome[]): Promise<SharePreview['wouldAsk']> {
  const people = new Map<string, PersonRef & { why: string }>();
  for (const approval of await approvalsOf(tx, recipients, 'pending_approval')) {
    for (const person of await approversOf(tx, approval)) {
      people.set(person.userId, { ...person, why: 'Team Admins decide on external people here.' });
    }
  }
  return [...people.values()];
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

async function seatsOf(tx: Tx, recipients: readonly RecipientOutcome[]): Promise<number> {
  const invited = await approvalsOf(tx, recipients, 'invited');
  const pending = await approvalsOf(tx, recipients, 'pending_approval');
  const holding = await Invitation.query(tx)
    .whereIn(
      'id',
      invited.map(({ id }) => id),
    )
    .where({ holdsSeat: true });
  const open = await Invitation.query(tx)
    .whereIn(
      'email',
      pending.map(({ email }) => email),
    )
    .where({ holdsSeat: true });
  const covered = new Set(open.map(({ email }) => email));
  const later = pending.filter(
    ({ email, teamRole }) => seatKind([teamRole]) === 'seat' && !covered.has(email),
  );
  return holding.filter(({ teamRole }) => seatKind([teamRole]) === 'seat').length + later.length;
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
