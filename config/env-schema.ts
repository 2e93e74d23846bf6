import { isIP } from 'node:net';
import { z } from 'zod';
import { SLACK_VARIABLES } from './slack-variables';
import { TLS_VARIABLES } from './temporal-tls';

/** Signing and encryption keys are derived from it: fewer bytes than a key has would weaken every one. */
const SECRET_BYTES = 32;
/** As many connections as a worker runs activities at once, so that none waits for the other. */
const POOL_MAX = 20;

const required = (what: string) => z.string({ error: `is required: ${what}` });

const url = (what: string, ...protocols: string[]) =>
  required(what).refine(
    (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
    `has to be ${protocols.map((protocol) => `${protocol}//…`).join(' or ')}`,
  );

const count = (fallback: number, min: number, max = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .regex(/^\d+$/, 'has to be a whole number')
    .transform(Number)
    .refine(
      (value) => value >= min && value <= max,
      `has to be ${min} or more${max < 1e9 ? `, ${max} at most` : ''}`,
    )
    .default(fallback);

const flag = z
  .enum(['true', 'false', '1', '0', 'on', 'off'], { error: 'has to be true or false' })
  .transform((value) => ['true', '1', 'on'].includes(value))
  .default(false);

const withoutSlash = (value: string): string => value.replace(/\/+$/, '');

const isProxy = (entry: string): boolean => {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true;
  const [address = '', bits, ...more] = entry.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(address)] ?? -1;
  return (
    most > 0 && more.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && Number(bits) <= most))
  );
};

const trustProxy = z
  .string()
  .transform((value): boolean | number | string[] => {
    if (value === 'true' || value === 'false') return value === 'true';
    if (/^\d+$/.test(value)) return Number(value);
    return value.split(',').map((entry) => entry.trim());
  })
  .refine(
    (value) => !Array.isArray(value) || value.every(isProxy),
    'has to be a number of hops, or addresses, ranges and loopback, linklocal, uniquelocal, divided by commas',
  )
  .default(false);

/**
 * The environment's variables, by their names in the REST contract. Messages say what is wanted and never repeat a
 * value: it may be a secret.
 */
export const environment = z.object({
  PORT: count(3000, 1, 65_535),
  PUBLIC_URL: url(
    'where people reach Doorlist, as https://doorlist.example.com',
    'http:',
    'https:',
  ).transform(withoutSlash),
  DOORLIST_OPERATOR_TOKEN: z.string().optional(),
  DATABASE_URL: url('a Postgres 14 or later', 'postgres:', 'postgresql:'),
  DATABASE_POOL_MAX: count(POOL_MAX, 1),
  TEMPORAL_ADDRESS: required('host and port of the Temporal server').regex(
    /^[^\s/]+:\d+$/,
    'has to be host:port',
  ),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_API_KEY: z.string().optional(),
  ...TLS_VARIABLES,
  TEMPORAL_UI_URL: url('', 'http:', 'https:').transform(withoutSlash).optional(),
  SMTP_URL: url('the mail server', 'smtp:', 'smtps:'),
  MAIL_FROM: z.string().optional(),
  DOORLIST_FALLBACK_EMAIL: z.email('has to be an e-mail address').optional(),
  ...SLACK_VARIABLES,
  DOORLIST_SECRET: required(`${SECRET_BYTES} bytes or more, the same in all processes`).refine(
    (value) => Buffer.byteLength(value) >= SECRET_BYTES,
    `has to be ${SECRET_BYTES} bytes or more`,
  ),
  TRUST_PROXY: trustProxy,
  RATE_TOKEN: count(1_200, 0),
  RATE_KEY: count(6_000, 0),
  RATE_MISS: count(60, 0),
  DOORLIST_ALLOW_PRIVATE_WEBHOOKS: flag,
  METRICS_TOKEN: z.string().optional(),
  WORKER_METRICS_ADDRESS: z
    .string()
    .regex(/^[^\s/]+:\d+$/, 'has to be host:port')
    .optional(),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'has to be trace, debug, info, warn, error, fatal or silent',
    })
    .default('info'),
});
