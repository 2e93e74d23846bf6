import type { z } from 'zod';
import { Refusal } from '../domain/refusal';
import { faultsOf } from './problem';
import type { Route } from './route';

/** A route's body as JSON, or undefined for a route without one. @throws {Refusal} `malformed_json` */
export function parse(route: Route, rawBody: Buffer): unknown {
  if (route.body === undefined) return undefined;
  // No body at all is an empty one: calls without required fields need none.
  if (rawBody.length === 0) return {};
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(rawBody)) as unknown;
  } catch {
    throw new Refusal('malformed_json', 'The body is not JSON in UTF-8.');
  }
}

/**
 * A part of a call as its schema gives it.
 * @throws {Refusal} `invalid_request` with the faults by path; a wrong id in the path is `not_found`
 */
export function check(
  schema: z.ZodType | undefined,
  value: unknown,
  where: 'params' | 'query' | 'body',
): unknown {
  if (schema === undefined) {
    const unknown = where === 'query' ? Object.keys(value as object) : [];
    if (unknown.length === 0) return undefined;
    const errors = unknown.map((path) => ({ path, message: 'is not a known field' }));
    throw new Refusal('invalid_request', 'The query has fields that are not known.', { errors });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  if (where === 'params') throw new Refusal('not_found', 'There is nothing at this address.');
  throw new Refusal('invalid_request', `The ${where} is not valid.`, { errors: faultsOf(result.error) });
}
