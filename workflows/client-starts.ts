import type { Client } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { sentencesOf } from '../domain/asking';
import type { Log } from '../config/log';
import type { Store } from '../store/database';
import { AccessKey, Approval, ApprovalGrant, GuestDigest, Share } from '../store/models';
import { startAccessChange } from './client-access-change';
import { START_WITHIN_MS, type Line } from './client-connection';
import {
  HELD_NOTICES_WORKFLOW,
  heldNoticesWorkflowId,
  noticesHeld,
  type HeldNoticesWorkflow,
} from './contracts/held-notices';
import { INVITE_WORKFLOW, inviteWorkflowId, type InviteWorkflow } from './contracts/invite';
import { elementIdKey, kindKey, personIdKey, stateKey, teamIdKey } from './contracts/search-attributes';
import { KEYRING_WORKFLOW, keyringWorkflowId, keysChanged, type KeyringWorkflow } from './contracts/keyring';
import { SHARE_WORKFLOW, shareWorkflowId, type ShareWorkflow } from './contracts/share';
import { MAIN_QUEUE } from './contracts/task-queues';

/** A request by its id and team. */
export interface RequestRef {
  readonly approvalId: string;
  readonly teamId: string;
}

/** Starting the runs of rows that were committed. */
export interface Starts {
  /** Starts a share's run; one that runs already is a success. @returns false when Temporal is down: the starter does it */
  startShare(ref: { readonly shareId: string; readonly teamId: string }): Promise<boolean>;
  /** Starts a request's run, as {@link startShare}. */
  startInvite(ref: RequestRef): Promise<boolean>;
  /**
   * Starts an operation's run, or has the one that waits look at its row (GUEST-7, GUEST-8). One that is over is a success.
   * @returns false when Temporal is down: the starter does it
   */
  accessChanged(ref: { readonly operationId: string; readonly teamId: string }): Promise<boolean>;
  /** Tells the team's keyring run of its keys; starts the run where it lacks. @returns false when Temporal is down */
  keysChanged(teamId: string): Promise<boolean>;
  /**
   * Has the run that sends the team's held notices look for their next instant, and starts it where none runs (SLACK-5).
   * @throws when Temporal is down: whoever wrote them tries again
   */
  noticesHeld(teamId: string): Promise<void>;
  /** As {@link noticesHeld}, of digests of guests who joined. @returns false when Temporal is down: the starter does it */
  guestsJoined(teamId: string): Promise<boolean>;
}

/** Starts runs and notes it in their rows, which are the outbox: a row that no start is noted in is started later. */
export function createStarts(
  store: Store,
  client: Client,
  line: Pick<Line, 'within'>,
  log?: Pick<Log, 'warn'>,
): Starts {
  const started = async (start: () => Promise<unknown>): Promise<boolean> => {
    try {
      await line.within(START_WITHIN_MS, start);
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return true;
      log?.warn({ err: error }, 'Temporal took no start');
      return false;
    }
    return true;
  };

  const lookForHeld = (teamId: string) =>
    client.workflow.signalWithStart<HeldNoticesWorkflow>(HELD_NOTICES_WORKFLOW, {
      workflowId: heldNoticesWorkflowId(teamId),
      taskQueue: MAIN_QUEUE,
      args: [{ teamId }],
      signal: noticesHeld,
      staticSummary: 'Send a team’s notices when quiet hours end',
      typedSearchAttributes: [
        { key: teamIdKey, value: teamId },
        { key: kindKey, value: HELD_NOTICES_WORKFLOW },
      ],
    });

  return {
    startShare: async ({ shareId, teamId }) => {
      const row = await store.inTeam(teamId, (tx) => Share.query(tx).findById(shareId).throwIfNotFound());
      const ok = await started(() =>
        client.workflow.start<ShareWorkflow>(SHARE_WORKFLOW, {
          workflowId: shareWorkflowId(shareId),
          taskQueue: MAIN_QUEUE,
          args: [{ shareId, teamId }],
          staticSummary: 'Tell people of one share and start its invites',
          typedSearchAttributes: [
            { key: teamIdKey, value: teamId },
            { key: kindKey, value: SHARE_WORKFLOW },
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
    accessChanged: (ref) => startAccessChange(store, client, started, ref),
    keysChanged: async (teamId) => {
      const asOf = store.clock.now();
      const ok = await started(() =>
        client.workflow.signalWithStart<KeyringWorkflow>(KEYRING_WORKFLOW, {
          workflowId: keyringWorkflowId(teamId),
          taskQueue: MAIN_QUEUE,
          args: [{ teamId }],
          signal: keysChanged,
          staticSummary: 'Warn of access keys of one team and mark those that end',
          staticDetails: 'Serving asks the rows alone: a run that is late delays a warning, never an end.',
          typedSearchAttributes: [
            { key: teamIdKey, value: teamId },
            { key: kindKey, value: KEYRING_WORKFLOW },
          ],
        }),
      );
      if (ok)
        await store.inTeam(teamId, (tx) =>
          AccessKey.query(tx)
            .where({ teamId })
            .whereNull('keyringToldAt')
            .where('createdAt', '<=', asOf)
            .patch({ keyringToldAt: asOf }),
        );
      return ok;
    },
    noticesHeld: async (teamId) => {
      await line.within(START_WITHIN_MS, () => lookForHeld(teamId));
    },
    guestsJoined: async (teamId) => {
      const asOf = store.clock.now();
      const ok = await started(() => lookForHeld(teamId));
      if (ok)
        await store.inTeam(teamId, (tx) =>
          // One that was begun after the signal is told of by whoever began it.
          GuestDigest.query(tx)
            .where({ teamId })
            .whereNull('runToldAt')
            .where('beganAt', '<=', asOf)
            .patch({ runToldAt: asOf }),
        );
      return ok;
    },
    startInvite: async ({ approvalId, teamId }) => {
      const [approval, first] = await store.inTeam(teamId, async (tx) => [
        await Approval.query(tx).findById(approvalId).throwIfNotFound(),
        await ApprovalGrant.query(tx).where({ approvalId }).orderBy(['createdAt', 'shareId']).first(),
      ]);
      const requesterId = first?.requesterId ?? null;
      const ok = await started(() =>
        client.workflow.start<InviteWorkflow>(INVITE_WORKFLOW, {
          workflowId: inviteWorkflowId(approvalId),
          taskQueue: MAIN_QUEUE,
          args: [{ approvalId, teamId }],
          staticSummary: sentencesOf(approval).run(approval),
          staticDetails:
            'One request, from the question to what it comes to. The rows in Postgres hold the rest.',
          typedSearchAttributes: [
            { key: teamIdKey, value: teamId },
            { key: kindKey, value: approval.kind },
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
    },
  };
}
