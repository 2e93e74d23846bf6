import { KnexTimeoutError } from 'knex';
import { DBError } from 'objection';
import { z } from 'zod';
import { Refusal, type InputFault, type RefusalCode } from '../domain/refusal';

/** A problem document (RFC 9457), as all errors are answered. */
export const problem = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    instance: z.string().optional(),
    errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem' });

/** Status and title of each refusal; a person reads the title, a program the code. */
const KINDS: Readonly<
  Record<RefusalCode | 'method_not_allowed' | 'invalid_access_key' | 'internal', readonly [number, string]>
> = {
  malformed_json: [400, 'The body is not JSON'],
  too_large: [413, 'The body is too large'],
  invalid_request: [422, 'The request is not valid'],
  invalid_content: [422, 'The document is not valid'],
  idempotency_key_reused: [422, 'The Idempotency-Key was used for another request'],
  idempotency_key_in_use: [409, 'The request with this Idempotency-Key is still under way'],
  unauthorized: [401, 'Not signed in'],
  invalid_access_key: [401, 'The access key is not valid'],
  forbidden: [403, 'Not allowed'],
  not_found: [404, 'Not found'],
  method_not_allowed: [405, 'Method not allowed'],
  already_exists: [409, 'Already exists'],
  conflict: [409, 'Not possible as things are'],
  no_seats: [409, 'No free seat'],
  placement_required: [409, 'A place for the element is required'],
  not_public: [409, 'Not a collection in a public workspace'],
  role_not_assignable: [403, 'The role cannot be assigned'],
  last_admin: [409, 'The last one cannot go'],
  already_requested: [409, 'Already requested'],
  guest_role_fixed: [409, 'A guest’s role is fixed'],
  guest_denied: [403, 'Not let in as a guest'],
  workspace_not_team: [409, 'Not in a team workspace'],
  already_decided: [409, 'Already decided'],
  already_closed: [409, 'Already closed'],
  already_approved_by_you: [409, 'Already approved by you'],
  not_an_approver: [403, 'Not an approver'],
  self_approval: [403, 'Not on one’s own request'],
  delegation_cycle: [409, 'Decisions are handed on already'],
  not_delegable: [422, 'Cannot be handed decisions'],
  stale_revision: [409, 'The request changed'],
  expired: [410, 'Expired'],
  reason_required: [422, 'A reason is required'],
  wrong_account: [403, 'Another account is invited'],
  sso_required: [403, 'Single sign-on is required'],
  cancelled: [410, 'Cancelled'],
  already_accepted: [409, 'Already accepted'],
  precondition_failed: [412, 'The document changed'],
  rate_limited: [429, 'Too many requests'],
  unavailable: [503, 'Not available for now'],
  internal: [500, 'Something went wrong here'],
};

/** An error as it is answered. */
export interface Problem {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether nobody foresaw it: it is logged with its cause. */
  readonly isFault: boolean;
}

/** When to come back after 503 and 429 where nothing better is known, seconds. */
const RETRY_AFTER = '2';

/** What an error looks like from outside: refusals by their code, a database that is away as 503, all else as 500. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refusal) {
    const { members = {}, errors } = error.extra;
    return build(
      error.code,
      error.message,
      { ...members, ...(errors === undefined ? {} : { errors }) },
      error.extra.retryAfter,
    );
  }
  if (isDatabaseAway(error)) {
    return {
      ...build('unavailable', 'The database does not answer for now. Nothing is known to have changed.', {}),
      isFault: true,
    };
  }
  return { ...build('internal', 'This is our fault. It is logged under the request id.', {}), isFault: true };
}

/** A problem that no rule of the business knows. */
export function build(
  code: keyof typeof KINDS,
  detail: string,
  members: Readonly<Record<string, unknown>> = {},
  retryAfter?: number,
): Problem {
  const [status, title] = KINDS[code];
  const waits = status === 503 || status === 429 || retryAfter !== undefined;
  const headers = waits ? { 'Retry-After': String(retryAfter ?? RETRY_AFTER) } : {};
  const challenge = status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {};
  return { status, code, title, detail, members, headers: { ...headers, ...challenge }, isFault: false };
}

/** The problem document's JSON. @param instance what it is about; left out where the address holds a secret */
export function problemBody({ status, code, title, detail, members }: Problem, instance?: string): object {
  const about = instance === undefined ? {} : { instance };
  return { type: `urn:doorlist:problem:${code}`, title, status, detail, code, ...about, ...members };
}

/** The faults that zod found, by path. */
export function faultsOf(error: z.ZodError): InputFault[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    // One fault for each field that is not known, by its own path.
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({ path: [...path, key].join('.'), message: 'is not a known field' }));
    }
    return [{ path: path.join('.'), message: issue.message }];
  });
}

const AWAY = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EPIPE',
  '57P01',
  '57P02',
  '57P03',
  '53300',
  '40P01',
  '57014',
  '55P03',
]);

function isDatabaseAway(error: unknown): boolean {
  if (error instanceof KnexTimeoutError) return true;
  const native: unknown = error instanceof DBError ? error.nativeError : error;
  if (!(native instanceof Error)) return false;
  const { code } = native as { code?: unknown };
  return (
    (typeof code === 'string' && AWAY.has(code)) ||
    /Connection terminated|timeout expired/.test(native.message)
  );
}
