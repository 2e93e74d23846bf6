import type { Store } from '../../store/database';
import { lookUpKeys, type AskedKey, type FoundKey } from '../../store/queries/key-lookup';

/** As many statements as are under way at once; what comes meanwhile goes together into the next. */
const UNDER_WAY = 2;
/** As many keys as one statement finds in a few milliseconds. */
const AT_ONCE = 200;

interface Waiting {
  readonly asked: AskedKey;
  readonly resolve: (found: FoundKey | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Looks keys up in the database. Readers that come together share a statement: under load its round trip costs more than
 * what it finds.
 */
export function createLookUps(store: Pick<Store, 'read'>): (asked: AskedKey) => Promise<FoundKey | null> {
  let waiting: Waiting[] = [];
  let underWay = 0;
  let isPlanned = false;

  const run = async (batch: readonly Waiting[]): Promise<void> => {
    underWay += 1;
    try {
      const found = await lookUpKeys(
        store,
        batch.map(({ asked }) => asked),
      );
      for (const [nth, { resolve }] of batch.entries()) resolve(found[nth] ?? null);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      underWay -= 1;
      plan();
    }
  };
  const plan = (): void => {
    if (isPlanned || waiting.length === 0 || underWay >= UNDER_WAY) return;
    isPlanned = true;
    // After all requests that have arrived by now were read.
    setImmediate(() => {
      isPlanned = false;
      const batch = waiting.slice(0, AT_ONCE);
      waiting = waiting.slice(AT_ONCE);
      void run(batch);
      plan();
    });
  };
  return (asked) =>
    new Promise((resolve, reject) => {
      waiting.push({ asked, resolve, reject });
      plan();
    });
}
