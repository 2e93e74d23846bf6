import { z } from 'zod';
import type { Page, PageRequest } from '../store/queries/page';

const DEFAULT_LIMIT = 50;

/** The query fields of every list. */
export const listQuery = {
  limit: z.coerce.number().int().min(1).max(100).exactOptional(),
  cursor: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,200}$/, 'is no cursor of ours')
    .exactOptional(),
};

/** The answer of every list. */
export function listOf<T extends z.ZodType>(item: T) {
  return z.strictObject({ data: z.array(item), meta: z.strictObject({ nextCursor: z.string().nullable() }) });
}

/** Which page a query asks for. Cursors are opaque: the last row's key, encoded. */
export function pageRequest(query: { readonly limit?: number; readonly cursor?: string }): PageRequest {
  const { limit = DEFAULT_LIMIT, cursor } = query;
  return { limit, after: cursor === undefined ? null : Buffer.from(cursor, 'base64url').toString('utf8') };
}

/** A page as REST answers it. */
export function toList<T>({ rows, next }: Page<T>): { data: T[]; meta: { nextCursor: string | null } } {
  const nextCursor = next === null ? null : Buffer.from(next, 'utf8').toString('base64url');
  return { data: [...rows], meta: { nextCursor } };
}
