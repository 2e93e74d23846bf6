import type { Plan } from '../../domain/plans';

export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;
export const PEOPLE = 5;
/** The Super Admin and two Developers, whom nobody removes; the other Admin takes no seat. */
export const STAFF = 3;
export const ELEMENTS = 2;

export const SEATS = STAFF + PEOPLE;

/**
 * Time passes by hours and seven minutes, so that commands come at multiples of these. Every deadline falls long after one and
 * shortly before the next: a clock that goes on by itself between two commands makes none early or late. None is at a whole hour,
 * when runs look for a seat: the test server is stuck when it rings a timer at the very instant of a message.
 */
export const TICK_MS = 7 * MINUTE_MS;
export const POLICY = {
  approvalReminders: ['PT4H27M'],
  escalateAfter: 'PT7H48M',
  approvalExpiry: 'PT10H34M',
  invitationExpiry: 'PT20H13M',
} as const;
const REMIND_MS = 4 * HOUR_MS + 27 * MINUTE_MS;
const ESCALATE_MS = 7 * HOUR_MS + 48 * MINUTE_MS;
export const APPROVAL_MS = 10 * HOUR_MS + 34 * MINUTE_MS;
export const INVITATION_MS = 20 * HOUR_MS + 13 * MINUTE_MS;
/** Later than the last deadline of whatever is open. */
export const LONGER_THAN_ALL_H = 60;

/** What one of the two Developers asks for: which of the elements that there are. */
export interface Ask {
  readonly by: number;
  readonly element: number;
}

/** A request that waits. Instants are milliseconds since the start. */
export interface Pending {
  readonly id: string;
  readonly createdAt: number;
  asks: Ask[];
  revision: number;
  isReminded: boolean;
  isEscalated: boolean;
  nudgedAt: number | null;
  nudges: number;
}

/** An approved request: who asked, who approved, and for which elements. */
interface Ride {
  readonly id: string;
  readonly requesterIds: readonly string[];
  readonly approverIds: readonly string[];
  readonly elements: readonly number[];
}

/** An open invitation with all that it brings; the first of its rides is its own request. */
export interface Open {
  state: 'sending' | 'sent' | 'waiting_for_seat';
  until: number;
  since: number;
  mailing: number;
  readonly rides: Ride[];
}

/** What the model knows of one person from outside. */
export interface Modelled {
  readonly userId: string;
  pending: Pending | null;
  open: Open | null;
  /** The elements that they view by name; null: not in the team. */
  roles: Set<number> | null;
}

/** The whole state, in memory: what the rows must say, and what people must have heard. */
export interface InviteModel {
  now: number;
  seats: number;
  plan: Plan;
  /** Numbers of the elements that there are; one that is deleted gives way to a new one. */
  readonly elements: number[];
  readonly requesterIds: readonly string[];
  readonly superAdminId: string;
  readonly otherAdminId: string;
  isOtherAdmin: boolean;
  readonly people: Modelled[];
  /** Every request that there ever was. */
  readonly requestIds: Set<string>;
  /** Keys of all that was told by mail. */
  readonly told: Set<string>;
  /** Whether runs follow by themselves: they mail at once, and their timers ring. */
  readonly hasRuns: boolean;
}

/** Nothing has happened yet. */
export function newModel(given: {
  readonly superAdminId: string;
  readonly otherAdminId: string;
  readonly requesterIds: readonly string[];
  readonly peopleIds: readonly string[];
  readonly hasRuns: boolean;
}): InviteModel {
  const { peopleIds, ...rest } = given;
  return {
    ...rest,
    ...{ now: 0, seats: SEATS, plan: 'enterprise', elements: [0, 1], isOtherAdmin: true },
    people: peopleIds.map((userId) => ({ userId, pending: null, open: null, roles: null })),
    requestIds: new Set(),
    told: new Set(),
  };
}

/** How many are in, or hold a seat by an invitation. */
export const taken = ({ people }: InviteModel): number =>
  STAFF + people.filter(({ roles, open }) => roles !== null || holdsSeat(open)).length;
export const holdsSeat = (open: Open | null): boolean => open !== null && open.state !== 'waiting_for_seat';
export const hasRoom = (model: InviteModel): boolean => taken(model) < model.seats;
export const adminIds = ({ superAdminId, otherAdminId, isOtherAdmin }: InviteModel): readonly string[] =>
  isOtherAdmin ? [superAdminId, otherAdminId] : [superAdminId];
export const requestersOf = ({ requesterIds }: InviteModel, { asks }: Pending): readonly string[] => [
  ...new Set(asks.map(({ by }) => requesterIds[by] ?? '')),
];

/** Ids of the requests whose runs have something left to wait for. */
export function aliveRequests({ people }: InviteModel): ReadonlySet<string> {
  return new Set(
    people.flatMap(({ pending, open }) => [
      ...(pending === null ? [] : [pending.id]),
      ...(open?.rides.map(({ id }) => id) ?? []),
    ]),
  );
}

export const tellAll = (model: InviteModel, key: string, to: readonly string[]): void =>
  to.forEach((one) => model.told.add(`${key}:${one}`));

/** Whoever could decide is asked: at first, after a reminder, and when what is asked for changed. */
function ask(model: InviteModel): void {
  for (const { pending } of model.people) {
    if (pending === null) continue;
    const round = pending.isReminded ? 1 : 0;
    tellAll(model, `ask:${pending.id}:${pending.revision}:${round}`, adminIds(model));
  }
}

/** What runs do at once after each change: mail invitations, and ask. */
export function followUp(model: InviteModel): void {
  if (!model.hasRuns) return;
  for (const { userId, open } of model.people) {
    if (open?.state !== 'sending') continue;
    Object.assign(open, { state: 'sent', until: model.now + INVITATION_MS });
    tellAll(model, `invitation:${open.rides[0]?.id ?? userId}`, [String(open.mailing)]);
  }
  ask(model);
}

/** A request is over. @param ending what its requesters hear of it, if anything */
export function endPending(model: InviteModel, person: Modelled, ending: string | null): void {
  const { pending } = person;
  if (pending === null) return;
  if (ending !== null) tellAll(model, `outcome:${pending.id}:${ending}`, requestersOf(model, pending));
  person.pending = null;
}

/** What is asked for changed: under a new revision, of which all who ask hear; with nothing left it is over. */
export function revise(model: InviteModel, person: Modelled, asks: Ask[], withoutAny: string | null): void {
  const { pending } = person;
  if (pending === null) return;
  if (asks.length === 0) {
    endPending(model, person, withoutAny);
    return;
  }
  Object.assign(pending, { asks, revision: pending.revision + 1 });
  tellAll(model, `outcome:${pending.id}:changed:${pending.revision}`, requestersOf(model, pending));
}

/** Free seats go to whoever waits longest, with a new mail. */
export function seatWaiting(model: InviteModel): void {
  const waiting = model.people
    .flatMap(({ open }) => (open?.state === 'waiting_for_seat' ? [open] : []))
    .sort((one, other) => one.since - other.since);
  for (const open of waiting) {
    if (!hasRoom(model)) return;
    const mailing = open.mailing + 1;
    Object.assign(open, { state: 'sending', until: model.now + INVITATION_MS, mailing });
  }
}

/** Approved: a new invitation, a ride on the one that is open, or the roles of somebody who is in. */
export function letIn(model: InviteModel, person: Modelled, ride: Ride): void {
  if (person.roles !== null) {
    fulfil(model, person, [ride]);
    return;
  }
  person.open ??= { state: 'sending', until: model.now + INVITATION_MS, since: 0, mailing: 1, rides: [] };
  person.open.rides.push(ride);
}

/** The person is in: with all that was granted, as those hear who asked for it and who approved. */
export function fulfil(model: InviteModel, person: Modelled, rides: readonly Ride[]): void {
  person.roles ??= new Set();
  for (const { id, requesterIds, approverIds, elements } of rides) {
    for (const element of elements) if (model.elements.includes(element)) person.roles.add(element);
    tellAll(model, `outcome:${id}:accepted`, [...requesterIds, ...approverIds]);
  }
}

export function endInvitation(model: InviteModel, person: Modelled): void {
  for (const { id, requesterIds } of person.open?.rides ?? [])
    tellAll(model, `outcome:${id}:invitation_expired`, requesterIds);
  person.open = null;
  seatWaiting(model);
}

/** What time does next to somebody's request or invitation, and when. */
function nextRing(model: InviteModel, person: Modelled): { at: number; ring: () => void } | null {
  const { pending, open } = person;
  const rings: { at: number; ring: () => void }[] = [];
  if (pending !== null) {
    const { createdAt } = pending;
    if (!pending.isReminded)
      rings.push({ at: createdAt + REMIND_MS, ring: () => void (pending.isReminded = true) });
    if (!pending.isEscalated)
      rings.push({
        at: createdAt + ESCALATE_MS,
        ring: () => {
          pending.isEscalated = true;
          tellAll(model, `escalation:${pending.id}`, [...adminIds(model), 'fallback']);
        },
      });
    rings.push({ at: createdAt + APPROVAL_MS, ring: () => endPending(model, person, 'expired') });
  }
  if (open !== null && open.state !== 'waiting_for_seat')
    rings.push({ at: open.until, ring: () => endInvitation(model, person) });
  return rings.sort((one, other) => one.at - other.at)[0] ?? null;
}

/** Time passes until an instant, and every timer rings when it is due, one after the other. */
export function letTimePass(model: InviteModel, until: number): void {
  for (;;) {
    const rings = model.people.flatMap((person) => nextRing(model, person) ?? []);
    const [next] = rings.sort((one, other) => one.at - other.at);
    if (next === undefined || next.at > until) break;
    model.now = next.at;
    next.ring();
    followUp(model);
  }
  model.now = until;
}
