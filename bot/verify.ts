import { verifySlackRequest } from '@slack/bolt';
import type { Request } from 'express';

/** A timestamp may lie this far ahead, for clocks that differ; Bolt itself refuses only those of five minutes ago. */
const AHEAD_S = 300;

/** Whether a request is Slack's, signed and fresh (SLACK-9). */
export function isGenuine(request: Request, raw: string, signingSecret: string): boolean {
  const timestamp = Number(request.get('x-slack-request-timestamp'));
  const signature = request.get('x-slack-signature') ?? '';
  if (!Number.isFinite(timestamp) || timestamp > Date.now() / 1_000 + AHEAD_S) return false;
  try {
    verifySlackRequest({
      signingSecret,
      body: raw,
      headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp },
    });
    return true;
  } catch {
    return false;
  }
}

/** An interaction's or command's form, or an event's JSON; null for neither. */
export function readBody(contentType: string, raw: string): Record<string, unknown> | null {
  const form = new URLSearchParams(raw);
  const json = contentType.startsWith('application/json') ? raw : form.get('payload');
  if (json === null) return Object.fromEntries(form);
  try {
    const body: unknown = JSON.parse(json);
    return typeof body === 'object' && body !== null ? { ...body } : null;
  } catch {
    return null;
  }
}
