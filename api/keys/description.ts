import { z } from 'zod';
import type { ZodOpenApiPathItemObject } from 'zod-openapi';
import { problem } from '../problem';

const key = z.string().regex(/^dlk_[0-9A-Za-z]{38}$/);
const limits = z.object({ 'RateLimit-Limit': z.string(), 'RateLimit-Remaining': z.string() }).partial();
const failure = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

/** Reading by access key as the published description has it: it is answered in front of all declared routes (KEY-3). */
export const readingByKey: ZodOpenApiPathItemObject = {
  get: {
    summary: 'Read a collection by an access key',
    tags: ['Access keys'],
    description:
      'Needs no sign-in: the key opens one collection, read-only. A read, also one that is answered 304, counts as a use. HEAD and OPTIONS are taken as well.',
    security: [],
    requestParams: {
      path: z.object({ id: z.uuid() }),
      query: z.object({ access_key: key.optional() }),
      header: z.object({ 'X-Access-Key': key.optional(), 'If-None-Match': z.string().optional() }),
    },
    responses: {
      200: {
        description: 'The newest version of the collection, as it was stored',
        headers: limits.extend({ ETag: z.string(), Vary: z.string() }),
        content: { 'application/json': { schema: z.object({ collection: z.looseObject({}) }) } },
      },
      304: { description: 'The caller has this version' },
      401: failure('The key opens nothing here; every miss looks the same'),
      405: failure('Another method'),
      429: failure('Too many reads with this key, or misses from this address'),
      503: failure('The database is down for now'),
    },
  },
};
