/** Why something was refused: stable, snake_case, the `code` of REST's problem documents. */
export const REFUSAL_CODES = [
  'malformed_json',
  'too_large',
  'idempotency_key_reused',
  'idempotency_key_in_use',
  'invalid_request',
  'invalid_content',
  'unauthorized',
  'forbidden',
  'not_found',
  'already_exists',
  'conflict',
  'no_seats',
  'placement_required',
  'not_public',
  'role_not_assignable',
  'last_admin',
  'already_requested',
  'guest_role_fixed',
  'guest_denied',
  'workspace_not_team',
  'already_decided',
  'already_closed',
  'already_approved_by_you',
  'not_an_approver',
  'self_approval',
  'delegation_cycle',
  'not_delegable',
  'stale_revision',
  'expired',
  'reason_required',
  'wrong_account',
  'sso_required',
  'cancelled',
  'already_accepted',
  'precondition_failed',
  'rate_limited',
  'unavailable',
] as const;
export type RefusalCode = (typeof REFUSAL_CODES)[number];

/** One thing that is wrong with an input: `path` in dots (`recipients.0.role`), a sentence. */
export interface InputFault {
  readonly path: string;
  readonly message: string;
}

/** What a refusal carries besides its sentence. */
export interface RefusalExtra {
  /** Further members of the problem document, such as `decidedBy`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly errors?: readonly InputFault[];
  /** Seconds after which asking again makes sense. */
  readonly retryAfter?: number;
  /** What went wrong inside, for the log alone. */
  readonly cause?: unknown;
}

/** A refusal by a rule. Nothing was changed. `message` is for the person who asked: no internals, no secrets. */
export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly code: RefusalCode,
    message: string,
    readonly extra: RefusalExtra = {},
  ) {
    super(message, 'cause' in extra ? { cause: extra.cause } : undefined);
  }
}
