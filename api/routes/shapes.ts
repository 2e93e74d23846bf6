import { z } from 'zod';
import { durationMs } from '../../domain/duration';
import { PLANS } from '../../domain/plans';
import {
  ASSIGNABLE_TEAM_ROLES,
  ELEMENT_TYPES,
  TEAM_ROLES,
  VISIBILITIES,
  WORKSPACE_ROLES,
} from '../../domain/roles';

/** Longer names break every list, card and subject line that they stand in. */
const NAME_LENGTH = 200;
/** The longest address that SMTP carries (RFC 5321, 4.5.3.1.3). */
const EMAIL_LENGTH = 254;
/** Ten years: nothing of ours waits longer, and every date stays one that all parts can hold. */
const LONGEST_MS = 3_653 * 86_400_000;

/** Text of one line or more that a database keeps, without space around it. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(max)
    .refine((value) => !value.includes('\0'), 'holds a NUL character')
    .refine((value) => !/\p{Surrogate}/u.test(value), 'holds half a character');

/** A name that a person gives to something. */
export const name = text(NAME_LENGTH);

/** An e-mail address; case does not count. */
export const email = z.email().max(EMAIL_LENGTH).toLowerCase();

/** An id of ours. */
export const id = z.uuid();

/** An instant in UTC. */
export const instant = z.iso.datetime();

/** An ISO 8601 duration of weeks, days, hours, minutes and seconds, above zero and up to ten years. */
export const duration = z
  .string()
  .refine((value) => {
    const ms = durationMs(value);
    return ms !== null && ms > 0 && ms <= LONGEST_MS;
  }, 'has to be an ISO 8601 duration such as P60D or PT24H, up to ten years')
  .meta({ examples: ['P60D'] });

/** As {@link duration}, or none at all. */
export const durationOrZero = z.union([z.literal('PT0S'), duration]);

export const plan = z.enum(PLANS);
export const teamRole = z.enum(TEAM_ROLES);
/** Team roles that a person may be given by hand. */
export const teamRoles = z
  .array(z.enum(ASSIGNABLE_TEAM_ROLES))
  .min(1)
  .refine((roles) => new Set(roles).size === roles.length, 'names a role twice');
export const visibility = z.enum(VISIBILITIES);
export const elementType = z.enum(ELEMENT_TYPES);
export const workspaceRole = z.enum(WORKSPACE_ROLES);

/** A Slack id, of a workspace, channel or user. */
export const slackId = z.string().regex(/^[A-Z0-9]{2,32}$/, 'has to be a Slack id such as C0123456789');
