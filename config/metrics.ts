import { Gauge, Registry } from 'prom-client';
import { bearerToken, isSameSecret } from './bearer';
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
  return token === null || isSameSecret(bearerToken(authorization) ?? '', token);
}
