import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { DecisionOutcome, Verdict } from '../../domain/approval';
import type { Plan } from '../../domain/plans';
import { Refusal, type RefusalCode } from '../../domain/refusal';
import { besideDeciding } from '../../operations/beside-deciding';
import { changeMemberRoles } from '../../operations/change-member-roles';
import { deleteElement } from '../../operations/delete-element';
import { removeMember } from '../../operations/remove-member';
import { updateTeam } from '../../operations/update-team';
import { Approval, ElementRoleRow, Invitation, Member, type Element, type User } from '../../store/models';
import { OPEN_INVITATION_STATES } from '../../store/queries/invitations';
import type { Processes } from '../../workflows/client';
import { attemptOf } from './attempts';
import type { TestStore } from './database';
import { holdsSeat, newModel, PEOPLE, POLICY, SEATS, type InviteModel } from './invite-model';
import { shareWith, sharingWorld, type SharingWorld } from './sharing-world';
import { byPerson, worldOf } from './world';

/** A team of its own on Postgres, where the model's commands are carried out as the API carries them out. */
export interface InviteReal {
  readonly store: TestStore;
  readonly world: SharingWorld;
  /** The other Developer who shares, and the Admin who is one no longer at times. */
  readonly colleague: User;
  readonly otherAdmin: User;
  readonly people: readonly User[];
  /** The elements that there are, by the model's numbers. */
  readonly elements: Map<number, Element>;
  readonly processes: Processes;
  readonly clock: InviteClock;
  /** Compares the real side with the model, after each command. */
  readonly check: (model: InviteModel) => Promise<void>;
}

/** What moves time for the real side. Instants are milliseconds since the start. */
export interface InviteClock {
  readonly start: number;
  /** Whether runs follow by themselves. */
  readonly hasRuns: boolean;
  /** The next command's instant, which it puts into the model. */
  nextInstant(model: InviteModel): Promise<Date>;
  pass(ms: number): Promise<void>;
  passUntil(at: number): Promise<void>;
}

/** Who does it to what, and when. */
interface Act {
  readonly approvalId: string;
  readonly userId: string;
  readonly asOf: Date;
}

/** Makes a team where nothing has happened yet. */
export async function newReal(given: {
  readonly store: TestStore;
  readonly processes: Processes;
  readonly clock: InviteClock;
  readonly check?: (real: InviteReal, model: InviteModel) => Promise<void>;
}): Promise<InviteReal> {
  const { store, processes, clock, check = checkRows } = given;
  const makes = worldOf(store);
  const world = await sharingWorld(store, { seats: SEATS, policy: POLICY });
  const colleague = await makes.member(world.team.id, ['developer'], { name: 'Cat' });
  const otherAdmin = await makes.member(world.team.id, ['admin'], { name: 'Oda' });
  const people: User[] = [];
  for (let nth = 0; nth < PEOPLE; nth += 1) people.push(await makes.user());
  const real: InviteReal = {
    ...{ store, processes, clock, world, colleague, otherAdmin, people, elements: new Map() },
    check: (model) => check(real, model),
  };
  await makes.elementRole(world.element, colleague.id, 'editor');
  real.elements.set(0, world.element);
  await addElement(real, 1);
  return real;
}

/** A model of it. */
export function modelOf({ world, colleague, otherAdmin, people, clock }: InviteReal): InviteModel {
  return newModel({
    ...{ superAdminId: world.admin.id, otherAdminId: otherAdmin.id, hasRuns: clock.hasRuns },
    requesterIds: [world.sharer.id, colleague.id],
    peopleIds: people.map(({ id }) => id),
  });
}

/** Shares, and sets going what follows. */
export async function share(
  { store, world, processes, elements }: InviteReal,
  given: { readonly by: User; readonly element: number; readonly email: string; readonly asOf: Date },
): Promise<{
  readonly shareId: string;
  readonly outcome: string;
  readonly inviteId: string | null;
}> {
  const { by, email, asOf } = given;
  const element = elements.get(given.element) ?? world.element;
  const made = await shareWith(store, { ...world, element }, { email }, { asOf, by });
  await processes.startShare({ shareId: made.id, teamId: made.teamId });
  for (const approvalId of made.changedApprovals) await processes.requestChanged(approvalId);
  const [recipient] = made.recipients;
  const { outcome = '', code = null, inviteId = null } = recipient ?? {};
  return { shareId: made.id, outcome: code ?? outcome, inviteId };
}

/** Decides: the attempt is written, then the run is asked. @returns the outcome; the code of a refusal to take the attempt */
export async function decide(
  { store, processes, world }: InviteReal,
  { approvalId, userId, asOf, ...wish }: Act & { readonly verdict: Verdict; readonly revision?: number },
): Promise<DecisionOutcome | RefusalCode> {
  const ref = { approvalId, teamId: world.team.id };
  try {
    const attemptId = await attemptOf(store, { ...ref, userId, asOf, ...wish, reason: 'so' });
    return await known(() => processes.decide({ ...ref, attemptId }));
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

/** Nudges or claims. @returns `done`, or why not */
export async function beside(
  { store, processes, world }: InviteReal,
  { approvalId, userId, asOf, act }: Act & { readonly act: 'nudge' | 'claim' },
): Promise<string> {
  const line = { approvalId, teamId: world.team.id, lineId: uuid() };
  const outcome = await besideDeciding(store, byPerson(userId, asOf), line, { act });
  await processes.requestChanged(approvalId);
  return outcome.done ? 'done' : outcome.why;
}

/** Withdraws, accepts, cancels or resends: what the request's run is asked. */
export async function update(
  { processes, world }: InviteReal,
  what: 'withdraw' | 'accept' | 'cancel' | 'resend',
  { approvalId, userId }: Act,
): Promise<string> {
  const ref = { approvalId, teamId: world.team.id };
  const callId = uuid();
  return known<string>(() => processes[what](ref, { userId, via: 'web', requestId: null }, callId));
}

/** On a machine at its limits “not known yet” is an answer: whoever gets it asks again, as a program does with its key. */
async function known<T>(ask: () => Promise<T>, tries = 3): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (tries === 1 || !(error instanceof Refusal) || error.code !== 'unavailable') throw error;
    return known(ask, tries - 1);
  }
}

/** Removes a member. */
export async function remove(
  { store, world, processes }: InviteReal,
  { userId, asOf }: Pick<Act, 'userId' | 'asOf'>,
): Promise<void> {
  const by = byPerson(world.admin.id, asOf);
  const { changedApprovals } = await removeMember(store, by, { id: uuid(), teamId: world.team.id, userId });
  await processes.seatMayBeFree(world.team.id);
  await Promise.all(changedApprovals.map((id) => processes.requestChanged(id)));
}

/** Changes the team's terms. */
export async function setTeam(
  { store, world, processes }: InviteReal,
  change: { readonly seats?: number; readonly plan?: Plan },
  asOf: Date,
): Promise<void> {
  const cause: Cause = { actor: { type: 'operator' }, source: 'api', requestId: null, asOf };
  await updateTeam(store, cause, { teamId: world.team.id, ...change });
  await processes.seatMayBeFree(world.team.id);
}

/** Makes the other Admin one, or one no longer. */
export async function setOtherAdmin(
  { store, world, processes, otherAdmin }: InviteReal,
  isAdmin: boolean,
  asOf: Date,
): Promise<void> {
  const given = {
    teamId: world.team.id,
    userId: otherAdmin.id,
    roles: [isAdmin ? 'admin' : 'billing'] as const,
  };
  const { changedApprovals } = await changeMemberRoles(store, byPerson(world.admin.id, asOf), given);
  await Promise.all(changedApprovals.map((id) => processes.requestChanged(id)));
}

/** Deletes an element, and makes another. @returns its number */
export async function replaceElement(real: InviteReal, gone: number, asOf: Date): Promise<number> {
  const { store, world, processes, elements } = real;
  const on = { id: uuid(), teamId: world.team.id, elementId: elements.get(gone)?.id ?? '' };
  const { changedApprovals } = await deleteElement(store, byPerson(world.sharer.id, asOf), on);
  await Promise.all(changedApprovals.map((id) => processes.requestChanged(id)));
  const next = Math.max(...elements.keys()) + 1;
  elements.delete(gone);
  await addElement(real, next);
  return next;
}

async function addElement({ store, world, colleague, elements }: InviteReal, number: number): Promise<void> {
  const makes = worldOf(store);
  const element = await makes.element(world.workspace, { name: `Orders ${number}` });
  for (const { id } of [world.sharer, colleague]) await makes.elementRole(element, id, 'editor');
  elements.set(number, element);
}

/** Compares the rows with the model. */
export async function checkRows(
  { store, world, people, elements }: InviteReal,
  model: InviteModel,
): Promise<void> {
  const teamId = world.team.id;
  const rows = await store.inTeam(teamId, async (tx) => ({
    pending: await Approval.query(tx).where({ teamId, state: 'pending' }),
    open: await Invitation.query(tx)
      .where({ teamId })
      .whereIn('state', [...OPEN_INVITATION_STATES]),
    members: await Member.query(tx).where({ teamId }),
    roles: await ElementRoleRow.query(tx).where({ teamId }),
  }));
  const real = people.map(({ id, email }) => {
    const pending = rows.pending.find((one) => one.email === email);
    const open = rows.open.filter((one) => one.email === email);
    const carrier = open.find(({ carriedBy }) => carriedBy === null);
    const roles = [...elements].flatMap(([number, element]) =>
      rows.roles.some((one) => one.userId === id && one.elementId === element.id) ? [number] : [],
    );
    return {
      pending: pending === undefined ? null : { id: pending.id, revision: pending.revision },
      open: carrier === undefined ? null : { state: carrier.state, mailing: carrier.mailing },
      rides: open.map((one) => one.id).sort(),
      seats: open.filter((one) => one.holdsSeat).length,
      roles: rows.members.some(({ userId }) => userId === id) ? roles.sort() : null,
    };
  });
  const expected = model.people.map(({ pending, open, roles }) => ({
    pending: pending === null ? null : { id: pending.id, revision: pending.revision },
    open: open === null ? null : { state: open.state, mailing: open.mailing },
    rides: (open?.rides ?? []).map(({ id }) => id).sort(),
    seats: holdsSeat(open) ? 1 : 0,
    roles: roles === null ? null : [...roles].sort(),
  }));
  expect(real).toEqual(expected);
}
