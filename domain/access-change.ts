import type { Cause } from './actor';
import type { GuestCause } from './guest-cascade';

/** What takes access away, as operations are named; roles may be given by the same call that takes some. */
export type AccessChangeType = Exclude<GuestCause, 'roles_remove'> | 'roles_change';

/** Why guests lose something by an operation of a type (GUEST-4). */
export function guestCauseOf(type: AccessChangeType): GuestCause {
  return type === 'roles_change' ? 'roles_remove' : type;
}

/** How an operation stands, as REST names it. */
export type OperationState = 'running' | 'awaiting_confirmation' | 'cancelled' | 'completed' | 'failed';

/** Who did something and from where, without the instant: what is kept of the cause of long work. */
export type Origin = Pick<Cause, 'actor' | 'source' | 'requestId'>;

/** What nobody confirms within a day is cancelled (GUEST-8). */
const CONFIRM_WITHIN_MS = 86_400_000;

/** Whether as many removals are done only when somebody confirms them (GUEST-8). @param cap the team's `removalCap` */
export function needsConfirmation(removals: number, cap: number): boolean {
  return removals > cap;
}

/** The instant at which what waits for confirmation since `createdAt` is cancelled. */
export function confirmationEnd(createdAt: Date): Date {
  return new Date(createdAt.getTime() + CONFIRM_WITHIN_MS);
}

/** How an operation stands at an instant: past its time it is cancelled, whatever its row still says (GUEST-8). */
export function operationStateAt(
  operation: { readonly state: OperationState; readonly createdAt: Date },
  asOf: Date,
): OperationState {
  const { state, createdAt } = operation;
  const isOver = asOf.getTime() >= confirmationEnd(createdAt).getTime();
  return state === 'awaiting_confirmation' && isOver ? 'cancelled' : state;
}
