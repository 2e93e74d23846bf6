import { Refusal } from '../../domain/refusal';

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

/** Pattern for `like`: a text that holds what a person typed, which has no wildcards. */
export function holding(typed: string): string {
  return `%${typed.replace(/[\\%_]/g, '\\$&')}%`;
}

/** What a part of a key looks like. */
export const KEY_PART = {
  id: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  number: /^\d{1,18}$/,
  instant: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
  word: /^[a-z_]{1,40}$/,
} as const;

/**
 * The parts of the key that a page goes on after, or null at the beginning. Cursors come from outside: the database never
 * sees one that is not of the list's own shape.
 * @throws {Refusal} `invalid_request`
 */
export function keyAfter(page: PageRequest, ...shape: readonly (keyof typeof KEY_PART)[]): string[] | null {
  if (page.after === null) return null;
  const parts = page.after.split('|');
  const fits =
    parts.length === shape.length && shape.every((kind, at) => KEY_PART[kind].test(parts[at] ?? ''));
  if (fits) return parts;
  const errors = [{ path: 'cursor', message: 'is no cursor of this list' }];
  throw new Refusal('invalid_request', 'The cursor is not one that this list gave.', { errors });
}

/**
 * The id that a page goes on after, or null at the beginning.
 * @throws {Refusal} `invalid_request`
 */
export function idAfter(page: PageRequest): string | null {
  return keyAfter(page, 'id')?.[0] ?? null;
}
