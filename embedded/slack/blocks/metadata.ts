import { z } from 'zod';
import { ApiError } from '../api-error';
import type { Metadata } from '../types';

/** The largest metadata taken, in bytes of JSON; Slack names none, so this is small on purpose. */
const METADATA_BYTES = 8000;

const scalar = z.union([z.string(), z.number(), z.boolean()]);
const flat = z.record(z.string(), scalar);
const metadata = z.strictObject({
  event_type: z.string().min(1).max(255),
  event_payload: z.record(z.string(), z.union([scalar, flat, z.array(z.union([scalar, flat]))])),
});

/**
 * Checks message metadata.
 * @returns the metadata, or null for an empty object, which removes it.
 * @throws ApiError `metadata_too_large`, `invalid_metadata_format`.
 */
export function checkMetadata(value: unknown): Metadata | null {
  if (Buffer.byteLength(JSON.stringify(value)) > METADATA_BYTES) throw new ApiError('metadata_too_large');
  if (typeof value === 'object' && value !== null && Object.keys(value).length === 0) return null;
  const result = metadata.safeParse(value);
  if (!result.success) throw new ApiError('invalid_metadata_format');
  return result.data;
}
