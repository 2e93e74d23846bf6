import { v7 as uuid } from 'uuid';
import type { Cause } from '../domain/actor';
import { Refusal, type InputFault } from '../domain/refusal';
import type { ShareRole } from '../domain/roles';
import { appendAudit, type AuditEntry } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { Element, ElementRoleRow, Group, Member } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { recordFinished, type Aftermath } from './parts/finished-operation';
import { settleFulfilled } from './parts/fulfilled-requests';
import { applyToGuests } from './parts/guest-effects';
import { promoteGuest, type Promotion } from './parts/promote-guest';
import { requireElementEditor } from './parts/seen';

/** A person or a group of the element's team. */
export type RolePrincipal = { readonly userId: string } | { readonly groupId: string };

/** Roles to set and to take away; each replaces what the principal held on the element by name. */
export interface RoleChanges {
  /** Id of the operation that this makes. */
  readonly id: string;
  readonly elementId: string;
  readonly teamId: string | null;
  readonly set: readonly (RolePrincipal & { readonly role: ShareRole })[];
  readonly remove: readonly RolePrincipal[];
}

/** What came of it: `waiting` names promotions of guests that take a Team Admin's approval, too (GUEST-6). */
export interface RolesChanged extends Aftermath {
  readonly waiting: readonly string[];
}

/**
 * Sets and takes away roles by name on an element ("Manage roles"): all of it or nothing. What a principal holds through a
 * workspace or a group stays. A guest who is left with nothing leaves the team (GUEST-4); one who is made Editor is promoted
 * (GUEST-6).
 * @throws {Refusal} `not_found`; `forbidden` to all but its Editors; `placement_required` in a personal workspace;
 * `guest_role_fixed` where a guest is to be Viewer; `no_seats`; `invalid_request` naming who is not of the team
 */
export async function changeElementRoles(
  store: Store,
  cause: Cause,
  input: RoleChanges,
): Promise<RolesChanged> {
  const { id, elementId, teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    // Joins and other causes of a guest's leaving begin with the team's lock, too.
    const team = teamId === null ? null : await lockTeam(tx, teamId);
    const { element, workspace } = await requireElementEditor(tx, elementId, cause.actor);
    if (team === null || teamId === null || workspace.visibility === 'personal') {
      throw new Refusal(
        'placement_required',
        'Nobody else gets into a personal workspace: move the element first.',
      );
    }
    // Locked, so that two changes of the same roles come one after the other.
    await Element.query(tx).findById(elementId).forNoKeyUpdate();
    const entries: AuditEntry[] = [];
    const promotions: Promotion[] = [];
    for (const [index, { role, ...principal }] of input.set.entries()) {
      const guestId = await guestAmong(tx, teamId, principal, `set.${index}`);
      if (guestId !== null) {
        if (role !== 'editor') {
          throw new Refusal(
            'guest_role_fixed',
            'A guest views by the guest link. Make them Editor, or remove them.',
          );
        }
        promotions.push(await promoteGuest(tx, cause, team, { element, workspace }, guestId));
        continue;
      }
      const before = await held(tx, elementId, principal);
      if (before?.role === role) continue;
      await give(tx, { elementId, teamId, principal, role, asOf: cause.asOf });
      entries.push(roleEntry(element, principal, before?.role ?? null, role));
    }
    const from = input.remove.flatMap((principal) => ('userId' in principal ? [principal.userId] : []));
    const change = { takes: [elementId], from, linkOff: null };
    const guests = await applyToGuests(tx, cause, teamId, change, 'roles_remove');
    entries.push(...guests.audit);
    for (const principal of input.remove) {
      const before = await held(tx, elementId, principal);
      if (before === null) continue;
      await ElementRoleRow.query(tx).deleteById(before.id);
      entries.push(roleEntry(element, principal, before.role, null));
    }
    entries.push(...promotions.flatMap(({ audit }) => audit));
    const fulfilled = await settleFulfilled(tx, cause, teamId);
    entries.push(...fulfilled.audit);
    const waiting = promotions.flatMap((one) => one.waiting ?? []);
    const changedApprovals = [
      ...guests.changed,
      ...promotions.flatMap((one) => one.changed ?? []),
      ...fulfilled.changed,
    ];
    const result = {
      elementId,
      changed: entries.length,
      ...guests.counts,
      changedApprovals,
      ...(waiting.length === 0 ? {} : { approvalIds: waiting }),
    };
    const operation = await recordFinished(tx, cause, { id, teamId, type: 'roles_change', result });
    await appendAudit(tx, teamId, cause, entries);
    return { operation, changedApprovals, waiting };
  });
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

function unfit(fault: InputFault): Refusal {
  return new Refusal('invalid_request', 'One of the roles cannot be changed so.', { errors: [fault] });
}
