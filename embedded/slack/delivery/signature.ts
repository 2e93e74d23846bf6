import { createHmac } from 'node:crypto';

/**
 * The headers by which an app knows that a request is Slack's: HMAC-SHA256 over `v0:<seconds>:<body>`.
 * @param secret - the app's signing secret.
 * @param body - the exact text sent.
 * @param seconds - when, in seconds since 1970.
 */
export function signatureHeaders(secret: string, body: string, seconds: number): Record<string, string> {
  const digest = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return { 'x-slack-request-timestamp': String(seconds), 'x-slack-signature': `v0=${digest}` };
}
