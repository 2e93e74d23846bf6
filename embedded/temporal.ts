import { join } from 'node:path';
import { NAMESPACE, untilPrepared } from './temporal-namespace';
import { temporalCli } from './temporal-programs';
import { tether } from './tether';

/** A running Temporal dev server of our own. */
export interface Temporal {
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl: string;
  /** How its program was come by. */
  readonly way: string;
  /** Resolves with its last words when it ends by itself or is stopped. */
  readonly exited: Promise<string>;
  stop(): Promise<void>;
}

/** How to run it. */
export interface TemporalOptions {
  /** Where its database lies; null: it forgets all at its end. */
  readonly home: string | null;
  readonly port: number;
  readonly uiPort: number;
  /** Further dynamic configuration, `key=value`. */
  readonly dynamicConfig?: readonly string[];
}

/**
 * Starts the dev server with its UI on loopback, with our search attributes and a month's retention.
 * @throws Error when no CLI is to be had, or with the server's own words when it does not come up
 */
export async function startTemporal(options: TemporalOptions): Promise<Temporal> {
  const { home, port, uiPort, dynamicConfig = [] } = options;
  const { path, way } = await temporalCli();
  // A search attribute that was just registered is known at once, not only when a cache expires.
  const config = ['system.forceSearchAttributesCacheRefreshOnRead=true', ...dynamicConfig];
  const child = tether({
    command: path,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--namespace', NAMESPACE, '--log-level', 'error'],
      ...(home === null ? [] : ['--db-filename', join(home, 'temporal.db')]),
      ...config.flatMap((value) => ['--dynamic-config-value', value]),
    ],
    stopSignal: 'TERM',
  });
  const address = `127.0.0.1:${port}`;
  await untilPrepared(child, address, 'Temporal');
  return {
    address,
    namespace: NAMESPACE,
    uiUrl: `http://127.0.0.1:${uiPort}`,
    way,
    exited: child.exited,
    stop: () => child.stop(),
  };
}
