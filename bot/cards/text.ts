import type { types } from '@slack/bolt';

/** Slack's limits for the texts that cards hold, in UTF-16 units (docs.slack.dev, Block Kit reference). */
export const LIMITS = {
  header: 150,
  section: 3_000,
  field: 2_000,
  notification: 3_000,
} as const;

/** Characters that turn the direction of what follows, and control characters: one name must not rearrange its line. */
// eslint-disable-next-line no-control-regex
const UNRULY = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Cuts a text to at most `max` UTF-16 units, with “…” for what is left out; never through a surrogate pair. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max - 1);
  return `${/[\ud800-\udbff]$/.test(head) ? head.slice(0, -1) : head}…`;
}

/** What a person typed, as one line: names, addresses, titles. */
export function oneLine(text: string): string {
  return text.replace(UNRULY, '').replace(/\s+/g, ' ').trim() || '—';
}

/**
 * A text object in which nothing is markup. Whatever a person typed goes into one of these and nowhere else, so that no
 * mention, link, emoji or formatting can be forged (SLACK-2).
 */
export function plain(text: string, max: number = LIMITS.section): types.PlainTextElement {
  return { type: 'plain_text', text: cut(text.trim() || '—', max), emoji: false };
}

/** Our own words with Slack's markup. Never give it what a person typed. */
export function markup(text: string): types.MrkdwnElement {
  return { type: 'mrkdwn', text };
}

/** The `text` of a message: notifications and screen readers take it, and Slack reads markup in it, so it is escaped. */
export function notification(text: string): string {
  const escaped = oneLine(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return cut(escaped, LIMITS.notification);
}

/** An instant, shown in the reader's own time zone; UTC where a client cannot. */
export function when(at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  const fallback = `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return `<!date^${seconds}^{date_short_pretty} at {time}|${fallback}>`;
}
