import type { Context } from '@slack/bolt';

/** The key under which the receiver keeps the callback that is being handled. */
export function inboxKeyOf(context: Context): string {
  const key: unknown = context['inboxKey'];
  if (typeof key !== 'string') throw new Error('a callback came past the inbox');
  return key;
}
