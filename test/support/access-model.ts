import type { ShareRole, TeamRole, Visibility, WorkspaceRole } from '../../domain/roles';

export const PEOPLE = 3;
export const PLACES = 2;
export const ELEMENTS = 2;

/** A person by number, or the group. */
export type Holder = number | 'group';

interface Place {
  visibility: Exclude<Visibility, 'personal'>;
  readonly byName: Map<Holder, WorkspaceRole>;
}

interface Thing {
  place: number;
  readonly byName: Map<Holder, ShareRole>;
}

/** Who holds what in one team, in plain memory: what the API has to answer by. */
export interface Model {
  /** Milliseconds since the epoch: from then on nothing more is played, and what was played has been compared. */
  readonly until: number;
  /** Null: no member. */
  readonly people: (readonly TeamRole[] | null)[];
  group: ReadonlySet<number>;
  readonly places: Place[];
  readonly things: Thing[];
}

/** Developers, an empty group, a team workspace and a private one with an element each; nobody holds a role by name. */
export function newModel(until: number): Model {
  return {
    until,
    people: Array.from({ length: PEOPLE }, () => ['developer']),
    group: new Set(),
    places: (['team', 'private'] as const).map((visibility) => ({ visibility, byName: new Map() })),
    things: Array.from({ length: ELEMENTS }, (_, place) => ({ place, byName: new Map() })),
  };
}

export function placeOf(model: Model, nth: number): Place {
  const place = model.places[nth];
  if (place === undefined) throw new RangeError(`there is no place ${nth}`);
  return place;
}

export function thingOf(model: Model, nth: number): Thing {
  const thing = model.things[nth];
  if (thing === undefined) throw new RangeError(`there is no thing ${nth}`);
  return thing;
}

export function isMember(model: Model, person: number): boolean {
  return model.people[person] != null;
}

/** The person's role in a workspace by what the team has given them, or null. */
export function roleInPlace(model: Model, person: number, nth: number): WorkspaceRole | null {
  const { visibility, byName } = placeOf(model, nth);
  const isOpen = visibility !== 'private' && (model.people[person] ?? []).includes('developer');
  const held = [byName.get(person), model.group.has(person) ? byName.get('group') : undefined];
  if (held.includes('admin')) return 'admin';
  if (held.includes('editor')) return 'editor';
  return held.includes('viewer') || isOpen ? 'viewer' : null;
}

/** The person's role on an element by what the team has given them, or null. */
export function roleOnThing(model: Model, person: number, nth: number): ShareRole | null {
  const { place, byName } = thingOf(model, nth);
  const inside = roleInPlace(model, person, place);
  const held = [byName.get(person), model.group.has(person) ? byName.get('group') : undefined];
  if (held.includes('editor') || inside === 'editor' || inside === 'admin') return 'editor';
  return held.includes('viewer') || inside === 'viewer' ? 'viewer' : null;
}

/** What anybody who signed in has where all may look. */
export function isPublic(model: Model, place: number): boolean {
  return placeOf(model, place).visibility === 'public';
}

/** A share with a member or the group: what it answers, and what follows from it. */
export function share(model: Model, nth: number, holder: Holder, role: ShareRole): string {
  if (holder !== 'group' && !isMember(model, holder)) return 'refused';
  const { place, byName } = thingOf(model, nth);
  const held = byName.get(holder);
  if (held === 'editor' || held === role) return 'already_has_access';
  byName.set(holder, role);
  const { visibility, byName: inside } = placeOf(model, place);
  const getsIn = holder === 'group' ? !inside.has('group') : roleInPlace(model, holder, place) === null;
  if (visibility === 'private' && getsIn) inside.set(holder, 'viewer');
  return 'shared';
}

/** Somebody leaves: all that they held by name in the team goes. */
export function leave(model: Model, person: number): void {
  model.people[person] = null;
  model.group = new Set([...model.group].filter((one) => one !== person));
  for (const { byName } of [...model.places, ...model.things]) byName.delete(person);
}
