import { defineSignal } from '@temporalio/workflow';

/** The access keys of one team: who is warned and told when one ends (KEY-4). */
export interface KeyringInput {
  readonly teamId: string;
}

/** The workflow as its callers know it. It ends when the team has no living key. */
export type KeyringWorkflow = (input: KeyringInput) => Promise<void>;
export const KEYRING_WORKFLOW = 'keyring';

/** One run per team. */
export const keyringWorkflowId = (teamId: string): string => `keyring:${teamId}`;

/** A key was made, or the policy changed: what comes next may come sooner. */
export const keysChanged = defineSignal('keysChanged');
