import { ApiError } from './api-error';
import type { Args } from './args';

/** One page of a list, with the cursor of the next or an empty text. */
export interface Page<T> {
  items: T[];
  nextCursor: string;
}

/**
 * Cuts one page out of a list by `limit` and `cursor`.
 * @param size - page size without `limit`.
 * @param max - the most a page holds.
 * @throws ApiError `invalid_cursor`, `invalid_limit`.
 */
export function page<T>(all: T[], args: Args, size: number, max: number): Page<T> {
  const limit = args.limit('limit', size, max);
  const cursor = args.optional('cursor') ?? '';
  const start =
    cursor === '' ? 0 : Number(/^next:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString())?.[1]);
  if (!Number.isInteger(start) || start > all.length) throw new ApiError('invalid_cursor');
  const end = start + limit;
  const nextCursor = end < all.length ? Buffer.from(`next:${end}`).toString('base64') : '';
  return { items: all.slice(start, end), nextCursor };
}
