import { quietUntil, type QuietHours } from './quiet-hours';

/** Joins of an hour are told together: soon enough to be news, and no more than two dozen notices a day (SLACK-5). */
export const DIGEST_MS = 3_600_000;
/** Names in a title; the rest is a number. */
export const DIGEST_NAMES = 5;

/** When a digest that begins at an instant goes out: an hour later, or when the quiet hours end that hold then (SLACK-5). */
export function digestDueAt(quietHours: QuietHours | null, beganAt: Date): Date {
  const due = new Date(beganAt.getTime() + DIGEST_MS);
  return quietHours === null ? due : (quietUntil(quietHours, due) ?? due);
}

/** Whether whoever joins at an instant still belongs into a digest: at its due instant it goes out. */
export function takesJoins(digest: { readonly dueAt: Date }, asOf: Date): boolean {
  return asOf.getTime() < digest.dueAt.getTime();
}

/** What a digest says. @param names of the first guests who joined, in their order @param total how many they are in all */
export function digestTitle(collection: string, names: readonly string[], total: number): string {
  const guests = total === 1 ? '1 guest' : `${total} guests`;
  const named = names.slice(0, DIGEST_NAMES);
  const more = total > named.length ? ` and ${total - named.length} more` : '';
  return `${guests} joined “${collection}”: ${named.join(', ')}${more}`;
}
