import { Client, Connection, WorkflowNotFoundError } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { Mutex } from 'async-mutex';
import type { DecisionOutcome } from '../domain/approval';
import { Refusal } from '../domain/refusal';
import type { Store } from '../store/database';
import { Approval, ApprovalGrant, Invitation, Share } from '../store/models';
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
  type ResendInvitation,
  type ResendInvitationResult,
  type WithdrawInvite,
  type WithdrawInviteResult,
} from './contracts/invite';
import { elementIdKey, kindKey, personIdKey, stateKey, teamIdKey } from './contracts/search-attributes';
import { shareWorkflowId } from './contracts/share';
import { MAIN_QUEUE } from './contracts/task-queues';
import type { invite } from './invite';
import type { share } from './share';

/** How to reach Temporal; the fields of the configuration that matter here. */
export interface TemporalAccess {
  readonly address: string;
  readonly namespace: string;
  readonly apiKey: string | null;
  readonly tls: object | null;
  readonly uiUrl: string | null;
}

/** A request by its id and team. */
export interface RequestRef {
  readonly approvalId: string;
  readonly teamId: string;
}

/** The only door through which API, bot and activities reach Temporal. */
export interface Processes {
  /** Starts a share's run; one that runs already is a success. @returns false when Temporal is down: the starter does it */
  startShare(ref: { readonly shareId: string; readonly teamId: string }): Promise<boolean>;
  /** Starts a request's run, as {@link startShare}. */
  startInvite(ref: RequestRef): Promise<boolean>;
  /** Puts a recorded attempt to the request's run (INVITE-4). @throws {Refusal} `unavailable`: not known, never "not done" */
  decide(ref: RequestRef & { readonly attemptId: string }): Promise<DecisionOutcome>;
  /** @throws {Refusal} `unavailable` */
  withdraw(ref: RequestRef, input: WithdrawInvite): Promise<WithdrawInviteResult['outcome']>;
  /** @throws {Refusal} `unavailable` */
  accept(ref: RequestRef, input: AcceptInvite): Promise<AcceptInviteResult['outcome']>;
  /** @throws {Refusal} `unavailable` */
  cancel(ref: RequestRef, input: CancelInvitation): Promise<CancelInvitationResult['outcome']>;
  /** @throws {Refusal} `unavailable` */
  resend(ref: RequestRef, input: ResendInvitation): Promise<ResendInvitationResult['outcome']>;
  /** Tells a run that its rows changed. Best effort: a run reads them again by itself, too. */
  requestChanged(approvalId: string): Promise<void>;
  /** Tells the team's invitations that wait for a seat. Best effort: they look again by themselves, too. */
  seatMayBeFree(teamId: string): Promise<void>;
  /** A run's page in Temporal UI, or null where none is configured. */
  temporalLink(workflowId: string): string | null;
  /** Whether Temporal answers. */
  check(): Promise<boolean>;
  close(): Promise<void>;
}

/** A start is one write in Temporal; what does not come by then is left to the starter. */
const START_WITHIN_MS = 4_000;
/** A person waits for this one; longer than a busy worker takes, shorter than Slack and browsers give up. */
const UPDATE_WITHIN_MS = 8_000;
const CHECK_WITHIN_MS = 2_000;
/** Told of one free seat: the oldest that wait. The others hear of it when these have theirs, or look by themselves. */
const SEAT_HINTS = 100;

/** Opens the door. Connects when first used, so that its process starts and serves with Temporal down. */
export function createProcesses(store: Store, access: TemporalAccess): Processes {
  const connection = Connection.lazy({
    address: access.address,
    ...(access.tls === null ? {} : { tls: access.tls }),
    ...(access.apiKey === null ? {} : { apiKey: access.apiKey }),
  });
  const client = new Client({ connection, namespace: access.namespace });
  const locks = keyedLocks();

  const started = async (start: () => Promise<unknown>): Promise<boolean> => {
    try {
      await connection.withDeadline(Date.now() + START_WITHIN_MS, start);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) return false;
    }
    return true;
  };

  const startInvite = async ({ approvalId, teamId }: RequestRef): Promise<boolean> => {
    const [approval, first] = await store.inTeam(teamId, async (tx) => [
      await Approval.query(tx).findById(approvalId).throwIfNotFound(),
      await ApprovalGrant.query(tx).where({ approvalId }).orderBy(['createdAt', 'shareId']).first(),
    ]);
    const requesterId = first?.requesterId ?? null;
    const ok = await started(() =>
      client.workflow.start<typeof invite>('invite', {
        workflowId: inviteWorkflowId(approvalId),
        taskQueue: MAIN_QUEUE,
        args: [{ approvalId, teamId }],
        staticSummary: `Let an external person in as ${approval.teamRole}, ${approval.requestedRole} of one element`,
        staticDetails:
          'Decision, invitation and acceptance of one request. The rows in Postgres hold the rest.',
        typedSearchAttributes: [
          { key: teamIdKey, value: teamId },
          { key: kindKey, value: 'invite' },
          { key: stateKey, value: approval.state },
          { key: elementIdKey, value: approval.elementId },
          ...(requesterId === null ? [] : [{ key: personIdKey, value: requesterId }]),
        ],
      }),
    );
    if (ok)
      await store.inTeam(teamId, (tx) =>
        Approval.query(tx).findById(approvalId).patch({ workflowStartedAt: store.clock.now() }),
      );
    return ok;
  };

  /** Sends an Update; a run that lacks (its start was lost with Temporal) is started first. */
  const update = async <T>(ref: RequestRef, send: () => Promise<T>): Promise<T> => {
    try {
      return await connection.withDeadline(Date.now() + UPDATE_WITHIN_MS, () =>
        send().catch(async (error: unknown) => {
          if (!(error instanceof WorkflowNotFoundError) || !(await startInvite(ref))) throw error;
          return send();
        }),
      );
    } catch (error) {
      throw new Refusal(
        'unavailable',
        'It is not known yet what became of this. Ask again with the same Idempotency-Key.',
        { cause: error },
      );
    }
  };

  const handle = (approvalId: string) =>
    client.workflow.getHandle<typeof invite>(inviteWorkflowId(approvalId));
  const quietly = async (signal: () => Promise<void>): Promise<void> => {
    await connection.withDeadline(Date.now() + START_WITHIN_MS, signal).catch(() => undefined);
  };

  return {
    startShare: async ({ shareId, teamId }) => {
      const row = await store.inTeam(teamId, (tx) => Share.query(tx).findById(shareId).throwIfNotFound());
      const ok = await started(() =>
        client.workflow.start<typeof share>('share', {
          workflowId: shareWorkflowId(shareId),
          taskQueue: MAIN_QUEUE,
          args: [{ shareId, teamId }],
          staticSummary: 'Tell people of one share and start its invites',
          typedSearchAttributes: [
            { key: teamIdKey, value: teamId },
            { key: kindKey, value: 'share' },
            { key: elementIdKey, value: row.elementId },
            ...(row.sharerId === null ? [] : [{ key: personIdKey, value: row.sharerId }]),
          ],
        }),
      );
      if (ok)
        await store.inTeam(teamId, (tx) =>
          Share.query(tx).findById(shareId).patch({ workflowStartedAt: store.clock.now() }),
        );
      return ok;
    },
    startInvite,
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
    withdraw: async (ref, input) =>
      (await update(ref, () => handle(ref.approvalId).executeUpdate(withdrawInvite, { args: [input] })))
        .outcome,
    accept: async (ref, input) =>
      (await update(ref, () => handle(ref.approvalId).executeUpdate(acceptInvite, { args: [input] })))
        .outcome,
    cancel: async (ref, input) =>
      (await update(ref, () => handle(ref.approvalId).executeUpdate(cancelInvitation, { args: [input] })))
        .outcome,
    resend: async (ref, input) =>
      (await update(ref, () => handle(ref.approvalId).executeUpdate(resendInvitation, { args: [input] })))
        .outcome,
    requestChanged: (approvalId) => quietly(() => handle(approvalId).signal(inviteChanged)),
    seatMayBeFree: async (teamId) => {
      const waiting = await store.inTeam(teamId, (tx) =>
        Invitation.query(tx)
          .where({ teamId, state: 'waiting_for_seat', carriedBy: null })
          .orderBy('id')
          .limit(SEAT_HINTS),
      );
      await quietly(async () => {
        for (const { id } of waiting) await handle(id).signal(seatMayBeFree);
      });
    },
    temporalLink: (workflowId) =>
      access.uiUrl === null
        ? null
        : new URL(`/namespaces/${access.namespace}/workflows/${encodeURIComponent(workflowId)}`, access.uiUrl)
            .href,
    check: async () => {
      const { namespace } = access;
      const asked = connection.withDeadline(Date.now() + CHECK_WITHIN_MS, () =>
        connection.workflowService.describeNamespace({ namespace }),
      );
      return asked.then(
        () => true,
        () => false,
      );
    },
    close: () => connection.close(),
  };
}

/** Runs work under a lock of its key; a lock that nobody waits for is forgotten. */
function keyedLocks(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const locks = new Map<string, { mutex: Mutex; users: number }>();
  return async (key, work) => {
    const lock = locks.get(key) ?? { mutex: new Mutex(), users: 0 };
    locks.set(key, lock);
    lock.users += 1;
    try {
      return await lock.mutex.runExclusive(work);
    } finally {
      lock.users -= 1;
      if (lock.users === 0) locks.delete(key);
    }
  };
}
