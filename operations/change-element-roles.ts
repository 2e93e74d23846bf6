import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { Refusal, type InputFault } from '../domain/refusal';
import type { ShareRole } from '../domain/roles';
import type { AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, ElementRoleRow, Group, Member, type OperationRow } from '../store/models';
import { changeAccess, type AccessRule, type InTeam } from './parts/change-access';
import type { Aftermath } from './parts/finished-operation';
import { settleFulfilled } from './parts/fulfilled-requests';
import { promoteGuest, type Promotion } from './parts/promote-guest';
import { requireElementEditor } from './parts/seen';

/** A person or a group of the element's team. */
export type RolePrincipal = { readonly userId: string } | { readonly groupId: string };

/** Roles to set and to take away; each replaces what the principal held on the element by name. */
export interface RoleChanges {
  readonly elementId: string;
  readonly set: readonly (RolePrincipal & { readonly role: ShareRole })[];
  readonly remove: readonly RolePrincipal[];
}

/** {@link changeElementRoles} as a change that may take access away. */
export const elementRolesChange: AccessRule<RoleChanges> = {
  type: 'roles_change',
  judge: async (tx, cause, { elementId, set, remove }, team) => {
    const { element, workspace } = await requireElementEditor(tx, elementId, cause.actor);
    if (team === null || workspace.visibility === 'personal') {
      throw new Refusal(
        'placement_required',
        'Nobody else gets into a personal workspace: move the element first.',
      );
    }
    const from = remove.flatMap((principal) => ('userId' in principal ? [principal.userId] : []));
    const given = { elementId, teamId: team.id, asOf: cause.asOf };
    return {
      guests: { takes: [elementId], from, linkOff: null },
      act: async () => {
        // Locked, so that two changes of the same roles come one after the other.
        await Element.query(tx).findById(elementId).forNoKeyUpdate();
        const audit: AuditEntry[] = [];
        const promotions: Promotion[] = [];
        for (const [index, { role, ...principal }] of set.entries()) {
          const guestId = await guestAmong(tx, team.id, principal, `set.${index}`);
          if (guestId !== null) {
            if (role !== 'editor') throw guestRoleFixed();
            promotions.push(await promoteGuest(tx, cause, team, { element, workspace }, guestId));
            continue;
          }
          const before = await held(tx, elementId, principal);
          if (before?.role === role) continue;
          await give(tx, { ...given, principal, role });
          audit.push(roleEntry(element, principal, before?.role ?? null, role));
        }
        for (const principal of remove) {
          const before = await held(tx, elementId, principal);
          if (before === null) continue;
          await ElementRoleRow.query(tx).deleteById(before.id);
          audit.push(roleEntry(element, principal, before.role, null));
        }
        audit.push(...promotions.flatMap((one) => one.audit));
        const fulfilled = await settleFulfilled(tx, cause, team.id);
        const waiting = promotions.flatMap((one) => one.waiting ?? []);
        const result = { elementId, changed: audit.length };
        return {
          result: waiting.length === 0 ? result : { ...result, approvalIds: waiting },
          audit: [...audit, ...fulfilled.audit],
          changed: [...promotions.flatMap((one) => one.changed ?? []), ...fulfilled.changed],
        };
      },
    };
  },
};

/**
 * Sets and takes away roles by name on an element ("Manage roles"): all of it or nothing. What a principal holds through a
 * workspace or a group stays. A guest who is left with nothing leaves the team (GUEST-4); one who is made Editor is promoted
 * (GUEST-6), and the result's `approvalIds` name promotions that take a Team Admin's approval, too.
 * @throws {Refusal} `not_found`; `forbidden` to all but its Editors; `placement_required` in a personal workspace;
 * `guest_role_fixed` where a guest is to be Viewer; `no_seats`; `invalid_request` naming who is not of the team
 */
export async function changeElementRoles(
  store: Store,
  cause: Cause,
  input: RoleChanges & InTeam,
): Promise<Aftermath> {
  return changeAccess(store, cause, elementRolesChange, input);
}

/** The promotions that wait for a Team Admin, by their requests' ids. */
export function promotionsWaiting({ result }: OperationRow): readonly string[] {
  const ids = result?.['approvalIds'];
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

/** The guest whom a role is to be set for, or null for a member or group. @throws {Refusal} `invalid_request` */
async function guestAmong(
  tx: Tx,
  teamId: string,
  principal: RolePrincipal,
  path: string,
): Promise<string | null> {
  if ('groupId' in principal) {
    const group = await Group.query(tx).findById(principal.groupId).forShare();
    if (group === undefined) throw unfit({ path: `${path}.groupId`, message: 'is no group of the team' });
    return null;
  }
  const member = await Member.query(tx).findById([teamId, principal.userId]).forShare();
  if (member === undefined) throw unfit({ path: `${path}.userId`, message: 'is no member of the team' });
  return member.roles.includes('guest') ? principal.userId : null;
}

async function held(tx: Tx, elementId: string, principal: RolePrincipal): Promise<ElementRoleRow | null> {
  return (await ElementRoleRow.query(tx).findOne({ elementId, ...principal })) ?? null;
}

async function give(
  tx: Tx,
  given: {
    readonly elementId: string;
    readonly teamId: string;
    readonly principal: RolePrincipal;
    readonly role: ShareRole;
    readonly asOf: Date;
  },
): Promise<void> {
  const { elementId, teamId, principal, role, asOf } = given;
  await ElementRoleRow.query(tx)
    .insert({ id: uuid(), elementId, teamId, ...principal, role, createdAt: asOf })
    .onConflict(['element_id', 'userId' in principal ? 'user_id' : 'group_id'])
    .merge(['role']);
}

function roleEntry(
  element: Element,
  principal: RolePrincipal,
  before: string | null,
  after: string | null,
): AuditEntry {
  return {
    action: 'element.role_updated',
    target: { type: element.type, id: element.id },
    before: { ...principal, role: before },
    after: { ...principal, role: after },
  };
}

function guestRoleFixed(): Refusal {
  return new Refusal(
    'guest_role_fixed',
    'A guest views by the guest link. Make them Editor, or remove them.',
  );
}

function unfit(fault: InputFault): Refusal {
  return new Refusal('invalid_request', 'One of the roles cannot be changed so.', { errors: [fault] });
}
