/** What follows a share that was committed: invites are started and people told (SHARE-3, SHARE-9). */
export interface ShareInput {
  readonly shareId: string;
  readonly teamId: string;
  /** What an earlier run of a long one did, which this one goes on from. */
  readonly before?: ShareResult;
}

/** How many were told and how many invites set going. */
export interface ShareResult {
  readonly told: number;
  readonly invites: number;
}

/** The workflow as its callers know it. */
export type ShareWorkflow = (input: ShareInput) => Promise<ShareResult>;
export const SHARE_WORKFLOW = 'share';

/** One run per share: a second start of the same share finds the first. */
export const shareWorkflowId = (shareId: string): string => `share:${shareId}`;
