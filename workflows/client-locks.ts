import { Mutex } from 'async-mutex';

/** Runs work under a lock of its key; a lock that nobody waits for is forgotten. */
export function keyedLocks(): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const locks = new Map<string, { mutex: Mutex; users: number }>();
  return async (key, work) => {
    const lock = locks.get(key) ?? { mutex: new Mutex(), users: 0 };
    locks.set(key, lock);
    lock.users += 1;
    try {
      return await lock.mutex.runExclusive(work);
    } finally {
      lock.users -= 1;
      if (lock.users === 0) locks.delete(key);
    }
  };
}
