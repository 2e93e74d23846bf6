import { isTeamAdmin } from './approval';
import { teamAllows } from './permissions';
import type { TeamRole } from './roles';

/** Why a change of somebody's team roles is refused. */
export type RoleChangeRefusal = 'last_admin' | 'super_admin_untouchable' | 'super_admin_not_assignable';

/** A change of one member's team roles. */
export interface RoleChange {
  /** Team roles of who changes it; null for the operator, whom only the protection of the last Admin binds. */
  readonly by: readonly TeamRole[] | null;
  /** The member's roles before; empty for somebody who joins. */
  readonly before: readonly TeamRole[];
  /** The member's roles after; empty for somebody who is removed. */
  readonly after: readonly TeamRole[];
  /** Roles of every other member of the team. */
  readonly others: readonly (readonly TeamRole[])[];
}

/**
 * Whether team roles may change so (TEAM-8): the last Super Admin, or where there is none the last Admin, is protected; an
 * Admin neither touches a Super Admin nor makes one, unless the team has none.
 * @returns null when they may, else why not
 */
export function refuseRoleChange(change: RoleChange): RoleChangeRefusal | null {
  const { by, before, after, others } = change;
  const hasSuperAdmin = [before, ...others].some((roles) => roles.includes('super_admin'));
  if (by !== null && !teamAllows('touch_super_admins', by)) {
    if (before.includes('super_admin')) return 'super_admin_untouchable';
    if (after.includes('super_admin') && hasSuperAdmin) return 'super_admin_not_assignable';
  }
  const top: TeamRole = hasSuperAdmin ? 'super_admin' : 'admin';
  const losesTop = before.includes(top) && !after.includes(top);
  const stays = others.some((roles) => roles.includes(top)) || (top === 'admin' && isTeamAdmin(after));
  return losesTop && !stays ? 'last_admin' : null;
}
