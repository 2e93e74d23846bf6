import { join } from 'node:path';
import { cached, onPath, run } from './cache';
import { StartError, messageOf } from './start-error';

/** The release of Temporal's server that is built: the one that the SDK in package.json was tried with. */
export const SERVER_VERSION = '1.32.0';

const MODULE = 'go.temporal.io/server';
/** Some hundred Go packages, compiled once: four minutes on two idle cores, many more on busy ones. */
const BUILD_WITHIN_MS = 2_700_000;

/** Temporal's server and the tool that makes its tables. */
export interface ServerPrograms {
  readonly server: string;
  readonly sqlTool: string;
}

/**
 * Temporal's server, from the cache or built there with Go.
 * @param told hears that it is being built, which takes minutes
 * @throws {StartError} where Go lacks, or its own last word when it cannot build
 */
export async function temporalServerPrograms(told: (line: string) => void): Promise<ServerPrograms> {
  const folder = await cached(`temporal-server-${SERVER_VERSION}`, async (half) => {
    const go = onPath('go');
    if (go === null) {
      throw new StartError(
        `Temporal's server ${SERVER_VERSION} is built with Go, and there is none on PATH: install Go 1.26.8 or newer (https://go.dev/dl).`,
      );
    }
    told(`Building Temporal's server ${SERVER_VERSION} with ${go}: once, some minutes.`);
    const targets = ['cmd/server', 'cmd/tools/sql'].map((path) => `${MODULE}/${path}@v${SERVER_VERSION}`);
    const env = { ...process.env, GOBIN: half };
    await run(go, ['install', ...targets], BUILD_WITHIN_MS, env).catch((error: unknown) => {
      throw new StartError(`Temporal's server could not be built: ${messageOf(error)}`);
    });
  });
  return { server: join(folder, 'server'), sqlTool: join(folder, 'sql') };
}
