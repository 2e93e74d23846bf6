import type { Config } from '../config/env';
import type { Log } from '../config/log';
import type { Mailer } from '../mail/mailer';
import type { Store } from '../store/database';
import type { Processes } from '../workflows/client';

/** What routes and pages work with. */
export interface ApiDeps {
  readonly config: Config;
  readonly store: Store;
  readonly processes: Processes;
  readonly mailer: Mailer;
  readonly log: Log;
}
