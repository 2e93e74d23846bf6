import type { Config } from '../config/env';
import type { Log } from '../config/log';
import type { Store } from '../store/database';
import type { Processes } from '../workflows/client';
import type { SlackApi } from './web-client';

/** What the bot's listeners work with. */
export interface BotDeps {
  readonly config: Config;
  readonly store: Store;
  readonly processes: Processes;
  readonly slack: SlackApi;
  readonly log: Log;
}
