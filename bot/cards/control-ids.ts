import { z } from 'zod';

/** Controls of the cards; they stay what they are from revision to revision. */
export const ACTIONS = {
  approve: 'approval.approve',
  approveWithChanges: 'approval.approve_with_changes',
  deny: 'approval.deny',
  claim: 'approval.claim',
  nudge: 'approval.nudge',
  withdraw: 'approval.withdraw',
  open: 'approval.open',
} as const;

/** The modal that asks why, and its one input. */
export const DENY_MODAL = 'approval.deny';
export const REASON_BLOCK = 'reason';
export const REASON_INPUT = 'text';

/** The modal that approves with another role or a note, and its inputs. */
export const APPROVE_MODAL = 'approval.approve_with_changes';
export const ROLE_BLOCK = 'role';
export const ROLE_INPUT = 'choice';
export const NOTE_BLOCK = 'note';
export const NOTE_INPUT = 'text';

/** Metadata of what we post: the row that it belongs to, so that a copy can be found after an ambiguous post. */
export const CARD_EVENT = 'doorlist_card';
export const LINE_EVENT = 'doorlist_line';

/** A block of its own per revision: a click on an old copy can be told from a click on a new one (INVITE-4). */
export const actionsBlockId = (approvalId: string, revision: number): string =>
  `apr:${approvalId}:v${revision}:actions`;

const buttonValue = z.object({ r: z.uuid(), v: z.int().min(1) });

/** Which request a button is about, and the revision that the card showed. */
export interface Pressed {
  readonly approvalId: string;
  readonly revision: number;
}

/** What a button carries. */
export function buttonValueOf({ approvalId, revision }: Pressed): string {
  return JSON.stringify({ r: approvalId, v: revision });
}

/** Reads what a button carries; null for what no card of ours has. */
export function readButtonValue(value: string | undefined): Pressed | null {
  const read = parse(buttonValue, value);
  return read === null ? null : { approvalId: read.r, revision: read.v };
}

const modalPlace = buttonValue.extend({ ch: z.string().nullable() });

/** What the modal remembers: the request, the revision, and the conversation that its button stands in. */
export interface ModalPlace extends Pressed {
  readonly channel: string | null;
}

/** The modal's `private_metadata`; no personal data. */
export function modalPlaceOf({ approvalId, revision, channel }: ModalPlace): string {
  return JSON.stringify({ r: approvalId, v: revision, ch: channel });
}

/** Reads a modal's `private_metadata`; null for what no modal of ours has. */
export function readModalPlace(metadata: string): ModalPlace | null {
  const read = parse(modalPlace, metadata);
  return read === null ? null : { approvalId: read.r, revision: read.v, channel: read.ch };
}

function parse<T extends z.ZodType>(schema: T, text: string | undefined): z.output<T> | null {
  try {
    const result = schema.safeParse(JSON.parse(text ?? 'null'));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
