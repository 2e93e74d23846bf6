import type { Mail, Mailer } from '../../mail/mailer';

type Fault = 'refused' | 'lost' | 'unknown';

/** A mail server that is played. */
export interface PlayedMail extends Mailer {
  readonly outbox: Mail[];
  /** What the next sends do, in order; after them, and by default, they succeed. `lost`: taken, but the answer was lost; `unknown`: there is no such mailbox. */
  readonly next: Fault[];
}

/** Opens one. */
export function playedMail(): PlayedMail {
  const outbox: Mail[] = [];
  const next: Fault[] = [];
  return {
    outbox,
    next,
    send: (mail) => {
      const fault = next.shift();
      if (fault === undefined || fault === 'lost') outbox.push(mail);
      if (fault === undefined) return Promise.resolve();
      const error = new Error(`the mail was ${fault}`);
      // As nodemailer reports it.
      return Promise.reject(
        fault === 'unknown' ? Object.assign(error, { code: 'EENVELOPE', responseCode: 550 }) : error,
      );
    },
    close: () => undefined,
  };
}
