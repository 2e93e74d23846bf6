declare module 'maildev' {
  import type { Readable } from 'node:stream';

  /** The parts of maildev 2 that we use. */
  interface MailDevOptions {
    smtp: number;
    web: number;
    ip: string;
    webIp: string;
    mailDirectory: string;
    silent: boolean;
    logMailContents: boolean;
  }
  type OnData = (
    stream: Readable,
    session: object,
    done: (error: Error | null, said?: string) => void,
  ) => void;
  class MailDev {
    constructor(options: Partial<MailDevOptions>);
    readonly store: readonly unknown[];
    readonly smtp: { onData: OnData };
    listen(done: (error?: Error) => void): void;
    close(done: (error?: Error) => void): void;
    loadMailsFromDirectory(): void;
  }
  export = MailDev;
}
