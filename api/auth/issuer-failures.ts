import { AuthorizationResponseError, ClientError } from 'openid-client';
import { Refusal } from '../../domain/refusal';

/** When to try an issuer again that does not answer: a restart takes about as long. */
const RETRY_AFTER_S = 10;

/** The issuer does not answer, or not as one. */
export function issuerAway(cause: unknown): Refusal {
  return new Refusal('unavailable', 'The team’s sign-in does not answer for now. Try again in a moment.', {
    retryAfter: RETRY_AFTER_S,
    cause,
  });
}

/** What went wrong between an issuer's answer and the person, as it is told. */
export function asIssuerFailure(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (isAway(error)) return issuerAway(error);
  const denied = error instanceof AuthorizationResponseError;
  const sentence = denied
    ? 'The team’s sign-in did not let you in. Nothing was changed; you can start again.'
    : 'The answer of the team’s sign-in does not hold. Start again from this browser.';
  return new Refusal('forbidden', sentence, { cause: error });
}

/** Neither reached nor fit to be judged: no connection, too slow, or broken itself. */
function isAway(error: unknown): boolean {
  const cause = error instanceof ClientError ? error.cause : undefined;
  const answered =
    cause instanceof Response ? cause : (cause as { response?: unknown } | undefined)?.response;
  if (answered instanceof Response && answered.status >= 500) return true;
  const isSlow = error instanceof ClientError && error.code === 'OAUTH_TIMEOUT';
  const isCut = error instanceof TypeError && error.message === 'fetch failed';
  return isSlow || isCut;
}
