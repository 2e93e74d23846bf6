import type { Log } from '../../config/log';
import type { Store } from '../../store/database';
import { USES_AT_ONCE, writeKeyUses } from '../../store/queries/key-uses';
import { chunksOf } from './chunks';

/** A key is written at most this often by one process (KEY-4): a killed one costs the last minute's uses. */
const WRITE_EVERY_MS = 60_000;
/** All that is due is written together, in one transaction a second at most. */
const LOOK_EVERY_MS = 1_000;

interface Gathered {
  /** The latest use, ms. */
  at: number;
  isWritten: boolean;
  /** On the monotonic clock, ms; −Infinity: not yet. */
  writtenAt: number;
}

/** Uses of keys, gathered in memory and written together. */
export interface GatheredUses {
  /** Notes a use at an instant, ms. */
  add(keyId: string, at: number): void;
  /** The latest use that was noted lately, ms, or −Infinity. */
  latest(keyId: string): number;
  /** Writes what is due, or all that is not written. @returns how many */
  write(all?: boolean): Promise<number>;
  /** Writes all and ends. */
  close(): Promise<void>;
}

/** Begins to gather. */
export function gatherUses(store: Pick<Store, 'acrossTeams'>, log: Pick<Log, 'warn'>): GatheredUses {
  const gathered = new Map<string, Gathered>();
  let writing: Promise<number> = Promise.resolve(0);

  const writeNow = async (all: boolean): Promise<number> => {
    const now = performance.now();
    const due: { keyId: string; at: number }[] = [];
    for (const [keyId, use] of gathered) {
      const isDue = all || now - use.writtenAt >= WRITE_EVERY_MS;
      if (!use.isWritten && isDue) due.push({ keyId, at: use.at });
      else if (use.isWritten && isDue) gathered.delete(keyId);
    }
    for (const chunk of chunksOf(due, USES_AT_ONCE)) {
      await store.acrossTeams((tx) =>
        writeKeyUses(
          tx,
          chunk.map(({ keyId, at }) => ({ keyId, at: new Date(at) })),
        ),
      );
      for (const { keyId, at } of chunk) {
        const use = gathered.get(keyId);
        if (use === undefined) continue;
        use.writtenAt = now;
        // One that came while it was written waits for its next turn.
        use.isWritten = use.at <= at;
      }
    }
    return due.length;
  };
  const write = (all = false): Promise<number> => {
    // One after the other, so that no use is taken twice.
    writing = writing.catch(() => 0).then(() => writeNow(all));
    return writing;
  };
  const timer = setInterval(() => {
    // What could not be written stays, and is due at the next look.
    write().catch((error: unknown) => log.warn({ err: error }, 'uses of access keys could not be written'));
  }, LOOK_EVERY_MS);
  timer.unref();

  return {
    write,
    add(keyId, at) {
      const use = gathered.get(keyId);
      if (use === undefined) gathered.set(keyId, { at, isWritten: false, writtenAt: -Infinity });
      else if (at > use.at) Object.assign(use, { at, isWritten: false });
    },
    latest: (keyId) => gathered.get(keyId)?.at ?? -Infinity,
    close: async () => {
      clearInterval(timer);
      await write(true).catch((error: unknown) => {
        log.warn({ err: error }, 'the last uses of access keys could not be written');
      });
    },
  };
}
