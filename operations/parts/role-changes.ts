import { refuseRoleChange, type RoleChange, type RoleChangeRefusal } from '../../domain/administering';
import { Refusal } from '../../domain/refusal';
import type { TeamRole } from '../../domain/roles';
import type { Tx } from '../../store/database';
import { Member } from '../../store/models';
import type { Standing } from './caller-rights';

const SENTENCES: Readonly<Record<RoleChangeRefusal, string>> = {
  last_admin: 'This is the team’s last Super Admin, or its last Admin: make another one first.',
  super_admin_untouchable: 'Only a Super Admin could change or remove a Super Admin.',
  super_admin_not_assignable: 'Only a Super Admin could make another Super Admin.',
};

/**
 * Lets a change of a member's roles pass (TEAM-8). The team's row is locked.
 * @throws {Refusal} `last_admin` or `forbidden`
 */
export async function allowRoleChange(
  tx: Tx,
  teamId: string,
  standing: Standing,
  change: Pick<RoleChange, 'before' | 'after'> & { readonly userId: string },
): Promise<void> {
  const others = await Member.query(tx).where({ teamId }).whereNot({ userId: change.userId }).select('roles');
  const refusal = refuseRoleChange({
    by: standing.isOperator ? null : standing.teamRoles,
    before: change.before,
    after: change.after,
    others: others.map((member): readonly TeamRole[] => member.roles),
  });
  if (refusal === null) return;
  throw new Refusal(refusal === 'last_admin' ? 'last_admin' : 'forbidden', SENTENCES[refusal]);
}
