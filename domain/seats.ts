import type { TeamRole } from './roles';

/** Team roles that take a seat each (TEAM-3). */
export const SEAT_ROLES: readonly TeamRole[] = ['developer', 'super_admin', 'community_manager'];

/** Members with only `admin` and/or `billing` take no seat, up to this many in a team; the next takes one (TEAM-3). */
export const FREE_SUPPORT_MEMBERS = 2;

/** How a set of team roles counts towards seats. */
export type SeatKind = 'seat' | 'support' | 'guest';

/** How many people of each kind a team has. */
export interface SeatHolders {
  readonly seat: number;
  readonly support: number;
}

/** The gate's inputs: who is in, whose invitation holds a seat, what was bought. */
export interface SeatSituation {
  readonly seats: number;
  readonly autoFlex: boolean;
  readonly members: SeatHolders;
  /** Invitations that were sent and hold their seat until accepted, cancelled or expired (TEAM-4). */
  readonly reserved: SeatHolders;
}

/** Seats as `GET /v1/teams/{id}` shows them. */
export interface SeatFigures {
  readonly seatsUsed: number;
  readonly seatsReserved: number;
  /** Never below 0. */
  readonly seatsFree: number;
  /** Beyond what was bought, let in by Auto-Flex. */
  readonly seatsExtra: number;
}

/** How these roles count: a paid seat, a support member (only admin/billing), or a guest (TEAM-3). */
export function seatKind(roles: readonly TeamRole[]): SeatKind {
  if (roles.includes('guest')) return 'guest';
  return roles.some((role) => SEAT_ROLES.includes(role)) ? 'seat' : 'support';
}

/** Seats that these people take together (TEAM-3). */
export function seatsTaken(holders: SeatHolders): number {
  return holders.seat + Math.max(0, holders.support - FREE_SUPPORT_MEMBERS);
}

/** The figures that a team shows. */
export function seatFigures(situation: SeatSituation): SeatFigures {
  const seatsUsed = seatsTaken(situation.members);
  const together = seatsTaken(addHolders(situation.members, situation.reserved));
  return {
    seatsUsed,
    seatsReserved: together - seatsUsed,
    seatsFree: Math.max(0, situation.seats - together),
    seatsExtra: Math.max(0, together - situation.seats),
  };
}

/**
 * The gate (INVITE-2): may one more person with these roles come in? Open with Auto-Flex, for people who take no seat,
 * and while the seats taken and held, with the newcomer, stay within what was bought.
 */
export function seatFor(situation: SeatSituation, roles: readonly TeamRole[]): boolean {
  if (situation.autoFlex || seatKind(roles) === 'guest') return true;
  const before = addHolders(situation.members, situation.reserved);
  const after = joined(before, roles);
  // Nobody is removed when `seats` is set below what is used, and whoever takes no further seat still gets in.
  return seatsTaken(after) <= situation.seats || seatsTaken(after) === seatsTaken(before);
}

/**
 * The gate for somebody who is in already and gets other roles (INVITE-2): open unless the change takes a further seat
 * that is not there.
 */
export function seatForChange(
  situation: SeatSituation,
  before: readonly TeamRole[],
  after: readonly TeamRole[],
): boolean {
  const leaving = seatKind(before);
  const { seat, support } = situation.members;
  const members = {
    seat: leaving === 'seat' ? seat - 1 : seat,
    support: leaving === 'support' ? support - 1 : support,
  };
  const together = (holders: SeatHolders): number => seatsTaken(addHolders(holders, situation.reserved));
  return (
    seatFor({ ...situation, members }, after) ||
    together(joined(members, after)) <= together(situation.members)
  );
}

function joined(holders: SeatHolders, roles: readonly TeamRole[]): SeatHolders {
  const kind = seatKind(roles);
  return addHolders(holders, { seat: kind === 'seat' ? 1 : 0, support: kind === 'support' ? 1 : 0 });
}

function addHolders(one: SeatHolders, other: SeatHolders): SeatHolders {
  return { seat: one.seat + other.seat, support: one.support + other.support };
}
