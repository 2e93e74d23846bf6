/** A guest's collections, by number; null: not in the team. `isMember`: converted, and a guest no more. */
export interface Person {
  collections: Set<number> | null;
  isMember: boolean;
  /** Collections whose Editor they asked to become, while that waits. */
  readonly wishes: Set<number>;
}

/** What a model knows of a collection and of where it lies. */
export interface Collection {
  workspace: number;
  isLinked: boolean;
  isThere: boolean;
}
export interface Place {
  visibility: 'team' | 'public' | 'private';
  isThere: boolean;
}

/** A team with its guests, in memory and as simple as can be: what the rows must say (GUEST-3, GUEST-4). */
export interface Model {
  readonly people: readonly Person[];
  readonly collections: readonly Collection[];
  readonly places: readonly Place[];
}

export const PEOPLE = 3;
export const COLLECTIONS = 4;
const PLACES: readonly Place['visibility'][] = ['team', 'team', 'private'];

/** Nobody has joined yet; all links are on. */
export function newModel(): Model {
  return {
    people: Array.from({ length: PEOPLE }, () => ({
      ...{ collections: null, isMember: false, wishes: new Set() },
    })),
    collections: Array.from({ length: COLLECTIONS }, (_, nth) => ({
      ...{ workspace: nth % 2, isLinked: true, isThere: true },
    })),
    places: PLACES.map((visibility) => ({ visibility, isThere: true })),
  };
}

/** One thing that is done to the team. */
export type Step =
  | { readonly type: 'join'; readonly person: number; readonly collection: number }
  | { readonly type: 'convert'; readonly person: number }
  | { readonly type: 'link_on'; readonly collection: number }
  | { readonly type: 'ask'; readonly person: number; readonly collection: number }
  /** A guest asks to become Editor of each of their collections, where that does not wait already. */
  | { readonly type: 'wish'; readonly person: number }
  | Change;

/** The eight causes. */
export type Change =
  | { readonly type: 'guest_link_off'; readonly collection: number }
  | { readonly type: 'roles_remove'; readonly collection: number; readonly people: readonly number[] }
  | { readonly type: 'workspace_member_remove'; readonly place: number; readonly person: number }
  | {
      readonly type: 'workspace_visibility';
      readonly place: number;
      readonly visibility: Place['visibility'];
    }
  | { readonly type: 'workspace_delete'; readonly place: number }
  | { readonly type: 'element_delete'; readonly collection: number }
  | { readonly type: 'element_move'; readonly collection: number; readonly place: number }
  | { readonly type: 'member_remove'; readonly person: number };

/** Who left and who lost something, as lines that sort: `person` or `person collection`. */
export interface Foreseen {
  readonly left: readonly string[];
  readonly lost: readonly string[];
}

/** Whether a step makes sense now; the others are refused and change nothing, which tests of their own prove. */
export function isPossible(model: Model, step: Step): boolean {
  const there = (nth: number) => isThere(model, nth);
  const guest = (nth: number) => at(model.people, nth).collections !== null;
  switch (step.type) {
    case 'join':
      return (
        there(step.collection) &&
        placeOf(model, step.collection).visibility === 'team' &&
        at(model.collections, step.collection).isLinked &&
        !at(model.people, step.person).isMember
      );
    case 'convert':
      return guest(step.person);
    case 'link_on':
      return there(step.collection) && placeOf(model, step.collection).visibility === 'team';
    case 'ask':
      return isOpen(model, step.collection) && !at(model.people, step.person).isMember;
    case 'wish':
      return guest(step.person);
    case 'guest_link_off':
    case 'roles_remove':
    case 'element_delete':
      return there(step.collection);
    case 'workspace_member_remove':
      return [...(at(model.people, step.person).collections ?? [])].some(
        (nth) => at(model.collections, nth).workspace === step.place && isOpen(model, nth),
      );
    case 'workspace_visibility':
      return (
        at(model.places, step.place).isThere && at(model.places, step.place).visibility !== step.visibility
      );
    case 'workspace_delete':
      return at(model.places, step.place).isThere;
    case 'element_move':
      return (
        there(step.collection) &&
        at(model.places, step.place).isThere &&
        at(model.collections, step.collection).workspace !== step.place
      );
    case 'member_remove':
      return guest(step.person);
  }
}

/** Does it to the model, naively: makes the change, then looks at every guest. */
export function play(model: Model, step: Step): Foreseen {
  const before = model.people.map(({ collections }) => new Set(collections ?? []));
  const takenFrom = new Set<number>();
  const evicted = new Set<number>();
  switch (step.type) {
    case 'join':
      (at(model.people, step.person).collections ??= new Set()).add(step.collection);
      break;
    case 'convert':
      Object.assign(at(model.people, step.person), { collections: null, isMember: true });
      break;
    case 'link_on':
      at(model.collections, step.collection).isLinked = true;
      break;
    case 'ask':
      break;
    case 'wish':
      for (const nth of at(before, step.person)) at(model.people, step.person).wishes.add(nth);
      break;
    case 'guest_link_off': {
      const collection = at(model.collections, step.collection);
      if (!collection.isLinked) break;
      collection.isLinked = false;
      for (const [nth, held] of before.entries()) if (held.has(step.collection)) evicted.add(nth);
      break;
    }
    case 'roles_remove':
      for (const nth of step.people) at(model.people, nth).collections?.delete(step.collection);
      break;
    case 'workspace_member_remove':
      for (const [nth, { workspace }] of model.collections.entries())
        if (workspace === step.place) at(model.people, step.person).collections?.delete(nth);
      break;
    case 'workspace_visibility':
      at(model.places, step.place).visibility = step.visibility;
      break;
    case 'workspace_delete':
      at(model.places, step.place).isThere = false;
      break;
    case 'element_delete':
      at(model.collections, step.collection).isThere = false;
      break;
    case 'element_move':
      at(model.collections, step.collection).workspace = step.place;
      break;
    case 'member_remove':
      takenFrom.add(step.person);
  }
  for (const [nth, collection] of model.collections.entries()) {
    if (isOpen(model, nth)) continue;
    collection.isLinked = false;
    for (const { collections } of model.people) collections?.delete(nth);
  }
  const [left, lost] = [[] as string[], [] as string[]];
  for (const [nth, person] of model.people.entries()) {
    if (person.collections === null) continue;
    const invited = [...person.collections].some((each) => at(model.collections, each).isLinked);
    if (person.collections.size === 0 || takenFrom.has(nth) || (evicted.has(nth) && !invited)) {
      person.collections = null;
      left.push(`${nth}`);
    } else {
      const gone = [...at(before, nth)].filter((each) => !person.collections?.has(each));
      lost.push(...gone.map((each) => `${nth} ${each}`));
    }
  }
  for (const { collections, isMember, wishes } of model.people) {
    for (const nth of wishes) {
      // A member may be made Editor of anything that is there.
      if (isMember ? !isThere(model, nth) : collections?.has(nth) !== true) wishes.delete(nth);
    }
  }
  return { left: left.sort(), lost: lost.sort() };
}

/** One of a list. @throws {RangeError} past its end */
export function at<T>(list: readonly T[], nth: number): T {
  const found = list[nth];
  if (found === undefined) throw new RangeError(`there is no number ${nth}`);
  return found;
}

/** Whether a collection is there, and its workspace. */
export function isThere(model: Model, nth: number): boolean {
  return at(model.collections, nth).isThere && placeOf(model, nth).isThere;
}

function isOpen(model: Model, nth: number): boolean {
  return isThere(model, nth) && placeOf(model, nth).visibility !== 'private';
}

function placeOf(model: Model, nth: number): Place {
  return at(model.places, at(model.collections, nth).workspace);
}
