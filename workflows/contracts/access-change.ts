import { defineSignal } from '@temporalio/workflow';
import type { OperationState } from '../../domain/access-change';

/** What follows when access was taken away: confirmation above the cap, the plan's rows, notices (GUEST-7, GUEST-8). */
export interface AccessChangeInput {
  readonly operationId: string;
  readonly teamId: string;
}

/** How it ended. */
export interface AccessChangeResult {
  readonly state: OperationState;
  /** People who were told of it. */
  readonly told: number;
}

/** The workflow as its callers know it. */
export type AccessChangeWorkflow = (input: AccessChangeInput) => Promise<AccessChangeResult>;
export const ACCESS_CHANGE_WORKFLOW = 'accessChange';

/** One run per operation: its id is its workflow's. */
export const accessChangeWorkflowId = (operationId: string): string => `access-change:${operationId}`;

/** The operation was confirmed or cancelled: look at its row. */
export const operationMoved = defineSignal('operationMoved');
