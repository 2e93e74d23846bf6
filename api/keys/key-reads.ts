import { LRUCache } from 'lru-cache';
import type { Log } from '../../config/log';
import { keyEnd, KEY_MEMORY_MS } from '../../domain/access-key';
import { storedDurationMs } from '../../domain/duration';
import { DEFAULT_POLICY } from '../../domain/policy';
import { accessKeyHash } from '../../operations/parts/access-key-secret';
import type { Store } from '../../store/database';
import { touchKey } from '../../store/queries/key-uses';
import { createDocuments, type ServedDocument } from './documents';
import { gatherUses } from './gathered-uses';
import { createKeyTally, type KeyTally } from './key-tally';
import { createLookUps } from './look-ups';

/** A living key and its collection's document. */
export interface FoundRead {
  readonly keyId: string;
  readonly teamId: string;
  readonly elementId: string;
  readonly inactivityMs: number;
  readonly version: number;
  readonly document: ServedDocument;
  /** The last use that the database knows of, ms. */
  idleSince: number;
  /** When its load began, on the monotonic clock, ms. */
  readonly loadedFrom: number;
}

/** Reading collections by access keys (KEY-3 to KEY-5). */
export interface KeyReads {
  /** What reads came to in this process. */
  readonly tally: KeyTally;
  /** The key, when it lives and is the collection's. Nothing is counted. */
  find(key: string, elementId: string): Promise<FoundRead | null>;
  /** Counts a use now. @returns false when the key has ended meanwhile: it must not be served */
  use(found: FoundRead): Promise<boolean>;
  /** Something changed that this process may remember: a key, a collection or all of a team, by its id. */
  changed(id: string): void;
  /** Writes the uses that were gathered, before anything is judged by what the database knows of them. */
  writeUses(): Promise<void>;
  /** Writes the uses that were gathered. */
  close(): Promise<void>;
}

/** Closer to its end than this, a use is committed before it is answered: it must not be lost (KEY-4). */
const COMMIT_WITHIN_MS = 120_000;
/** Anything else names no collection, and is no value for a query. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** Some 300 bytes each. */
const KEYS = 50_000;
/** What is read when it is this old is loaded anew beside the reads, which go on from memory: none waits for the database. */
const RELOAD_AFTER_MS = KEY_MEMORY_MS * 0.75;
/** More changes than this in a second would make the oldest of them forgotten a moment early: forget all instead. */
const CHANGES = 10_000;

/** Opens them. */
export function createKeyReads(store: Store, log: Pick<Log, 'warn'>): KeyReads {
  const documents = createDocuments();
  const lookUp = createLookUps(store);
  const uses = gatherUses(store, log);
  const known = new LRUCache<string, FoundRead>({ max: KEYS });
  const loading = new Map<string, { readonly from: number; readonly done: Promise<FoundRead | null> }>();
  const changes = new Map<string, number>();
  let lastChange = -Infinity;

  const changedSince = (from: number, id: string): boolean => (changes.get(id) ?? -Infinity) >= from;
  const isFresh = (entry: FoundRead, age: number): boolean =>
    age < KEY_MEMORY_MS &&
    !changedSince(entry.loadedFrom, entry.keyId) &&
    !changedSince(entry.loadedFrom, entry.elementId) &&
    !changedSince(entry.loadedFrom, entry.teamId);

  const load = async (
    slot: string,
    hash: Buffer,
    from: number,
    wanted: string,
  ): Promise<FoundRead | null> => {
    let found = await lookUp({ hash, elementId: wanted, have: documents.versionOf(wanted) });
    let document = found === null ? undefined : documents.get(found.elementId, found.version);
    if (found !== null && document === undefined && found.content === null) {
      // It left the memory for want of room while the look-up was under way.
      found = await lookUp({ hash, elementId: null, have: null });
      document = found === null ? undefined : documents.get(found.elementId, found.version);
    }
    if (found === null || (document === undefined && found.content === null)) {
      known.delete(slot);
      return null;
    }
    const { keyId, teamId, elementId, version, inactivity, content } = found;
    const entry: FoundRead = {
      ...{ keyId, teamId, elementId, version },
      inactivityMs: storedDurationMs(inactivity ?? DEFAULT_POLICY.keyInactivity),
      document: document ?? documents.put(found, content ?? ''),
      idleSince: found.idleSince.getTime(),
      loadedFrom: from,
    };
    known.set(slot, entry);
    return entry;
  };

  /** Loads once for all who ask at the same time; one that began before a change, or too long ago, is not shared. */
  const loaded = (slot: string, hash: Buffer, wanted: string): Promise<FoundRead | null> => {
    const from = performance.now();
    const there = loading.get(slot);
    if (there !== undefined && there.from > lastChange && from - there.from < KEY_MEMORY_MS)
      return there.done;
    const mine = { from, done: load(slot, hash, from, wanted) };
    loading.set(slot, mine);
    const forget = (): void => {
      if (loading.get(slot) === mine) loading.delete(slot);
    };
    mine.done.then(forget, forget);
    return mine.done;
  };

  const endOf = ({ keyId, idleSince, inactivityMs }: FoundRead): number =>
    keyEnd(Math.max(idleSince, uses.latest(keyId)), inactivityMs);
  const now = (): number => store.clock.now().getTime();

  return {
    tally: createKeyTally(),
    find: async (key, elementId) => {
      if (!UUID.test(elementId)) return null;
      const hash = accessKeyHash(key);
      const slot = hash.toString('base64');
      const remembered = known.get(slot);
      let found: FoundRead | null = null;
      // Another process may have used it: that one ended is never answered from memory.
      const age = performance.now() - (remembered?.loadedFrom ?? -Infinity);
      if (remembered !== undefined && isFresh(remembered, age) && now() < endOf(remembered)) {
        found = remembered;
        // Where it fails, the read that comes after the memory's end says so.
        if (age > RELOAD_AFTER_MS) loaded(slot, hash, elementId).catch(() => undefined);
      }
      found ??= await loaded(slot, hash, elementId);
      return found !== null && found.elementId === elementId && now() < endOf(found) ? found : null;
    },
    use: async (found) => {
      const at = now();
      const left = endOf(found) - at;
      if (left > COMMIT_WITHIN_MS) {
        uses.add(found.keyId, at);
        return true;
      }
      if (left <= 0) return false;
      const touched = await store.acrossTeams((tx) => touchKey(tx, found.keyId, new Date(at)));
      if (touched) found.idleSince = Math.max(found.idleSince, at);
      return touched;
    },
    changed: (id) => {
      lastChange = performance.now();
      if (changes.size >= CHANGES) {
        changes.clear();
        known.clear();
      }
      changes.set(id, lastChange);
    },
    writeUses: async () => {
      await uses.write(true);
    },
    close: () => uses.close(),
  };
}
