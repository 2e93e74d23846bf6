import { mayDecide, type OpenRequest, type Principal } from './approval';
import type { Capacity } from './quorum';

/** A hand-over of one's decisions for a time. Instants are milliseconds since the epoch, `until` exclusive. */
export interface Handover {
  readonly delegatorId: string;
  readonly delegateId: string;
  readonly from: number;
  readonly until: number;
}

/** Somebody who wants to decide, and those whose decisions they make now. */
export interface Decider extends Principal {
  readonly principals: readonly Principal[];
}

/** The right to decide, and for whom: null for oneself. */
export type Right =
  { readonly onBehalfOf: string | null } | { readonly barred: 'self_approval' | 'not_an_approver' };

/** Whether a hand-over holds at an instant. */
export function isInForce({ from, until }: Pick<Handover, 'from' | 'until'>, asOf: number): boolean {
  return from <= asOf && asOf < until;
}

/**
 * Whether a new hand-over would make a chain or a cycle with one that holds in part of the same time (INVITE-9): nobody
 * hands over what was handed to them, or to somebody who hands over.
 */
export function makesChain(added: Handover, there: readonly Handover[]): boolean {
  return there.some(
    (other) =>
      other.from < added.until &&
      added.from < other.until &&
      (other.delegatorId === added.delegateId || other.delegateId === added.delegatorId),
  );
}

/** Whether somebody can be handed decisions (INVITE-9): another member of the team who is no guest. */
export function isDelegable(delegatorId: string, to: Principal): boolean {
  return to.userId !== delegatorId && to.teamRoles.length > 0 && !to.teamRoles.includes('guest');
}

/**
 * By which right somebody decides (INVITE-3, INVITE-9): their own goes first; else that of the first whose delegate they
 * are, who could decide at this moment. Never where they are involved themselves, nor for somebody who is.
 * @param wanted capacities that are of use: one's own right goes first only where it is
 * @param used people whose voice counts already: a right that is not used up goes before one that is
 */
export function rightToDecide(
  request: Pick<OpenRequest, 'requesterIds' | 'subjectUserId'>,
  decider: Decider,
  wanted: ReadonlySet<Capacity>,
  used: readonly string[] = [],
): Right {
  const own = mayDecide(request, decider, wanted);
  if (own === null) return { onBehalfOf: null };
  const isMember = decider.teamRoles.length > 0 && !decider.teamRoles.includes('guest');
  if (own === 'self_approval' || !isMember) return { barred: own };
  const principals = decider.principals.map((one) => ({ one, barred: mayDecide(request, one, wanted) }));
  const able = principals.filter(({ barred }) => barred === null).map(({ one }) => one.userId);
  const chosen = able.find((userId) => !used.includes(userId)) ?? able[0];
  if (chosen !== undefined) return { onBehalfOf: chosen };
  return { barred: principals.some(({ barred }) => barred === 'self_approval') ? 'self_approval' : own };
}
