declare module 'maildev' {
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
  class MailDev {
    constructor(options: Partial<MailDevOptions>);
    listen(done: (error?: Error) => void): void;
    close(done: (error?: Error) => void): void;
    loadMailsFromDirectory(): void;
  }
  export = MailDev;
}
