/** One page of a list: at most `limit` rows after the one whose key `after` is; null begins at the newest. */
export interface PageRequest {
  readonly limit: number;
  readonly after: string | null;
}

/** A page, and the key to go on after, or null at the end. */
export interface Page<T> {
  readonly rows: readonly T[];
  readonly next: string | null;
}

/**
 * Cuts a page out of rows that were read with `limit + 1`: the one too many says that there are more.
 * @param keyOf the key of a row, by which the list is ordered
 */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}

/** Text for `like`, so that what a person typed has no wildcards. */
export function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}
