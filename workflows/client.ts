import { Client, WorkflowNotFoundError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';
import type { DecisionOutcome } from '../domain/approval';
import { Refusal } from '../domain/refusal';
import type { Log } from '../config/log';
import type { Store } from '../store/database';
import { Invitation } from '../store/models';
import { settledOutcome } from '../store/queries/settled';
import {
  acceptInvite,
  cancelInvitation,
  decideInvite,
  inviteChanged,
  inviteWorkflowId,
  resendInvitation,
  seatMayBeFree,
  withdrawInvite,
  type AcceptInvite,
  type AcceptInviteResult,
  type CancelInvitation,
  type CancelInvitationResult,
  type InviteWorkflow,
  type ResendInvitation,
  type ResendInvitationResult,
  type WithdrawInvite,
  type WithdrawInviteResult,
} from './contracts/invite';
import { openLine, START_WITHIN_MS, type TemporalAccess } from './client-connection';
import { keyedLocks } from './client-locks';
import { createRetention } from './client-retention';
import { createStarts, type RequestRef, type Starts } from './client-starts';

export type { TemporalAccess } from './client-connection';
export type { RequestRef } from './client-starts';

/** The only door through which API, bot and activities reach Temporal. */
export interface Processes extends Starts {
  /** Puts a recorded attempt to the request's run (INVITE-4). @throws {Refusal} `unavailable`: not known, never "not done" */
  decide(ref: RequestRef & { readonly attemptId: string }): Promise<DecisionOutcome>;
  /**
   * This and the next three are sent to the request's run as Updates.
   * @param callId whoever asks again with it joins the first ask, or gets its outcome
   * @throws {Refusal} `unavailable`
   */
  withdraw(ref: RequestRef, input: WithdrawInvite, callId?: string): Promise<WithdrawInviteResult['outcome']>;
  accept(ref: RequestRef, input: AcceptInvite, callId?: string): Promise<AcceptInviteResult['outcome']>;
  cancel(
    ref: RequestRef,
    input: CancelInvitation,
    callId?: string,
  ): Promise<CancelInvitationResult['outcome']>;
  resend(
    ref: RequestRef,
    input: ResendInvitation,
    callId?: string,
  ): Promise<ResendInvitationResult['outcome']>;
  /** Tells a run that its rows changed. Best effort: a run reads them again by itself, too. */
  requestChanged(approvalId: string): Promise<void>;
  /** Tells the team's invitations that wait for a seat. Best effort: they look again by themselves, too. */
  seatMayBeFree(teamId: string): Promise<void>;
  /**
   * A run's page in Temporal UI, or null where none is configured, and for a run that Temporal no longer keeps.
   * @param endedAt when what it carries came to its end; null: it goes on
   */
  temporalLink(workflowId: string, endedAt: Date | null): string | null;
  /** Whether Temporal answers. */
  check(): Promise<boolean>;
  close(): Promise<void>;
}

/** A person waits for this one; longer than a busy worker takes, shorter than Slack and browsers give up. */
const UPDATE_WITHIN_MS = 8_000;
/** A decision takes a tenth of a second: a queue this long means that those before wait for a Temporal that is away. */
const TURN_WITHIN_MS = 4_000;
/** Told of one free seat: the oldest that wait. The others hear of it when these have theirs, or look by themselves. */
const SEAT_HINTS = 100;

/**
 * Opens the door. Connects when first used, so that its process starts and serves with Temporal down.
 * @param log hears why a start was not taken
 */
export function createProcesses(store: Store, access: TemporalAccess, log?: Pick<Log, 'warn'>): Processes {
  const line = openLine(access);
  const client = new Client({ connection: line.connection, namespace: access.namespace });
  const retention = createRetention(line, access.namespace);
  const locks = keyedLocks(TURN_WITHIN_MS, () => unknown());
  const starts = createStarts(store, client, line, log);

  /** Sends an Update; a run that lacks (its start was lost with Temporal) is started first. */
  const update = async <T>(ref: RequestRef, send: () => Promise<T>): Promise<T> => {
    try {
      return await line.within(UPDATE_WITHIN_MS, () =>
        send().catch(async (error: unknown) => {
          if (!(error instanceof WorkflowNotFoundError) || !(await starts.startInvite(ref))) throw error;
          return send();
        }),
      );
    } catch (error) {
      throw unknown(error);
    }
  };

  const handle = (approvalId: string) =>
    client.workflow.getHandle<InviteWorkflow>(inviteWorkflowId(approvalId));
  const asked = async <Outcome, Input>(
    ref: RequestRef,
    definition: UpdateDefinition<{ readonly outcome: Outcome }, [Input]>,
    input: Input,
    callId?: string,
  ): Promise<Outcome> => {
    const options = { args: [input] as [Input], ...(callId === undefined ? {} : { updateId: callId }) };
    const { outcome } = await update(ref, () => handle(ref.approvalId).executeUpdate(definition, options));
    return outcome;
  };
  const quietly = async (signal: () => Promise<void>): Promise<void> => {
    await line.within(START_WITHIN_MS, signal).catch(() => undefined);
  };

  return {
    ...starts,
    // One decision per request at a time in this process: Temporal takes ten Updates in flight on one run, and those who
    // come late find the row settled and never reach it.
    decide: (ref) =>
      locks(ref.approvalId, async () => {
        const settled = await settledOutcome(store, ref);
        if (settled !== null) return settled;
        const { attemptId } = ref;
        const send = () =>
          handle(ref.approvalId).executeUpdate(decideInvite, { args: [{ attemptId }], updateId: attemptId });
        const result = await update(ref, send);
        return result.outcome;
      }),
    withdraw: (ref, input, callId) => asked(ref, withdrawInvite, input, callId),
    accept: (ref, input, callId) => asked(ref, acceptInvite, input, callId),
    cancel: (ref, input, callId) => asked(ref, cancelInvitation, input, callId),
    resend: (ref, input, callId) => asked(ref, resendInvitation, input, callId),
    requestChanged: (approvalId) => quietly(() => handle(approvalId).signal(inviteChanged)),
    seatMayBeFree: async (teamId) => {
      const waiting = await store.inTeam(teamId, (tx) =>
        Invitation.query(tx)
          .where({ teamId, carriedBy: null })
          // One that was given a seat with the very change that freed it has to be mailed.
          .whereIn('state', ['waiting_for_seat', 'sending'])
          .orderBy('id')
          .limit(SEAT_HINTS),
      );
      await Promise.all(waiting.map(({ id }) => quietly(() => handle(id).signal(seatMayBeFree))));
    },
    temporalLink: (workflowId, endedAt) =>
      access.uiUrl === null || !retention.isKept(endedAt, store.clock.now())
        ? null
        : new URL(`/namespaces/${access.namespace}/workflows/${encodeURIComponent(workflowId)}`, access.uiUrl)
            .href,
    check: () => retention.ask(),
    close: () => line.close(),
  };
}

/** Never "not done": what was sent may yet be done. */
function unknown(cause?: unknown): Refusal {
  const sentence = 'It is not known yet what became of this. Ask again with the same Idempotency-Key.';
  return new Refusal('unavailable', sentence, { cause });
}
