import { createTransport } from 'nodemailer';

/** A mail to one address. */
export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Without angle brackets; the same for each try at the same mail, so that a repeat can be recognised. */
  readonly messageId?: string;
}

/** Sends mail. */
export interface Mailer {
  /** Resolves when the server took it. @throws the transport's error otherwise */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** A server that says nothing for this long is down; the caller tries again later. */
const SMTP_TIMEOUT_MS = 10_000;

/** Open at once: a crowd is mailed in minutes, and small servers take no more from one address. */
export const MAIL_CONNECTIONS = 4;

/** A mailer on the configured server. */
export function createMailer(config: { readonly smtpUrl: string; readonly mailFrom: string }): Mailer {
  const timeouts = `connectionTimeout=${SMTP_TIMEOUT_MS}&greetingTimeout=${SMTP_TIMEOUT_MS}&socketTimeout=${SMTP_TIMEOUT_MS}`;
  const pool = `pool=true&maxConnections=${MAIL_CONNECTIONS}`;
  const url = `${config.smtpUrl}${config.smtpUrl.includes('?') ? '&' : '?'}${timeouts}&${pool}`;
  const transport = createTransport(url, { from: config.mailFrom });
  return {
    send: async ({ messageId, ...mail }) => {
      const id = messageId === undefined ? {} : { messageId: `<${messageId}>` };
      // Auto-Submitted keeps out-of-office robots from answering.
      await transport.sendMail({ ...mail, ...id, headers: { 'Auto-Submitted': 'auto-generated' } });
    },
    close: () => transport.close(),
  };
}

/**
 * Whether the mail server refused this recipient or this mail for good (an answer of the 5xx class), so that trying again
 * changes nothing. A refused sign-in of ours is no such thing: it is mended and tried again.
 */
export function isRefusedForGood(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  const isAboutMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  return isAboutMail && typeof responseCode === 'number' && responseCode >= 500;
}

/** Codes of the transport for a server that cannot be reached, spoken with or signed in to. */
const SERVER_CODES = ['ECONNECTION', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ETLS', 'EPROTOCOL', 'EAUTH', 'ENOAUTH'];

/** Whether it is the server that failed and not one mail: others sent now would only wait and fail, too. */
export function isServerDown(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && SERVER_CODES.includes(code);
}
