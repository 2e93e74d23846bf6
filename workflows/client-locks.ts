import { Mutex, withTimeout, type MutexInterface } from 'async-mutex';

/**
 * Runs work under a lock of its key; a lock that nobody waits for is forgotten.
 * @param waitMs how long work waits for its turn
 * @param tooLate makes what it is rejected with past that
 */
export function keyedLocks(
  waitMs: number,
  tooLate: () => Error,
): <T>(key: string, work: () => Promise<T>) => Promise<T> {
  const locks = new Map<string, { mutex: MutexInterface; users: number }>();
  return async (key, work) => {
    const lock = locks.get(key) ?? { mutex: withTimeout(new Mutex(), waitMs, tooLate()), users: 0 };
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
