import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import type { Tx } from '../../store/database';
import { ApprovalEvent, type ApprovalEventType } from '../../store/models';
import { personOf } from './caller-rights';

/**
 * Writes one line of a request's timeline; for whom a delegate acted stands in its data (INVITE-9).
 * @param id of the line, where the call that makes it may be repeated
 */
export async function noteOnTimeline(
  tx: Tx,
  cause: Cause,
  about: { readonly id: string; readonly teamId: string },
  type: ApprovalEventType,
  data: Record<string, unknown> = {},
  id: string = uuid(),
): Promise<void> {
  const onBehalfOf = cause.actor.type === 'person' ? cause.actor.onBehalfOf : undefined;
  await ApprovalEvent.query(tx).insert({
    id,
    approvalId: about.id,
    teamId: about.teamId,
    at: cause.asOf,
    type,
    userId: personOf(cause.actor),
    data: { ...data, ...(onBehalfOf === undefined ? {} : { onBehalfOf }) },
  });
}

/** The cause of what a rule of ours does, at the instant that the workflow's clock gave. */
export function byRule(name: string, asOf: Date): Cause {
  return { actor: { type: 'rule', name }, source: 'timer', requestId: null, asOf };
}
