import fc from 'fast-check';
import type { Plan } from '../../domain/plans';
import { expireApproval } from '../../operations/expire-approval';
import { expireInvitation, invitationSent } from '../../operations/send-invitation';
import { Invitation, type User } from '../../store/models';
import {
  APPROVAL_MS,
  ELEMENTS,
  HOUR_MS,
  MINUTE_MS,
  TICK_MS,
  INVITATION_MS,
  PEOPLE,
  SEATS,
  STAFF,
  adminIds,
  endInvitation,
  endPending,
  followUp,
  fulfil,
  hasRoom,
  letIn,
  letTimePass,
  requestersOf,
  revise,
  aliveRequests,
  LONGER_THAN_ALL_H,
  seatWaiting,
  taken,
  tellAll,
  type Ask,
  type InviteModel,
  type Modelled,
  type Open,
  type Pending,
} from './invite-model';
import {
  beside,
  decide as decideOn,
  remove as removeOne,
  replaceElement,
  setOtherAdmin,
  setTeam,
  share as shareBy,
  update,
  type InviteReal,
} from './invite-real';

/** What a command works with: one person on both sides, and the instant. */
interface Step {
  readonly model: InviteModel;
  readonly real: InviteReal;
  readonly person: Modelled;
  readonly user: User;
  readonly asOf: Date;
}

type Plays = (step: Step) => Promise<void>;
type Applies = (person: Modelled) => boolean;

/**
 * A command about one person, of those whom it applies to. `plays` says what the real side answers and changes the model on the
 * way.
 */
class Command implements fc.AsyncCommand<InviteModel, InviteReal> {
  private who: number | null = null;

  constructor(
    private readonly name: string,
    private readonly which: number,
    private readonly applies: Applies,
    private readonly plays: Plays,
  ) {}

  check(model: Readonly<InviteModel>): boolean {
    return model.people.some(this.applies);
  }

  async run(model: InviteModel, real: InviteReal): Promise<void> {
    const those = [...model.people.keys()].filter((nth) =>
      model.people.slice(nth, nth + 1).some(this.applies),
    );
    this.who = those[this.which % those.length] ?? 0;
    await playAbout(model, real, this.who, this.plays);
    followUp(model);
    await real.check(model);
  }

  toString(): string {
    return this.who === null ? `${this.name} for nobody` : `${this.name}(${this.who})`;
  }
}

async function playAbout(model: InviteModel, real: InviteReal, who: number, plays: Plays): Promise<void> {
  const [person, user] = [model.people[who], real.people[who]];
  if (person === undefined || user === undefined) throw new Error('there is no such person');
  // No two commands at one instant: who waits longest is never a tie.
  const asOf = await real.clock.nextInstant(model);
  await plays({ model, real, person, user, asOf });
}

/** From a request's deadline to the next multiple of a tick and more. */
const TO_TICK_MS = 8 * MINUTE_MS;

const pendingOf = ({ person: { pending } }: Step): Pending => {
  if (pending === null) throw new Error('a command that does not apply was played');
  return pending;
};
const openOf = ({ person: { open } }: Step): Open & { readonly id: string } => {
  if (open === null) throw new Error('a command that does not apply was played');
  return Object.assign(open, { id: open.rides[0]?.id ?? '' });
};
/** Which request or invitation an operation is about, and when. */
const at = ({ real, asOf }: Step, approvalId: string) => ({ approvalId, teamId: real.world.team.id, asOf });
const isLate = ({ model }: Step, { createdAt }: Pending): boolean => model.now >= createdAt + APPROVAL_MS;

/** Somebody shares an element, one of the Developers or the Super Admin. */
const share =
  (by: number | 'admin', nth: number): Plays =>
  async (step) => {
    const { model, real, person, user, asOf } = step;
    const element = model.elements[nth] ?? 0;
    const sharer = by === 'admin' ? real.world.admin : by === 0 ? real.world.sharer : real.colleague;
    const to = { by: sharer, element, email: user.email, asOf };
    const { shareId, outcome, inviteId } = await shareBy(real, to);
    if (inviteId !== null) model.requestIds.add(inviteId);
    if (person.roles !== null) {
      const holds = person.roles.has(element);
      expect(outcome).toBe(holds ? 'already_has_access' : 'shared');
      person.roles.add(element);
      if (!holds) tellAll(model, `share:${shareId}`, [person.userId]);
    } else if (person.open === null && !hasRoom(model)) {
      expect(outcome).toBe('no_seats');
    } else if (by === 'admin' || model.plan === 'basic') {
      expect(outcome).toBe('invited');
      if (person.open?.rides.some(({ elements }) => elements.includes(element)) === true) return;
      const ride = { id: inviteId ?? '', requesterIds: [sharer.id], approverIds: [], elements: [element] };
      letIn(model, person, ride);
    } else {
      expect(outcome).toBe('pending_approval');
      wish(step, { by, element }, inviteId ?? '');
    }
  };

/** What one of them wishes merges into what waits already; what is over gives way. */
function wish(step: Step, wished: Ask, id: string): void {
  const { model, person } = step;
  if (person.pending !== null && isLate(step, person.pending)) endPending(model, person, 'expired');
  const { pending } = person;
  if (pending === null) {
    const fresh = { revision: 1, isReminded: false, isEscalated: false, nudgedAt: null, nudges: 0 };
    person.pending = { ...fresh, id, createdAt: model.now, asks: [wished] };
    return;
  }
  expect(id).toBe(pending.id);
  const isAsked = pending.asks.some(({ by, element }) => by === wished.by && element === wished.element);
  if (!isAsked) revise(model, person, [...pending.asks, wished], null);
}

/** An Admin decides: the Super Admin, or the other one, who may be one no longer. */
const decide =
  (verdict: 'approve' | 'deny', by: 'superAdmin' | 'other' = 'superAdmin'): Plays =>
  async (step) => {
    const { model, real, person, asOf } = step;
    const pending = pendingOf(step);
    const { id } = pending;
    const userId = by === 'other' ? model.otherAdminId : model.superAdminId;
    const outcome = await decideOn(real, { approvalId: id, userId, verdict, asOf });
    if (by === 'other' && !model.isOtherAdmin) {
      expect(outcome).toBe('not_found');
    } else if (isLate(step, pending)) {
      expect(outcome).toBe('expired');
      endPending(model, person, 'expired');
    } else if (verdict === 'deny') {
      expect(outcome).toBe('denied');
      endPending(model, person, 'denied');
    } else if (person.roles === null && person.open === null && !hasRoom(model)) {
      expect(outcome).toBe('no_seats');
    } else {
      expect(outcome).toBe('approved');
      const elements = pending.asks.map(({ element }) => element);
      const ride = { id, requesterIds: requestersOf(model, pending), approverIds: [userId], elements };
      endPending(model, person, 'approved');
      letIn(model, person, ride);
    }
  };

/** A click on a card of before the last change counts for nothing. */
const decideOnOld: Plays = async (step) => {
  const { real, model, person, asOf } = step;
  const pending = pendingOf(step);
  const { id: approvalId, revision } = pending;
  const by = { approvalId, userId: model.superAdminId, verdict: 'approve', asOf } as const;
  const outcome = await decideOn(real, { ...by, revision: revision - 1 });
  expect(outcome).toBe(isLate(step, pending) ? 'expired' : 'stale_revision');
  if (isLate(step, pending)) endPending(model, person, 'expired');
};

const withdraw =
  (by: number): Plays =>
  async (step) => {
    const { model, real, person, asOf } = step;
    const pending = pendingOf(step);
    const userId = model.requesterIds[by] ?? '';
    const outcome = await update(real, 'withdraw', { approvalId: pending.id, userId, asOf });
    const left = pending.asks.filter((one) => one.by !== by);
    if (isLate(step, pending)) {
      expect(outcome).toBe('expired');
      endPending(model, person, 'expired');
    } else if (left.length === pending.asks.length) {
      expect(outcome).toBe('forbidden');
    } else {
      expect(outcome).toBe('withdrawn');
      revise(model, person, left, null);
    }
  };

/** Whoever asked nudges, at most once an hour; an Admin says that they are on it. */
const nudge: Plays = async (step) => {
  const { model, real, person, asOf } = step;
  const pending = pendingOf(step);
  const [userId = ''] = requestersOf(model, pending);
  const done = await beside(real, { approvalId: pending.id, userId, act: 'nudge', asOf });
  if (isLate(step, pending)) {
    expect(done).toBe('expired');
    endPending(model, person, 'expired');
  } else if (pending.nudgedAt !== null && model.now < pending.nudgedAt + HOUR_MS) {
    expect(done).toBe('too_soon');
  } else {
    expect(done).toBe('done');
    Object.assign(pending, { nudgedAt: model.now, nudges: pending.nudges + 1 });
    tellAll(model, `nudge:${pending.id}:${pending.nudges}`, adminIds(model));
  }
};

const claim: Plays = async (step) => {
  const { model, real, person, asOf } = step;
  const pending = pendingOf(step);
  const by = { approvalId: pending.id, userId: model.superAdminId, act: 'claim', asOf } as const;
  expect(await beside(real, by)).toBe(isLate(step, pending) ? 'expired' : 'done');
  if (isLate(step, pending)) endPending(model, person, 'expired');
};

/** The mail goes out: where no run does it. */
const mailIt: Plays = async (step) => {
  const { model, real } = step;
  const open = openOf(step);
  const place = at(step, open.id);
  const { mailing } = await real.store.inTeam(place.teamId, (tx) =>
    Invitation.query(tx).findById(open.id).throwIfNotFound(),
  );
  await invitationSent(real.store, { ...place, mailing });
  Object.assign(open, { state: 'sent', until: model.now + INVITATION_MS });
};

const accept: Plays = async (step) => {
  const { model, real, person, asOf } = step;
  const open = openOf(step);
  const outcome = await update(real, 'accept', { approvalId: open.id, userId: person.userId, asOf });
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
    person.open = null;
    fulfil(model, person, open.rides);
  }
};

const cancel: Plays = async (step) => {
  const { model, real, person, asOf } = step;
  const by = { approvalId: openOf(step).id, userId: model.superAdminId, asOf };
  expect(await update(real, 'cancel', by)).toBe('cancelled');
  person.open = null;
  seatWaiting(model);
};

const resend: Plays = async (step) => {
  const { model, real, asOf } = step;
  const open = openOf(step);
  const by = { approvalId: open.id, userId: model.superAdminId, asOf };
  const outcome = await update(real, 'resend', by);
  if (open.state === 'waiting_for_seat') {
    expect(outcome).toBe('waiting_for_seat');
  } else if (model.now >= open.until) {
    expect(outcome).toBe('expired');
  } else {
    expect(outcome).toBe('sending');
    Object.assign(open, {
      ...{ state: 'sending', until: model.now + INVITATION_MS, mailing: open.mailing + 1 },
    });
  }
};

const remove: Plays = async ({ model, real, person, asOf }) => {
  await removeOne(real, { userId: person.userId, asOf });
  endPending(model, person, 'closed');
  Object.assign(person, { roles: null, open: null });
  seatWaiting(model);
};

const setSeats =
  (seats: number): Plays =>
  async ({ model, real, asOf }) => {
    await setTeam(real, { seats }, asOf);
    model.seats = seats;
    seatWaiting(model);
  };

/** On a plan where Developers invite directly, what waits goes on waiting (INVITE-1). */
const setPlan =
  (plan: Plan): Plays =>
  async ({ model, real, asOf }) => {
    await setTeam(real, { plan }, asOf);
    model.plan = plan;
  };

/** The other Admin is one no longer, or again. */
const turnAdmin: Plays = async ({ model, real, asOf }) => {
  model.isOtherAdmin = !model.isOtherAdmin;
  await setOtherAdmin(real, model.isOtherAdmin, asOf);
};

/** An element goes, and a new one takes its place. */
const deleteElement =
  (nth: number): Plays =>
  async ({ model, real, asOf }) => {
    const gone = model.elements[nth] ?? 0;
    model.elements[nth] = await replaceElement(real, gone, asOf);
    for (const person of model.people) {
      person.roles?.delete(gone);
      const asks = person.pending?.asks ?? [];
      const left = asks.filter(({ element }) => element !== gone);
      if (left.length < asks.length) revise(model, person, left, 'closed');
    }
  };

/** Time goes by. Where no run is, the timers are late: they ring with the next {@link ring}. */
const pass =
  (hours: number): Plays =>
  async ({ model, real }) => {
    const ms = hours * HOUR_MS + TICK_MS;
    const until = model.now + ms;
    await real.clock.pass(ms);
    if (model.hasRuns) letTimePass(model, until);
    else model.now = until;
  };

/** Every timer of this person rings, whether it is due or not: where no run does it. */
const ring: Plays = async (step) => {
  const { model, real, person } = step;
  if (person.pending !== null) {
    const isDue = isLate(step, person.pending);
    expect(await expireApproval(real.store, at(step, person.pending.id))).toBe(isDue);
    if (isDue) endPending(model, person, 'expired');
  }
  if (person.open === null) return;
  const open = openOf(step);
  const isDue = open.state !== 'waiting_for_seat' && model.now >= open.until;
  expect(await expireInvitation(real.store, at(step, open.id))).toBe(isDue);
  if (isDue) endInvitation(model, person);
};

/** A click right behind the deadline, when the timer has just rung: it is too late. */
const decideTooLate: Plays = async (step) => {
  const { model, real } = step;
  const { id: approvalId, createdAt } = pendingOf(step);
  const at = createdAt + APPROVAL_MS;
  await real.clock.passUntil(at + 1_000);
  letTimePass(model, at);
  const by = { approvalId, userId: model.superAdminId, verdict: 'approve' } as const;
  const asOf = await real.clock.nextInstant(model);
  expect(await decideOn(real, { ...by, asOf })).toBe('expired');
  // On to the next tick: what was asked for beside it has rung by then, too.
  const next = at + TO_TICK_MS;
  await real.clock.passUntil(next);
  letTimePass(model, next);
};

/**
 * Fewer seats than people who were let in, and some of them accept at one go: they wait, one after the other, for the seats that
 * the others' invitations hold.
 */
const crowd =
  (accepting: number): Plays =>
  async ({ model, real }) => {
    const each = async (applies: (person: Modelled) => boolean, plays: Plays) => {
      for (const [nth, person] of model.people.entries())
        if (applies(person)) await playAbout(model, real, nth, plays);
      followUp(model);
      await real.check(model);
    };
    await each(({ roles, open }) => roles === null && open === null, share('admin', 0));
    await each(({ open }) => open?.state === 'sending', mailIt);
    await playAbout(model, real, 0, setSeats(STAFF + 2));
    const first = model.people.filter(isOpen).slice(0, accepting);
    await each((person) => first.includes(person), accept);
  };

const always = () => true;
const isPending: Applies = ({ pending }) => pending !== null;
const isOpen = ({ open }: Modelled) => open !== null;
const who = fc.nat(PEOPLE - 1);
type Commands = fc.Arbitrary<Command>;
const about = (name: string, applies: Applies, plays: Plays): Commands =>
  who.map((nth) => new Command(name, nth, applies, plays));
/** A command about one person with a number. */
const numbered = (
  name: string,
  numbers: fc.Arbitrary<number>,
  applies: Applies,
  plays: (nth: number) => Plays,
) =>
  fc
    .tuple(who, numbers)
    .map(([nth, number]) => new Command(`${name} ${number} `, nth, applies, plays(number)));
/** A command about the team. */
const ofTeam = <T>(name: string, values: fc.Arbitrary<T>, plays: (value: T) => Plays): Commands =>
  values.map((value) => new Command(`${name} ${String(value)} `, 0, always, plays(value)));

const developer = fc.nat(1);
const element = fc.nat(ELEMENTS - 1);

/** All that people do, and the time that passes; what leads on is done more often than what ends. */
const OF_PEOPLE = [
  often(
    8,
    fc
      .tuple(who, developer, element)
      .map(([nth, by, which]) => new Command(`ask ${by} for ${which} `, nth, always, share(by, which))),
  ),
  often(
    2,
    numbered('inviteDirectly', element, always, (which) => share('admin', which)),
  ),
  often(3, about('approve', isPending, decide('approve'))),
  often(2, about('approveByOther', isPending, decide('approve', 'other'))),
  often(
    2,
    about('approveOld', ({ pending }) => (pending?.revision ?? 1) > 1, decideOnOld),
  ),
  often(1, about('deny', isPending, decide('deny'))),
  often(2, numbered('withdraw', developer, isPending, withdraw)),
  often(2, about('nudge', isPending, nudge)),
  often(1, about('claim', isPending, claim)),
  often(3, about('accept', isOpen, accept)),
  often(2, ofTeam('crowd', fc.integer({ min: 1, max: PEOPLE }), crowd)),
  often(2, about('cancel', isOpen, cancel)),
  often(1, about('resend', isOpen, resend)),
  often(
    1,
    about('remove', ({ roles }) => roles !== null, remove),
  ),
  often(3, ofTeam('setSeats', fc.integer({ min: STAFF, max: SEATS + 2 }), setSeats)),
  often(2, ofTeam('setPlan', fc.constantFrom<Plan[]>('basic', 'enterprise', 'enterprise'), setPlan)),
  often(
    1,
    ofTeam('turnAdmin', fc.constant('other'), () => turnAdmin),
  ),
  often(1, ofTeam('deleteElement', element, deleteElement)),
  often(4, ofTeam('pass hours', fc.integer({ min: 1, max: 12 }), pass)),
];

/** For operations alone: what runs would do is a command of its own. */
export const COMMANDS = fc.oneof(
  ...OF_PEOPLE,
  often(
    3,
    about('mail', ({ open }) => open?.state === 'sending', mailIt),
  ),
  often(
    3,
    about('ring', (person) => person.pending !== null || person.open !== null, ring),
  ),
);

/** For runs, which do the rest by themselves. */
export const COMMANDS_OF_RUNS = fc.oneof(
  ...OF_PEOPLE,
  often(2, about('decideTooLate', isPending, decideTooLate)),
);

function often(
  weight: number,
  arbitrary: Commands,
): { readonly weight: number; readonly arbitrary: Commands } {
  return { weight, arbitrary };
}

/** Lets every request and invitation come to its end: nobody waits for a seat any more, and time passes. */
export async function letAllEnd(model: InviteModel, real: InviteReal): Promise<void> {
  for (const plays of [setSeats(SEATS), pass(LONGER_THAN_ALL_H)]) {
    await playAbout(model, real, 0, plays);
    followUp(model);
    await real.check(model);
  }
  expect(aliveRequests(model)).toEqual(new Set());
}
