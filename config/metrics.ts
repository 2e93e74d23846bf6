import { timingSafeEqual } from 'node:crypto';
import { Gauge, Registry } from 'prom-client';
import { isFarOff } from './clock-watch';

/** How far a process's clock is from the database's (OPS-9), for any process that answers `GET /metrics`. */
export function clockMetrics(clock: { offsetMs(): number }): Registry {
  const registry = new Registry();
  const registers = [registry];
  new Gauge({
    ...{ registers, name: 'doorlist_clock_offset_seconds' },
    help: 'How far the database is ahead of this process’s clock',
    collect() {
      this.set(clock.offsetMs() / 1_000);
    },
  });
  new Gauge({
    ...{ registers, name: 'doorlist_clock_far_off' },
    help: '1 while this process’s clock is more than five seconds away from the database’s',
    collect() {
      this.set(isFarOff(clock.offsetMs()) ? 1 : 0);
    },
  });
  return registry;
}

/** Whether a caller may read the metrics: anybody, unless a token is set, which has to come as a bearer's. */
export function mayReadMetrics(token: string | null, authorization: string | undefined): boolean {
  if (token === null) return true;
  const [given, wanted] = [Buffer.from(authorization ?? ''), Buffer.from(`Bearer ${token}`)];
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
