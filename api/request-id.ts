import { v7 as uuid } from 'uuid';

/** The caller's request id where it is one that can be logged, or a new one. */
export function requestIdFor(given: string | undefined): string {
  return given !== undefined && /^[\w.:-]{1,128}$/.test(given) ? given : uuid();
}
