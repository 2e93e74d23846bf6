import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where a running copy answers, for the tour and for whoever wants to look. Parts that are not embedded are null. */
export interface Addresses {
  readonly publicUrl: string;
  readonly temporalUiUrl: string | null;
  readonly mailUrl: string | null;
  readonly slackUrl: string | null;
  readonly issuerUrl: string;
  /** Holds the operator's token; null when it came by environment. */
  readonly operatorTokenFile: string | null;
}

const FILE = 'addresses.json';

/** Leaves the addresses in the state folder. */
export function writeAddresses(home: string, addresses: Addresses): void {
  const path = join(home, FILE);
  // Whoever reads meanwhile sees the old file or the new one, never half of it.
  writeFileSync(`${path}.new`, `${JSON.stringify(addresses, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}

/**
 * The addresses of the copy with this state folder.
 * @throws Error when none was ever started there
 */
export function readAddresses(home: string): Addresses {
  const path = join(home, FILE);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Addresses;
  } catch {
    throw new Error(`nothing was started with DOORLIST_HOME=${home} yet: run npm start first`);
  }
}
