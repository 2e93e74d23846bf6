import { z } from 'zod';
import { policyOf } from '../../domain/policy';
import type { TeamWithSeats } from '../../store/queries/teams';
import { duration, durationOrZero, email, id, instant, name, plan, text } from './shapes';

/** As many entries as a list that people keep by hand has. */
const LIST = 1_000;

const fields = {
  keyInactivity: duration,
  keyWarnings: z.array(duration).max(10),
  keyCreation: z.enum(['allowed', 'blocked']),
  approvalExpiry: duration,
  approvalReminders: z.array(duration).max(10),
  escalateAfter: duration,
  approvalsRequired: z.int().min(1).max(10),
  denyReasonRequired: z.boolean(),
  invitationExpiry: duration,
  accessRequestExpiry: duration,
  removeGuestsWhenAllLinksOff: z.boolean(),
  guestsNeedSso: z.boolean(),
  removalGrace: durationOrZero,
  removalCap: z.int().min(0).max(1_000_000),
  editorMayPromoteGuest: z.enum(['asSeed', 'teamAdminToo']),
  guestDenyList: z
    .array(
      z.union([
        email,
        z
          .string()
          .toLowerCase()
          .regex(/^@[^\s@]+$/, 'has to be an address or @domain'),
      ]),
    )
    .max(LIST),
};

/** What a team may change of its policy. */
export const policyChange = z.strictObject(
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, field.exactOptional()])) as {
    [Key in keyof typeof fields]: z.ZodExactOptional<(typeof fields)[Key]>;
  },
);

/** A team's whole policy. */
export const policy = z.strictObject(fields).meta({ id: 'Policy' });

const domain = z
  .string()
  .toLowerCase()
  .regex(/^[a-z0-9.-]+\.[a-z]{2,}$|^localhost$/, 'has to be a domain');

/** Over plain http anybody on the way could sign in as anybody; on this machine there is no way. */
function isSafe(issuer: string): boolean {
  const { protocol, hostname } = new URL(issuer);
  return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\]|.+\.localhost)$/.test(hostname);
}

/** A team's OIDC issuer as it is set. */
export const ssoInput = z.strictObject({
  issuer: z
    .url({ protocol: /^https?$/ })
    .max(2_000)
    .refine(isSafe, 'has to be https, but on this machine'),
  clientId: text(500),
  clientSecret: text(2_000),
  domains: z.array(domain).max(LIST),
});

/** What the URL of a team's sign-in says. */
export const slug = z
  .string()
  .max(63)
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'has to be of a-z, 0-9 and single dashes');

/** Seats that were bought. */
export const seats = z.int().min(0).max(1_000_000);

/** A team. Guests do not see seats, policy and issuer. */
export const team = z
  .strictObject({
    id,
    name,
    slug,
    plan,
    createdAt: instant,
    seats: seats.optional(),
    autoFlex: z.boolean().optional(),
    seatsUsed: z.int().optional(),
    seatsReserved: z.int().optional(),
    seatsFree: z.int().optional(),
    seatsExtra: z.int().optional(),
    policy: policy.optional(),
    sso: ssoInput.omit({ clientSecret: true }).nullable().optional(),
  })
  .meta({ id: 'Team' });

/** A team as guests see it, or with all that members see. */
export function teamView(
  { team: row, seats: figures }: TeamWithSeats,
  isGuest: boolean,
): z.input<typeof team> {
  const open = {
    id: row.id,
    name: row.name,
    slug: row.slug,
    plan: row.plan,
    createdAt: row.createdAt.toISOString(),
  };
  if (isGuest) return open;
  const { keyWarnings, approvalReminders, guestDenyList, ...rules } = policyOf(row.policy);
  return {
    ...open,
    seats: row.seats,
    autoFlex: row.autoFlex,
    ...figures,
    policy: {
      ...rules,
      keyWarnings: [...keyWarnings],
      approvalReminders: [...approvalReminders],
      guestDenyList: [...guestDenyList],
    },
    sso:
      row.sso === null
        ? null
        : { issuer: row.sso.issuer, clientId: row.sso.clientId, domains: [...row.sso.domains] },
  };
}
