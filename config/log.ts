import { pino, type Logger } from 'pino';
import { type LogLevel } from './env';

/** The logger that every part is handed. */
export type Log = Logger;

const SECRET_FIELDS = [
  ...['authorization', 'cookie', '["set-cookie"]', '["x-access-key"]', 'password', 'secret', 'token'],
  ...['access_key', 'accessKey', 'access_token', 'apiKey', 'appToken', 'botToken', 'clientSecret'],
  ...['operatorToken', 'metricsToken', 'signingSecret', 'databaseUrl', 'smtpUrl'],
];

const below = (depth: string) => (field: string) =>
  field.startsWith('[') ? depth + field : `${depth}.${field}`;

/** `req.headers.authorization` lies two deep, which is as deep as anything that we log. */
const REDACTED = [...SECRET_FIELDS, ...SECRET_FIELDS.map(below('*')), ...SECRET_FIELDS.map(below('*.*'))];

/**
 * A structured logger: one JSON object a line on stdout, secrets blotted out (OPS-5, OPS-2).
 *
 * @param name the process or part, shown on every line
 * @param level the least level that is written
 */
export function createLogger(name: string, level: LogLevel): Log {
  return pino({ name, level, redact: { paths: REDACTED, censor: '[redacted]' } });
}

/**
 * The same logger for lines whose fields are all known and hold no secret, one a request: looking through a line for
 * secrets takes many times as long as writing it.
 */
export function withoutRedaction(log: Log): Log {
  return log.child({}, { redact: [] });
}
