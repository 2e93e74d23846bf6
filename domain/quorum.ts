import { inviteRoute } from './inviting';
import { teamAllows } from './permissions';
import type { Plan } from './plans';
import type { TeamRole } from './roles';

/**
 * What gives a decision its weight: a Team Admin's, that of an Editor of the element, and that of an Editor who could have
 * invited an external person without approval (INVITE-1, GUEST-6).
 */
export const CAPACITIES = ['admin', 'editor', 'direct_editor'] as const;
export type Capacity = (typeof CAPACITIES)[number];

/** Capacities that hang on the element. */
export type ElementCapacity = Exclude<Capacity, 'admin'>;

/** How many approvals of which capacity it takes. One approval counts in each capacity that its giver has. */
export type Agreement = Readonly<Partial<Record<Capacity, number>>>;

/** What approves a request: any one of these is enough. Pinned when the request is made (INVITE-13). */
export type Quorum = readonly Agreement[];

/** An approval, as far as a quorum needs it. */
interface Voice {
  readonly capacities: readonly Capacity[];
}

/** What an Editor of the element is to a request about it. @param teamRoles those of this moment */
export function editorCapacities(plan: Plan, teamRoles: readonly TeamRole[]): readonly ElementCapacity[] {
  if (teamRoles.length === 0 || teamRoles.includes('guest')) return [];
  return inviteRoute(plan, teamRoles, 'developer').needsApproval ? ['editor'] : ['editor', 'direct_editor'];
}

/** All that somebody's decision counts as at this moment. */
export function capacitiesOf(person: {
  readonly teamRoles: readonly TeamRole[];
  readonly elementCapacities?: readonly ElementCapacity[];
}): readonly Capacity[] {
  return [
    ...(teamAllows('decide', person.teamRoles) ? (['admin'] as const) : []),
    ...(person.elementCapacities ?? []),
  ];
}

/** Everybody who has a say: whoever has one of these capacities may deny. */
export function namedIn(quorum: Quorum): ReadonlySet<Capacity> {
  return new Set(quorum.flatMap((agreement) => entriesOf(agreement).map(([capacity]) => capacity)));
}

/** The capacities in which an approval is still of use: whoever has one of these is asked. */
export function openIn(quorum: Quorum, given: readonly Voice[]): ReadonlySet<Capacity> {
  return new Set(quorum.flatMap((agreement) => lackingOf(agreement, given).map(([capacity]) => capacity)));
}

/** Whether these approvals are enough. */
export function isReached(quorum: Quorum, given: readonly Voice[]): boolean {
  return quorum.some((agreement) => lackingOf(agreement, given).length === 0);
}

/**
 * How many approvals a request takes as things are: those given, and the fewest that lack.
 * @param available capacities of those who could approve now; ways that need others count only where there is no other way
 */
export function approvalsRequired(
  quorum: Quorum,
  given: readonly Voice[],
  available: ReadonlySet<Capacity>,
): number {
  const ways = quorum.map((agreement) => lackingOf(agreement, given));
  const possible = ways.filter((lacking) => lacking.every(([capacity]) => available.has(capacity)));
  const fewest = (possible.length > 0 ? possible : ways).map((lacking) =>
    lacking.reduce((sum, [, count]) => sum + count, 0),
  );
  return given.length + Math.min(...fewest);
}

function lackingOf(agreement: Agreement, given: readonly Voice[]): readonly (readonly [Capacity, number])[] {
  return entriesOf(agreement).flatMap(([capacity, count]) => {
    const lacking = count - given.filter(({ capacities }) => capacities.includes(capacity)).length;
    return lacking > 0 ? [[capacity, lacking] as const] : [];
  });
}

function entriesOf(agreement: Agreement): readonly (readonly [Capacity, number])[] {
  return CAPACITIES.flatMap((capacity) => {
    const count = agreement[capacity];
    return count === undefined ? [] : [[capacity, count] as const];
  });
}
