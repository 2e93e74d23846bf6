import fc from 'fast-check';
import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import { acceptInvitation } from '../../operations/accept-invitation';
import { expireApproval } from '../../operations/expire-approval';
import { cancelInvitation } from '../../operations/manage-invitation';
import { removeMember } from '../../operations/remove-member';
import { expireInvitation, invitationSent } from '../../operations/send-invitation';
import { updateTeam } from '../../operations/update-team';
import { withdrawApproval } from '../../operations/withdraw-approval';
import { Approval, Invitation, Member, type User } from '../../store/models';
import { OPEN_INVITATION_STATES } from '../../store/queries/invitations';
import { decideNow } from './attempts';
import type { TestStore } from './database';
import { sharingWorld, shareWith, type SharingWorld } from './sharing-world';
import { byPerson, worldOf } from './world';

const HOUR_MS = 3_600_000;
const APPROVAL_MS = 10 * HOUR_MS;
const INVITATION_MS = 20 * HOUR_MS;
const PEOPLE = 5;
/** The Super Admin and the Developer, whom nobody removes. */
const STAFF = 2;
const SEATS = STAFF + PEOPLE;

/** What the model knows of one person from outside. */
interface Modelled {
  pendingUntil: number | null;
  open: { state: 'sending' | 'sent' | 'waiting_for_seat'; until: number; since: number } | null;
  isMember: boolean;
}

/** The whole state, in memory: what the rows must say. `now` is milliseconds since the start. */
export interface Model {
  now: number;
  seats: number;
  readonly people: Modelled[];
}

/** The real operations on Postgres, with a clock that the commands set. */
export interface Real {
  readonly store: TestStore;
  readonly world: SharingWorld;
  readonly people: readonly User[];
  readonly start: number;
}

/** Nothing has happened yet. */
export function newModel(): Model {
  const nobody = (): Modelled => ({ pendingUntil: null, open: null, isMember: false });
  return { now: 0, seats: SEATS, people: Array.from({ length: PEOPLE }, nobody) };
}

/** A team of its own, where nothing has happened yet. */
export async function newReal(store: TestStore): Promise<Real> {
  const policy = { approvalExpiry: 'PT10H', invitationExpiry: 'PT20H' };
  const world = await sharingWorld(store, { seats: SEATS, policy });
  const people: User[] = [];
  for (let nth = 0; nth < PEOPLE; nth += 1) people.push(await worldOf(store).user());
  return { store, world, people, start: Date.now() };
}

/** Compares the rows with the model. */
export async function checkAgainst({ store, world, people }: Real, model: Model): Promise<void> {
  const teamId = world.team.id;
  const rows = await store.inTeam(teamId, async (tx) => ({
    pending: await Approval.query(tx).where({ teamId, state: 'pending' }),
    open: await Invitation.query(tx)
      .where({ teamId, carriedBy: null })
      .whereIn('state', [...OPEN_INVITATION_STATES]),
    members: await Member.query(tx).where({ teamId }),
  }));
  const real = people.map(({ id, email }) => {
    const open = rows.open.find((one) => one.email === email);
    return {
      isPending: rows.pending.some((one) => one.email === email),
      open: open?.state ?? null,
      holdsSeat: open?.holdsSeat ?? false,
      isMember: rows.members.some(({ userId }) => userId === id),
    };
  });
  const expected = model.people.map(({ pendingUntil, open, isMember }) => ({
    ...{ isPending: pendingUntil !== null, open: open?.state ?? null, isMember },
    holdsSeat: open !== null && open.state !== 'waiting_for_seat',
  }));
  expect(real).toEqual(expected);
}

const taken = ({ people }: Model): number =>
  STAFF +
  people.filter(({ isMember, open }) => isMember || (open !== null && open.state !== 'waiting_for_seat'))
    .length;
const hasRoom = (model: Model): boolean => taken(model) < model.seats;

/** Free seats go to whoever waits longest. */
function seatWaiting(model: Model): void {
  const waiting = model.people
    .flatMap(({ open }) => (open?.state === 'waiting_for_seat' ? [open] : []))
    .sort((one, other) => one.since - other.since);
  for (const open of waiting) {
    if (!hasRoom(model)) return;
    Object.assign(open, { state: 'sending', until: model.now + INVITATION_MS });
  }
}

const invited = (model: Model): NonNullable<Modelled['open']> => ({
  ...{ state: 'sending', until: model.now + INVITATION_MS, since: 0 },
});

/** What a command works with: one person on both sides, and the instant. */
interface Step {
  readonly model: Model;
  readonly real: Real;
  readonly person: Modelled;
  readonly user: User;
  readonly teamId: string;
  readonly asOf: Date;
}

/** A command about one person. `plays` says what the real side answers and changes the model on the way. */
class Command implements fc.AsyncCommand<Model, Real> {
  constructor(
    private readonly name: string,
    private readonly who: number,
    private readonly applies: (person: Modelled) => boolean,
    private readonly plays: (step: Step) => Promise<void>,
  ) {}

  check({ people }: Readonly<Model>): boolean {
    const person = people[this.who];
    return person !== undefined && this.applies(person);
  }

  async run(model: Model, real: Real): Promise<void> {
    // No two commands at one instant: who waits longest is never a tie.
    model.now += 1;
    const [person, user] = [model.people[this.who], real.people[this.who]];
    if (person === undefined || user === undefined) throw new Error('there is no such person');
    const asOf = new Date(real.start + model.now);
    await this.plays({ model, real, person, user, teamId: real.world.team.id, asOf });
    await checkAgainst(real, model);
  }

  toString(): string {
    return `${this.name}(${this.who})`;
  }
}

const idOf = async ({ real, user, teamId }: Step, what: 'pending' | 'open'): Promise<string> =>
  real.store.inTeam(teamId, async (tx) => {
    const of = { teamId, email: user.email };
    const row =
      what === 'pending'
        ? await Approval.query(tx).findOne({ ...of, state: 'pending' })
        : await Invitation.query(tx)
            .findOne({ ...of, carriedBy: null })
            .whereIn('state', [...OPEN_INVITATION_STATES]);
    if (row === undefined) throw new Error(`there is no ${what} row`);
    return row.id;
  });

const share = async (step: Step, by: User): Promise<string> => {
  const { store, world } = step.real;
  const made = await shareWith(store, world, { email: step.user.email }, { asOf: step.asOf, by });
  const [recipient] = made.recipients;
  return recipient?.outcome === 'refused' ? String(recipient.code) : String(recipient?.outcome);
};

async function ask(step: Step): Promise<void> {
  const { model, person } = step;
  const outcome = await share(step, step.real.world.sharer);
  if (person.isMember) {
    expect(['shared', 'already_has_access']).toContain(outcome);
  } else if (person.open === null && !hasRoom(model)) {
    expect(outcome).toBe('no_seats');
  } else {
    expect(outcome).toBe('pending_approval');
    const isOpen = person.pendingUntil !== null && model.now < person.pendingUntil;
    if (!isOpen) person.pendingUntil = model.now + APPROVAL_MS;
  }
}

async function inviteDirectly(step: Step): Promise<void> {
  const { model, person } = step;
  const outcome = await share(step, step.real.world.admin);
  if (person.isMember) {
    expect(['shared', 'already_has_access']).toContain(outcome);
  } else if (person.open === null && !hasRoom(model)) {
    expect(outcome).toBe('no_seats');
  } else {
    expect(outcome).toBe('invited');
    person.open ??= invited(model);
  }
}

const decide =
  (verdict: 'approve' | 'deny') =>
  async (step: Step): Promise<void> => {
    const { model, real, person, teamId, asOf } = step;
    const approvalId = await idOf(step, 'pending');
    const userId = real.world.admin.id;
    const outcome = await decideNow(real.store, { teamId, approvalId, userId, verdict, reason: 'so', asOf });
    if (person.pendingUntil !== null && model.now >= person.pendingUntil) {
      expect(outcome).toBe('expired');
      person.pendingUntil = null;
    } else if (verdict === 'deny') {
      expect(outcome).toBe('denied');
      person.pendingUntil = null;
    } else if (!person.isMember && person.open === null && !hasRoom(model)) {
      expect(outcome).toBe('no_seats');
    } else {
      expect(outcome).toBe('approved');
      person.pendingUntil = null;
      if (!person.isMember) person.open ??= invited(model);
    }
  };

async function withdraw(step: Step): Promise<void> {
  const { model, real, person, teamId, asOf } = step;
  const approvalId = await idOf(step, 'pending');
  const by = byPerson(real.world.sharer.id, asOf);
  const isLate = person.pendingUntil !== null && model.now >= person.pendingUntil;
  expect(await withdrawApproval(real.store, by, { approvalId, teamId })).toBe(
    isLate ? 'expired' : 'withdrawn',
  );
  person.pendingUntil = null;
}

async function mailIt(step: Step): Promise<void> {
  const { model, real, person, teamId, asOf } = step;
  const approvalId = await idOf(step, 'open');
  const { mailing } = await real.store.inTeam(teamId, (tx) =>
    Invitation.query(tx).findById(approvalId).throwIfNotFound(),
  );
  await invitationSent(real.store, { approvalId, teamId, asOf, mailing });
  Object.assign(person.open ?? {}, { state: 'sent', until: model.now + INVITATION_MS });
}

async function accept(step: Step): Promise<void> {
  const { model, real, person, user, teamId, asOf } = step;
  const invitationId = await idOf(step, 'open');
  const outcome = await acceptInvitation(real.store, byPerson(user.id, asOf), { invitationId, teamId });
  const { open } = person;
  if (open === null) throw new Error('a command that does not apply was played');
  if (open.state === 'waiting_for_seat') {
    // Whoever waits is given a seat with the change that frees it: there is none now.
    expect(outcome).toBe('no_seats');
  } else if (model.now >= open.until) {
    expect(outcome).toBe('expired');
  } else if (taken(model) > model.seats) {
    expect(outcome).toBe('no_seats');
    Object.assign(open, { state: 'waiting_for_seat', since: model.now });
  } else {
    expect(outcome).toBe('accepted');
    Object.assign(person, { open: null, isMember: true });
  }
}

async function cancel(step: Step): Promise<void> {
  const { model, real, person, teamId, asOf } = step;
  const invitationId = await idOf(step, 'open');
  const by = byPerson(real.world.admin.id, asOf);
  expect(await cancelInvitation(real.store, by, { invitationId, teamId })).toBe('cancelled');
  person.open = null;
  seatWaiting(model);
}

async function remove({ model, real, person, user, teamId, asOf }: Step): Promise<void> {
  const by = byPerson(real.world.admin.id, asOf);
  await removeMember(real.store, by, { id: uuid(), teamId, userId: user.id });
  Object.assign(person, { isMember: false, pendingUntil: null, open: null });
  seatWaiting(model);
}

const setSeats =
  (seats: number) =>
  async ({ model, real, teamId, asOf }: Step): Promise<void> => {
    const cause: Cause = { actor: { type: 'operator' }, source: 'api', requestId: null, asOf };
    await updateTeam(real.store, cause, { teamId, seats });
    model.seats = seats;
    seatWaiting(model);
  };

/** Time goes by, and the timers are late: they ring with the next {@link ring}. */
const pass =
  (hours: number) =>
  ({ model }: Step): Promise<void> => {
    model.now += hours * HOUR_MS;
    return Promise.resolve();
  };

/** Every timer of this person rings, whether it is due or not. */
async function ring(step: Step): Promise<void> {
  const { model, real, person, teamId, asOf } = step;
  if (person.pendingUntil !== null) {
    const isDue = model.now >= person.pendingUntil;
    const at = { approvalId: await idOf(step, 'pending'), teamId, asOf };
    expect(await expireApproval(real.store, at)).toBe(isDue);
    if (isDue) person.pendingUntil = null;
  }
  if (person.open === null) return;
  const isDue = person.open.state !== 'waiting_for_seat' && model.now >= person.open.until;
  const at = { approvalId: await idOf(step, 'open'), teamId, asOf };
  expect(await expireInvitation(real.store, at)).toBe(isDue);
  if (!isDue) return;
  person.open = null;
  seatWaiting(model);
}

/** Fewer seats than people who were let in, and everybody accepts at one go: some wait, one after the other. */
async function crowd(step: Step): Promise<void> {
  const { model, real } = step;
  const each = async (applies: (person: Modelled) => boolean, play: (one: Step) => Promise<void>) => {
    for (const [nth, person] of model.people.entries()) {
      const user = real.people[nth];
      if (user === undefined || !applies(person)) continue;
      model.now += 1;
      await play({ ...step, person, user, asOf: new Date(real.start + model.now) });
    }
  };
  await each(({ isMember, open }) => !isMember && open === null, inviteDirectly);
  await each(({ open }) => open?.state === 'sending', mailIt);
  model.now += 1;
  await setSeats(STAFF + 1)({ ...step, asOf: new Date(real.start + model.now) });
  await each(isOpen, accept);
}

const always = () => true;
const isPending = ({ pendingUntil }: Modelled) => pendingUntil !== null;
const isOpen = ({ open }: Modelled) => open !== null;
const who = fc.nat(PEOPLE - 1);
const about = (name: string, applies: (person: Modelled) => boolean, plays: (step: Step) => Promise<void>) =>
  who.map((nth) => new Command(name, nth, applies, plays));

/** All that people and time do. */
export const COMMANDS: readonly fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] = [
  about('ask', always, ask),
  about('inviteDirectly', always, inviteDirectly),
  about('approve', isPending, decide('approve')),
  about('deny', isPending, decide('deny')),
  about('withdraw', isPending, withdraw),
  about('mail', ({ open }) => open?.state === 'sending', mailIt),
  about('accept', isOpen, accept),
  about('crowd', always, crowd),
  about('cancel', isOpen, cancel),
  about('remove', ({ isMember }) => isMember, remove),
  about('ring', (person) => isPending(person) || isOpen(person), ring),
  fc
    .integer({ min: 0, max: 8 })
    .map((seats) => new Command(`setSeats ${seats} `, 0, always, setSeats(seats))),
  fc.integer({ min: 1, max: 12 }).map((hours) => new Command(`pass ${hours} h `, 0, always, pass(hours))),
];
