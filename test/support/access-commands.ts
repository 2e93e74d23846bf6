import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import { SHARE_ROLES, WORKSPACE_ROLES, type TeamRole } from '../../domain/roles';
import {
  ELEMENTS,
  isMember,
  isPublic,
  leave,
  PEOPLE,
  placeOf,
  PLACES,
  roleInPlace,
  roleOnThing,
  share,
  thingOf,
  type Holder,
  type Model,
} from './access-model';
import type { Answer, Call } from './api-client';
import type { WholeApi } from './whole-api';
import { worldOf } from './world';

/** The same team on the real API. The owner may do all and never goes. */
export interface Real {
  readonly teamId: string;
  readonly owner: Call;
  readonly people: readonly { readonly id: string; readonly email: string; readonly call: Call }[];
  readonly group: string;
  readonly places: readonly string[];
  readonly things: readonly string[];
}

/** Makes a fresh team as the model begins. */
export async function newReal(api: WholeApi): Promise<Real> {
  const world = worldOf(api.store);
  const { id: teamId } = await world.team({ autoFlex: true });
  const admin = await world.member(teamId, ['super_admin']);
  const owner = await api.person(admin.id);
  const people = [];
  for (let nth = 0; nth < PEOPLE; nth += 1) {
    const { id, email } = await world.member(teamId, ['developer']);
    people.push({ id, email, call: await api.person(id) });
  }
  const [places, things] = [[] as string[], [] as string[]];
  for (const visibility of ['team', 'private'] as const) {
    const place = await world.workspace(teamId, visibility);
    await world.workspaceRole(place, admin.id, 'admin');
    places.push(place.id);
    things.push((await world.element(place)).id);
  }
  const group = await owner('POST', `/v1/teams/${teamId}/groups`, { body: { name: 'G', memberIds: [] } });
  return { teamId, owner, people, group: String(group.body['id']), places, things };
}

/** Asks the API who sees what, and compares. */
async function agree(model: Model, real: Real): Promise<void> {
  await Promise.all(real.people.map((_, person) => agreeOn(model, real, person)));
}

async function agreeOn(model: Model, { people, places, things }: Real, person: number): Promise<void> {
  const { call } = at(people, person);
  const told = async (path: string, role: string | null, isOpen: boolean) => {
    const { status, body } = await call('GET', path);
    const expected = role ?? (isOpen ? 'viewer' : 'hidden');
    const got = status === 404 ? 'hidden' : status === 200 ? body['myRole'] : status;
    expect(`person ${person} ${path}: ${String(got)}`).toBe(`person ${person} ${path}: ${expected}`);
  };
  for (const [nth, id] of things.entries()) {
    const isOpen = isPublic(model, thingOf(model, nth).place);
    await told(`/v1/elements/${id}`, roleOnThing(model, person, nth), isOpen);
  }
  for (const [nth, id] of places.entries()) {
    await told(`/v1/workspaces/${id}`, roleInPlace(model, person, nth), isPublic(model, nth));
  }
}

type Play = (model: Model, real: Real) => Promise<void>;

class Command implements fc.AsyncCommand<Model, Real> {
  constructor(
    private readonly name: string,
    private readonly applies: (model: Readonly<Model>) => boolean,
    private readonly play: Play,
  ) {}
  check(model: Readonly<Model>): boolean {
    return Date.now() < model.until && this.applies(model);
  }
  async run(model: Model, real: Real): Promise<void> {
    await this.play(model, real);
    await agree(model, real);
  }
  toString(): string {
    return this.name;
  }
}

const always = () => true;
const done = (answer: Answer, status: number) =>
  expect([answer.status, answer.text]).toEqual([status, answer.text]);
const at = <T>(all: readonly T[], nth: number): T => {
  const one = all[nth];
  if (one === undefined) throw new RangeError(`there is no ${nth}`);
  return one;
};
const memberPath = ({ teamId, people }: Real, nth: number) =>
  `/v1/teams/${teamId}/members/${at(people, nth).id}`;
const seat = (real: Real, nth: number, place: number) =>
  `/v1/workspaces/${at(real.places, place)}/members/${at(real.people, nth).id}`;
const principal = (real: Real, holder: Holder) =>
  holder === 'group' ? { groupId: real.group } : { userId: at(real.people, holder).id };

const person = fc.nat(PEOPLE - 1);
const place = fc.nat(PLACES - 1);
const thing = fc.nat(ELEMENTS - 1);
const holder = fc.oneof(person, fc.constant('group' as const));
const teamRoles = fc.constantFrom<TeamRole[]>(['developer'], ['billing'], ['admin'], ['admin', 'developer']);

const setRoles = fc.tuple(person, teamRoles).map(([who, roles]) => {
  const play: Play = async (model, real) => {
    done(await real.owner('PATCH', memberPath(real, who), { body: { roles } }), 200);
    model.people[who] = roles;
  };
  return new Command(`setRoles(${who}, ${roles.join('+')})`, (model) => isMember(model, who), play);
});

const remove = person.map((who) => {
  const play: Play = async (model, real) => {
    done(await real.owner('DELETE', memberPath(real, who)), 202);
    leave(model, who);
  };
  return new Command(`remove(${who})`, (model) => isMember(model, who), play);
});

const comeBack = fc.tuple(person, teamRoles).map(([who, roles]) => {
  const play: Play = async (model, real) => {
    const body = { email: at(real.people, who).email, name: 'P', roles };
    done(await real.owner('POST', `/v1/teams/${real.teamId}/members`, { body }), 201);
    model.people[who] = roles;
  };
  return new Command(`comeBack(${who}, ${roles.join('+')})`, (model) => !isMember(model, who), play);
});

const setGroup = fc.subarray(Array.from({ length: PEOPLE }, (_, nth) => nth)).map((who) => {
  const play: Play = async (model, real) => {
    const fit = who.filter((one) => isMember(model, one));
    const memberIds = fit.map((one) => at(real.people, one).id);
    done(await real.owner('PATCH', `/v1/groups/${real.group}`, { body: { memberIds } }), 200);
    model.group = new Set(fit);
  };
  return new Command(`setGroup(${who.join(',')})`, always, play);
});

const setPlaceRole = fc
  .tuple(person, place, fc.constantFrom(...WORKSPACE_ROLES))
  .map(([who, where, role]) => {
    const play: Play = async (model, real) => {
      done(await real.owner('PUT', seat(real, who, where), { body: { role } }), 200);
      placeOf(model, where).byName.set(who, role);
    };
    return new Command(`setPlaceRole(${who}, ${where}, ${role})`, (model) => isMember(model, who), play);
  });

const dropPlaceRole = fc.tuple(person, place).map(([who, where]) => {
  const play: Play = async (model, real) => {
    const had = placeOf(model, where).byName.delete(who);
    done(await real.owner('DELETE', seat(real, who, where)), had ? 202 : 404);
  };
  return new Command(`dropPlaceRole(${who}, ${where})`, always, play);
});

const open = fc.tuple(place, fc.constantFrom('private', 'team', 'public')).map(([where, visibility]) => {
  const play: Play = async (model, real) => {
    const path = `/v1/workspaces/${at(real.places, where)}`;
    const isSame = placeOf(model, where).visibility === visibility;
    done(await real.owner('PATCH', path, { body: { visibility } }), isSame ? 409 : 202);
    placeOf(model, where).visibility = visibility;
  };
  return new Command(`open(${where}, ${visibility})`, always, play);
});

/** Whoever it is tries to move it: that takes an Editor on both sides. */
const move = fc.tuple(fc.option(person), thing, place).map(([who, what, where]) => {
  const play: Play = async (model, real) => {
    const call = who === null ? real.owner : at(real.people, who).call;
    const path = `/v1/elements/${at(real.things, what)}/move`;
    const moved = thingOf(model, what);
    const status = statusOf(
      who === null ? 'editor' : roleOnThing(model, who, what),
      isPublic(model, moved.place),
    );
    const inside = who === null ? 'admin' : roleInPlace(model, who, where);
    const into = statusOf(inside === 'viewer' || inside === null ? inside : 'editor', isPublic(model, where));
    const expected = status !== 202 ? status : into !== 202 ? into : moved.place === where ? 409 : 202;
    done(await call('POST', path, { body: { workspaceId: at(real.places, where) } }), expected);
    if (expected === 202) moved.place = where;
  };
  return new Command(`move(${String(who)}, ${what}, ${where})`, always, play);
});

/** A share by the owner with a role, or by anybody without one. */
const shareIt = fc
  .tuple(fc.option(person), thing, holder, fc.constantFrom(...SHARE_ROLES))
  .map(([who, what, to, role]) => {
    const play: Play = async (model, real) => {
      const isOwner = who === null;
      const path = `/v1/elements/${at(real.things, what)}/shares`;
      const given = principal(real, to);
      const body = { recipients: [isOwner ? { ...given, role } : given] };
      const call = isOwner ? real.owner : at(real.people, who).call;
      const answer = await call('POST', path, { body });
      const sees = isOwner || roleOnThing(model, who, what) !== null;
      const isHidden = !sees && !isPublic(model, thingOf(model, what).place);
      const isBarred = !isOwner && !isMember(model, who);
      done(answer, isHidden ? 404 : isBarred ? 403 : 202);
      if (answer.status !== 202) return;
      const outcome = to === who ? 'already_has_access' : share(model, what, to, isOwner ? role : 'viewer');
      expect(answer.body['recipients']).toMatchObject([{ outcome }]);
    };
    return new Command(`share(${String(who)}, ${what}, ${to}, ${role})`, always, play);
  });

/** Whoever it is tries to take somebody's role by name away: that takes an Editor. */
const unshare = fc.tuple(person, thing, holder).map(([who, what, from]) => {
  const play: Play = async (model, real) => {
    const path = `/v1/elements/${at(real.things, what)}/roles`;
    const { place: where, byName } = thingOf(model, what);
    const expected = statusOf(roleOnThing(model, who, what), isPublic(model, where));
    const body = { remove: [principal(real, from)] };
    done(await at(real.people, who).call('PATCH', path, { body }), expected);
    if (expected === 202) byName.delete(from);
  };
  return new Command(`unshare(${who}, ${what}, ${from})`, always, play);
});

/** What a change that takes an Editor answers to somebody with this role. */
function statusOf(role: 'editor' | 'viewer' | null, isOpen: boolean): 202 | 403 | 404 {
  if (role === 'editor') return 202;
  return role === 'viewer' || isOpen ? 403 : 404;
}

/** All that people do. */
export const COMMANDS: readonly fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  ...[setRoles, remove, comeBack, setGroup, setPlaceRole, dropPlaceRole, open, move, shareIt, unshare],
];

/** A new seed for each run; a failure prints it. */
export const newSeed = (): number => Number.parseInt(uuid().replaceAll('-', '').slice(-7), 16);
