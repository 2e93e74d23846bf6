import { defineSignal } from '@temporalio/workflow';

/** Sends a team's notices that wait for the end of somebody's quiet hours (SLACK-5). */
export interface HeldNoticesInput {
  readonly teamId: string;
}

/** The workflow as its callers know it. */
export type HeldNoticesWorkflow = (input: HeldNoticesInput) => Promise<void>;
export const HELD_NOTICES_WORKFLOW = 'heldNotices';

/** One run per team while any notice is held. */
export const heldNoticesWorkflowId = (teamId: string): string => `held-notices:${teamId}`;

/** Another notice is held: its time may come before that of the others. */
export const noticesHeld = defineSignal('noticesHeld');
