import { v7 as uuid } from 'uuid';
import type { ACCESS_RULES } from '../../operations/access-rules';
import { changeElementRoles } from '../../operations/change-element-roles';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { deleteElement } from '../../operations/delete-element';
import { deleteWorkspace } from '../../operations/delete-workspace';
import { confirmAccessChange } from '../../operations/end-access-change';
import { foreseeImpact, type Impact } from '../../operations/foresee-impact';
import { joinAsGuest } from '../../operations/join-as-guest';
import { moveElement } from '../../operations/move-element';
import type { AccessRule } from '../../operations/parts/change-access';
import type { Aftermath } from '../../operations/parts/finished-operation';
import { removeMember } from '../../operations/remove-member';
import { requestAccess } from '../../operations/request-access';
import { turnGuestLinkOff, turnGuestLinkOn } from '../../operations/set-guest-link';
import { removeWorkspaceMember } from '../../operations/set-workspace-member';
import { settleGuests } from '../../operations/settle-guests';
import { shareElement } from '../../operations/share-element';
import { changeVisibility } from '../../operations/update-workspace';
import { writeLossNotices } from '../../operations/write-loss-notices';
import { Approval, ElementRoleRow, type Element, type User, type Workspace } from '../../store/models';
import type { TestStore } from './database';
import { at, COLLECTIONS, newModel, PEOPLE, type Change, type Step } from './guest-model';
import { byPerson, worldOf } from './world';

/** The model's team on Postgres. */
export interface GuestWorld {
  readonly store: TestStore;
  readonly teamId: string;
  /** May do everything, and never goes. */
  readonly owner: User;
  /** Asks for people, which takes an approval. */
  readonly asker: User;
  readonly people: readonly User[];
  readonly places: readonly Workspace[];
  readonly collections: readonly Element[];
}

/** Makes a fresh one. @param removalCap above which removals wait to be confirmed */
export async function newGuestWorld(store: TestStore, removalCap: number): Promise<GuestWorld> {
  const world = worldOf(store);
  const { id: teamId } = await world.team({ autoFlex: true, policy: { removalCap } });
  const owner = await world.member(teamId, ['super_admin']);
  const asker = await world.member(teamId, ['community_manager']);
  const model = newModel();
  const places: Workspace[] = [];
  for (const { visibility } of model.places) {
    const place = await world.workspace(teamId, visibility);
    await world.workspaceRole(place, owner.id, 'admin');
    places.push(place);
  }
  const collections: Element[] = [];
  const people: User[] = [];
  const made = { store, teamId, owner, asker, places, collections, people };
  for (let nth = 0; nth < COLLECTIONS; nth += 1) {
    collections.push(await world.element(at(places, at(model.collections, nth).workspace)));
    await perform(made, { type: 'link_on', collection: nth });
  }
  for (let nth = 0; nth < PEOPLE; nth += 1) people.push(await world.user());
  return made;
}

/** Does a step for real. What takes access away answers what became of it. */
export async function perform(world: GuestWorld, step: Step): Promise<Aftermath | null> {
  const { store, teamId, owner, asker } = world;
  const by = byPerson(owner.id, store.clock.now());
  switch (step.type) {
    case 'join': {
      const { id } = at(world.people, step.person);
      const on = {
        elementId: at(world.collections, step.collection).id,
        teamId,
        publicUrl: 'https://doorlist.test',
      };
      await joinAsGuest(store, byPerson(id, store.clock.now()), on);
      return null;
    }
    case 'convert': {
      const { id: userId } = at(world.people, step.person);
      await changeMemberRoles(store, by, { teamId, userId, roles: ['billing'], ofGuest: true });
      return null;
    }
    case 'link_on':
      await turnGuestLinkOn(store, by, { elementId: at(world.collections, step.collection).id, teamId });
      return null;
    case 'ask': {
      const { email } = at(world.people, step.person);
      const elementId = at(world.collections, step.collection).id;
      const given = { shareId: uuid(), teamId, elementId, recipients: [{ email }] };
      await shareElement(store, byPerson(asker.id, store.clock.now()), given);
      return null;
    }
    case 'wish': {
      const { id: userId } = at(world.people, step.person);
      const held = await store.inTeam(teamId, (tx) =>
        ElementRoleRow.query(tx)
          .where({ teamId, userId })
          .whereNotIn(
            'elementId',
            Approval.query(tx)
              .where({ subjectUserId: userId, kind: 'access_request', state: 'pending' })
              .select('elementId'),
          ),
      );
      for (const { elementId } of held) {
        const wish = { id: uuid(), elementId, teamId, note: null };
        await requestAccess(store, byPerson(userId, store.clock.now()), wish);
      }
      return null;
    }
    default:
      return change(world, step);
  }
}

/** What `impact` says of a change. */
export async function foresee(world: GuestWorld, step: Change): Promise<Impact> {
  const { store, teamId, owner } = world;
  const { type, input } = asked(world, step);
  return foreseeImpact(store, byPerson(owner.id), { teamId, type, input: { ...input } });
}

/** Confirms an operation that waits. */
export async function confirm({ store, teamId, owner }: GuestWorld, operationId: string): Promise<Aftermath> {
  return confirmAccessChange(store, byPerson(owner.id, store.clock.now()), { operationId, teamId });
}

/** Does what the operation's run does. @returns how many people were told */
export async function follow({ store, teamId }: GuestWorld, operationId: string): Promise<number> {
  const asOf = store.clock.now();
  while ((await settleGuests(store, { operationId, teamId, asOf })) > 0);
  const notices = { operationId, teamId, after: null, asOf, publicUrl: 'https://doorlist.test' };
  return (await writeLossNotices(store, notices)).told;
}

function change(world: GuestWorld, step: Change): Promise<Aftermath> {
  const { store, teamId, owner } = world;
  const by = byPerson(owner.id, store.clock.now());
  const at = { id: uuid(), teamId };
  const change = asked(world, step);
  switch (change.type) {
    case 'guest_link_off':
      return turnGuestLinkOff(store, by, { ...at, ...change.input });
    case 'roles_change':
      return changeElementRoles(store, by, { ...at, ...change.input });
    case 'workspace_member_remove':
      return removeWorkspaceMember(store, by, { ...at, ...change.input });
    case 'workspace_visibility':
      return changeVisibility(store, by, { ...at, ...change.input });
    case 'workspace_delete':
      return deleteWorkspace(store, by, { ...at, ...change.input });
    case 'element_delete':
      return deleteElement(store, by, { ...at, ...change.input });
    case 'element_move':
      return moveElement(store, by, { ...at, ...change.input });
    case 'member_remove':
      return removeMember(store, by, { ...at, ...change.input });
  }
}

/** A change by its type, with the input that its rule takes. */
type Asked = {
  [Type in keyof typeof ACCESS_RULES]: { readonly type: Type; readonly input: InputOf<Type> };
}[keyof typeof ACCESS_RULES];
type InputOf<Type extends keyof typeof ACCESS_RULES> =
  (typeof ACCESS_RULES)[Type] extends AccessRule<infer Input> ? Input : never;

function asked(world: GuestWorld, step: Change): Asked {
  const element = (nth: number) => at(world.collections, nth).id;
  const place = (nth: number) => at(world.places, nth).id;
  const person = (nth: number) => at(world.people, nth).id;
  switch (step.type) {
    case 'guest_link_off':
    case 'element_delete':
      return { type: step.type, input: { elementId: element(step.collection) } };
    case 'roles_remove': {
      const remove = step.people.map((nth) => ({ userId: person(nth) }));
      return { type: 'roles_change', input: { elementId: element(step.collection), set: [], remove } };
    }
    case 'workspace_member_remove':
      return { type: step.type, input: { workspaceId: place(step.place), userId: person(step.person) } };
    case 'workspace_visibility':
      return { type: step.type, input: { workspaceId: place(step.place), visibility: step.visibility } };
    case 'workspace_delete':
      return { type: step.type, input: { workspaceId: place(step.place) } };
    case 'element_move':
      return {
        type: step.type,
        input: { elementId: element(step.collection), workspaceId: place(step.place) },
      };
    case 'member_remove':
      return { type: step.type, input: { teamId: world.teamId, userId: person(step.person) } };
  }
}
