import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { mayShare } from '../domain/inviting';
import { elementAllows } from '../domain/permissions';
import { Refusal } from '../domain/refusal';
import type { ShareRole } from '../domain/roles';
import { whoInTeam } from '../domain/who-could';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Share, ShareRecipient, type ShareOutcome, type Team } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { lockTeam } from '../store/queries/seats';
import { forbidden, notFound, personOf } from './parts/caller-rights';
import { settleFulfilled } from './parts/fulfilled-requests';
import { grantAccess } from './parts/grant-access';
import { inviteExternal } from './parts/invite-external';
import type { InviteOutcome } from './parts/open-request';
import { placeForSharing, type Placement } from './parts/place-element';
import { resolveRecipient, type ShareTo } from './parts/recipients';
import { seeElement, type SeenElement } from './parts/seen';
import { byRule } from './parts/timeline';

export type { Placement } from './parts/place-element';
export type { ShareTo } from './parts/recipients';

/** One call to share an element (SHARE-1). */
export interface ShareInput {
  readonly shareId: string;
  readonly elementId: string;
  readonly teamId: string | null;
  readonly recipients: readonly ShareTo[];
  readonly message?: string;
  readonly placement?: Placement;
}

/** One recipient's outcome, as REST answers it. */
export interface RecipientOutcome {
  readonly recipient: Readonly<Record<string, string>>;
  readonly outcome: ShareOutcome;
  readonly role: ShareRole | null;
  readonly inviteId: string | null;
  readonly code: string | null;
}

/** What a share did. */
export interface ShareResult {
  readonly id: string;
  readonly elementId: string;
  readonly teamId: string;
  readonly recipients: readonly RecipientOutcome[];
  /** Requests that run already and have to hear of a change after the commit. */
  readonly changedApprovals: readonly string[];
}

type Row = Pick<ShareRecipient, 'outcome' | 'role' | 'code' | 'userId' | 'groupId' | 'inviteId'>;
type Settled = Partial<Row> &
  Pick<Row, 'outcome'> &
  Partial<Pick<InviteOutcome, 'changed' | 'audit' | 'expired'>>;

/**
 * Shares an element with people, names, e-mail addresses and groups in one transaction (SHARE-1..5, INVITE-1, 2, 10).
 * The same `shareId` again answers what the first call did.
 * @throws {Refusal} `not_found`, `forbidden`, `role_not_assignable`, `placement_required`, `conflict` outside teams
 */
export async function shareElement(store: Store, cause: Cause, input: ShareInput): Promise<ShareResult> {
  return store.inTeam(input.teamId, (tx) => shareInside(tx, cause, input));
}

/** The share inside a transaction; a preview runs it too and takes it back. */
export async function shareInside(tx: Tx, cause: Cause, input: ShareInput): Promise<ShareResult> {
  const { teamId } = input;
  if (teamId === null) {
    await seeElement(tx, input.elementId, cause.actor);
    throw new Refusal('conflict', 'The element belongs to no team: there is nobody to share it with.');
  }
  const team = await lockTeam(tx, teamId);
  if ((await Share.query(tx).findById(input.shareId)) !== undefined) return recordedShare(tx, input.shareId);

  const seen = await seeElement(tx, input.elementId, cause.actor);
  const sharerRoles = await sharingRoles(tx, cause, team);
  if (!elementAllows('give_roles', seen.role) && input.recipients.some((to) => to.role !== undefined)) {
    throw new Refusal('role_not_assignable', 'A Viewer shares, but an Editor of the element sets roles.');
  }
  const { placed, audit: placing } = await placeForSharing(tx, cause, seen, sharerRoles, input.placement);
  await Share.query(tx).insert({
    id: input.shareId,
    teamId,
    elementId: input.elementId,
    sharerId: personOf(cause.actor),
    message: input.message ?? null,
    createdAt: cause.asOf,
  });
  const here = { ...seen, ...placed };
  const settled: Settled[] = [];
  for (const [position, to] of input.recipients.entries()) {
    const one = await settle(tx, cause, { team, seen: here, sharerRoles, input }, to);
    await ShareRecipient.query(tx).insert({
      shareId: input.shareId,
      position,
      teamId,
      recipient: asSent(to),
      outcome: one.outcome,
      ...pick(one),
    });
    settled.push(one);
  }
  const fulfilled = await settleFulfilled(tx, cause, teamId);
  await appendAudit(tx, teamId, cause, [
    ...placing,
    {
      action: 'element.shared',
      target: { type: seen.element.type, id: input.elementId },
      after: {
        shareId: input.shareId,
        recipients: settled.map((one) => ({ outcome: one.outcome, ...pick(one) })),
      },
    },
    ...settled.flatMap((one) => one.audit ?? []),
    ...fulfilled.audit,
  ]);
  const expired = settled.flatMap((one) => one.expired ?? []);
  await appendAudit(tx, teamId, byRule('approval_expiry', cause.asOf), expired);
  const changed = settled.flatMap((one) =>
    one.changed === true && one.inviteId != null ? [one.inviteId] : [],
  );
  return {
    ...(await recordedShare(tx, input.shareId)),
    changedApprovals: [...new Set([...changed, ...fulfilled.changed])],
  };
}

/** What a share did, from its rows. */
export async function recordedShare(tx: Tx, shareId: string): Promise<ShareResult> {
  const share = await Share.query(tx).findById(shareId);
  if (share === undefined) throw notFound('share');
  const rows = await ShareRecipient.query(tx).where({ shareId }).orderBy('position');
  return {
    id: share.id,
    elementId: share.elementId,
    teamId: share.teamId,
    recipients: rows.map(({ recipient, outcome, role, inviteId, code }) => ({
      recipient,
      outcome,
      role,
      inviteId,
      code,
    })),
    changedApprovals: [],
  };
}

interface Sharing {
  readonly team: Team;
  readonly seen: SeenElement;
  readonly sharerRoles: Awaited<ReturnType<typeof teamRolesOf>>;
  readonly input: ShareInput;
}

async function settle(tx: Tx, cause: Cause, sharing: Sharing, to: ShareTo): Promise<Settled> {
  const { team, seen, sharerRoles, input } = sharing;
  const recipient = await resolveRecipient(tx, team.id, to);
  const role = to.role ?? 'viewer';
  if (recipient.kind === 'nobody') return { outcome: 'refused', code: recipient.code };
  if (recipient.kind === 'external') {
    return inviteExternal(tx, cause, team, sharerRoles, {
      id: uuid(),
      shareId: input.shareId,
      element: seen.element,
      email: recipient.email,
      userId: recipient.userId,
      role,
      teamRole: to.teamRole ?? 'developer',
      reason: input.message ?? null,
    }).then((one) => ({ ...one, ...(one.outcome === 'refused' ? {} : { role }), userId: recipient.userId }));
  }
  const principal =
    recipient.kind === 'group' ? { groupId: recipient.groupId } : { userId: recipient.userId };
  const isSharer = 'userId' in principal && principal.userId === personOf(cause.actor);
  const granted = isSharer
    ? null
    : await grantAccess(tx, seen, principal, role, { asOf: cause.asOf, causedBy: input.shareId });
  if (granted === null) return { outcome: 'already_has_access', ...principal };
  return { outcome: 'shared', role, ...principal, audit: granted };
}

/** @throws {Refusal} `forbidden` to guests and to people outside the team */
async function sharingRoles(tx: Tx, cause: Cause, team: Team): Promise<Sharing['sharerRoles']> {
  const { actor } = cause;
  if (actor.type === 'service' && actor.teamId === team.id) return [];
  const roles = actor.type === 'person' ? await teamRolesOf(tx, team.id, actor.userId) : [];
  if (!mayShare(roles)) throw forbidden(whoInTeam('share'));
  return roles;
}

function pick(one: Settled): Partial<Row> {
  const { role, code, userId, groupId, inviteId } = one;
  return {
    ...(role == null ? {} : { role }),
    ...(code == null ? {} : { code }),
    ...(userId == null ? {} : { userId }),
    ...(groupId == null ? {} : { groupId }),
    ...(inviteId == null ? {} : { inviteId }),
  };
}

function asSent(to: ShareTo): Record<string, string> {
  return Object.fromEntries(Object.entries(to).filter(([, value]) => value !== undefined));
}
