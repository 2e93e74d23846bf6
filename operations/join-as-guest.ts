import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { isDenied, policyOf } from '../domain/policy';
import { Refusal } from '../domain/refusal';
import type { ElementRole, TeamRole } from '../domain/roles';
import { mustUseIssuer } from '../domain/single-sign-on';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { ElementRoleRow, User } from '../store/models';
import { elementRoleOf, findElement, teamRolesOf, type Placed } from '../store/queries/access';
import { lockTeam } from '../store/queries/seats';
import { notFound, requirePerson } from './parts/caller-rights';
import { gatherJoin } from './parts/gather-joins';
import { joinTeam } from './parts/join-team';
import { auditSettled, settleLossesOf } from './parts/settle-losses';

/** What somebody is in the team and on the collection after joining. */
export interface Joined {
  readonly teamId: string;
  readonly role: TeamRole;
  /** Null for a member who has no role on the collection: a link gives members nothing. */
  readonly elementRole: ElementRole | null;
  /** Whether a digest began with it, which the team’s run of held notices has to know of. */
  readonly beganDigest: boolean;
}

/** Whether a collection lets guests in now: its link is on and it lies in a team workspace (GUEST-1). */
export function letsGuestsIn({ element, workspace }: Placed): boolean {
  return element.guestLink && workspace.visibility === 'team';
}

/**
 * Lets a signed-in person in as guest with `guest_viewer` on the collection, at once, without approval or seat (GUEST-1,
 * GUEST-9). Whoever has a role on it already keeps that; for members nothing changes. Those who look after the collection hear
 * of it by a digest (SLACK-5).
 * @throws {Refusal} `not_found` when the link is off or the workspace is no team one; `guest_denied`
 */
export async function joinAsGuest(
  store: Store,
  cause: Cause,
  input: { readonly elementId: string; readonly teamId: string | null; readonly publicUrl: string },
): Promise<Joined> {
  const { elementId, teamId, publicUrl } = input;
  const userId = requirePerson(cause.actor);
  if (teamId === null) throw notFound('element');
  return store.inTeam(teamId, async (tx) => {
    // Whatever turns the link off holds this lock: nobody gets in after its answer.
    const team = await lockTeam(tx, teamId);
    const placed = await findElement(tx, elementId);
    if (placed === null) throw notFound('element');
    const roles = await teamRolesOf(tx, teamId, userId);
    const held = await elementRoleOf(tx, placed, userId);
    const [role] = roles;
    if (role !== undefined && (held !== null || role !== 'guest')) {
      if (held === null && !letsGuestsIn(placed)) throw notFound('element');
      return { teamId, role, elementRole: held, beganDigest: false };
    }
    if (!letsGuestsIn(placed)) throw notFound('element');
    const user = await User.query(tx).findById(userId).throwIfNotFound();
    const { guestDenyList, guestsNeedSso } = policyOf(team.policy);
    if (isDenied(guestDenyList, user.email)) {
      throw new Refusal('guest_denied', 'The team does not let this address in as a guest.');
    }
    const through = cause.actor.type === 'person' ? (cause.actor.ssoTeamId ?? null) : null;
    if (mustUseIssuer(team, 'guest', guestsNeedSso, through)) {
      throw new Refusal('sso_required', 'The team lets guests in only through its own sign-in.', {
        members: { signIn: `/auth/sso/${team.slug}` },
      });
    }
    const settled = await settleLossesOf(tx, teamId, userId, cause.asOf);
    if (role === undefined) {
      await joinTeam(tx, team, { userId, roles: ['guest'], workspaceId: uuid(), asOf: cause.asOf });
    }
    await giveView(tx, { elementId, teamId, userId, asOf: cause.asOf });
    const { asOf } = cause;
    const beganDigest = await gatherJoin(tx, { teamId, element: placed.element, userId, asOf, publicUrl });
    await auditSettled(tx, teamId, settled);
    await appendAudit(tx, teamId, cause, [
      {
        action: 'guest.joined',
        target: { type: 'user', id: userId },
        before: null,
        after: { elementId, role: 'guest_viewer' },
      },
    ]);
    return { teamId, role: 'guest', elementRole: 'guest_viewer', beganDigest };
  });
}

async function giveView(
  tx: Tx,
  given: {
    readonly elementId: string;
    readonly teamId: string;
    readonly userId: string;
    readonly asOf: Date;
  },
): Promise<void> {
  const { asOf, ...grant } = given;
  await ElementRoleRow.query(tx).insert({ id: uuid(), ...grant, role: 'guest_viewer', createdAt: asOf });
}
