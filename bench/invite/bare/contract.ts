import { defineUpdate } from '@temporalio/workflow';

/** Queues of the bare flow: as many as the product has. */
export const MAIN_QUEUE = 'bare-main';
export const BESIDE_QUEUE = 'bare-beside';

/** Ids of its runs: these before the flow's id. */
export const RUNS = { share: 'bare-share:', invite: 'bare-invite:' } as const;

/** A flow and whom it mails. */
export interface Flow {
  readonly id: string;
  readonly guest: string;
  readonly approver: string;
  readonly requester: string;
}

/** The approver's yes. */
export const decide = defineUpdate<string>('decide');

/** The guest's yes. */
export const accept = defineUpdate<string>('accept');
