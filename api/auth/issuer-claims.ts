import { z } from 'zod';
import { Refusal } from '../../domain/refusal';

/** What an issuer says of a person. `isVerified` is null where it says nothing of it. */
export interface Claim {
  readonly subject: string;
  readonly email: string;
  readonly isVerified: boolean | null;
  readonly name: string | null;
}

/** As long as OpenID Connect lets a subject be. */
const SUBJECT_CHARS = 255;

const claims = z.object({
  sub: z.string().min(1).max(SUBJECT_CHARS),
  email: z.email().max(254).toLowerCase(),
  // Some issuers send the word instead of the value.
  email_verified: z
    .union([z.boolean(), z.enum(['true', 'false']).transform((word) => word === 'true')])
    .nullish(),
  name: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine((name) => !name.includes('\0'))
    .nullish()
    .catch(null),
});

/**
 * Reads the claims of an id token, with those of userinfo beside them.
 * @throws {Refusal} `forbidden` when there is no e-mail address among them
 */
export function claimOf(said: unknown): Claim {
  const read = claims.safeParse(said);
  if (!read.success) {
    throw new Refusal('forbidden', 'The issuer names no e-mail address for you.', { cause: read.error });
  }
  const { sub, email, email_verified: verified, name } = read.data;
  return { subject: sub, email, isVerified: verified ?? null, name: name ?? null };
}
