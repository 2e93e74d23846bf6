import type { Mailer } from '../mail/mailer';
import type { Store } from '../store/database';
import type { Processes } from '../workflows/client';

/** What activities work with. */
export interface ActivityDependencies {
  readonly store: Store;
  readonly mailer: Mailer;
  readonly processes: Processes;
  readonly publicUrl: string;
  /** Last resort of the approval queue (INVITE-3). */
  readonly fallbackEmail: string | null;
}
