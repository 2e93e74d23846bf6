import type { Config } from '../config/env';
import type { Log } from '../config/log';
import type { Mailer } from '../mail/mailer';
import type { Store } from '../store/database';
import type { Processes } from '../workflows/client';
import type { KeyReads } from './keys/key-reads';

/** What routes and pages work with. */
export interface ApiDeps {
  readonly config: Config;
  readonly store: Store;
  readonly processes: Processes;
  readonly mailer: Mailer;
  readonly log: Log;
  /** What this process remembers of access keys is told of what changes, and tells what it served. */
  readonly keyReads: Pick<KeyReads, 'changed' | 'writeUses' | 'tally'>;
}
