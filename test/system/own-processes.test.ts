import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createLogger } from '../../config/log';
import { startParts, type EmbeddedParts } from '../../embedded/parts';
import { freePort, keptPorts } from '../../embedded/ports';
import { eventually } from '../../embedded/tour/eventually';
import { tour, type Step } from '../../embedded/tour/steps';
import { seedWorld } from '../../embedded/world/seed';
import { metricsOf } from '../support/metrics';

/** As an installation sets it. */
const OPERATOR_TOKEN = 'an-operator-token-of-some-length';

describe('the roles, each in a process of its own', () => {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-roles-'));
  // As root the database runs as another user, who has to get in.
  chmodSync(home, 0o755);
  const children: ChildProcess[] = [];
  let parts: EmbeddedParts;
  let apiUrl: string;
  /** Where each of them says how it does. */
  let measuring: readonly string[];
  let env: NodeJS.ProcessEnv;

  const start = (main: string, more: NodeJS.ProcessEnv = {}): ChildProcess => {
    const child = spawn(process.execPath, ['--import', 'tsx', main], {
      cwd: resolve(__dirname, '../..'),
      env: { ...env, NODE_ENV: 'production', ...more },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    children.push(child);
    return child;
  };
  const ended = (child: ChildProcess): Promise<number | null> =>
    new Promise((done) => {
      if (child.exitCode !== null || child.signalCode !== null) done(child.exitCode);
      else child.once('exit', (code) => done(code));
    });
  const ready = (url: string) =>
    eventually(
      url,
      () =>
        fetch(url).then(
          ({ ok }) => (ok ? true : null),
          () => null,
        ),
      60_000,
    );

  beforeAll(async () => {
    const [apiPort, botPort, workerPort] = [await freePort(), await freePort(), await freePort()];
    apiUrl = `http://127.0.0.1:${apiPort}`;
    // The stand-in sends its callbacks to the bot, as a proxy in front of both would.
    parts = await startParts(
      { ...process.env, DOORLIST_OPERATOR_TOKEN: OPERATOR_TOKEN, PUBLIC_URL: apiUrl },
      ...([home, keptPorts(home), botPort, createLogger('test', 'silent')] as const),
    );
    env = parts.env;
    expect(await ended(start('migrations/cli.ts'))).toBe(0);
    start('api/main.ts', { PORT: String(apiPort) });
    start('bot/main.ts', { PORT: String(botPort) });
    start('workers/main.ts', { WORKER_METRICS_ADDRESS: `127.0.0.1:${workerPort}` });
    measuring = [apiPort, botPort, workerPort].map((port) => `http://127.0.0.1:${port}`);
    await ready(`${apiUrl}/readyz`);
    const standIn = parts.slack;
    if (standIn === null) throw new Error('no stand-in');
    await seedWorld({
      publicUrl: apiUrl,
      operatorToken: OPERATOR_TOKEN,
      slack: { teamId: standIn.teamId, control: standIn.control },
      issuer: null,
      exampleApiUrl: 'http://127.0.0.1:1',
    });
  }, 120_000);
  afterAll(async () => {
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map(ended));
    await parts.stop();
    rmSync(home, { recursive: true, force: true });
  }, 60_000);

  it('say each how far its clock is from the database’s (OPS-9)', async () => {
    for (const url of measuring) {
      await ready(`${url}/metrics`);
      const found = await eventually('the clock of ' + url, async () => {
        const offset = [...(await metricsOf(url))].find(([name]) =>
          name.startsWith('doorlist_clock_offset_seconds'),
        );
        return offset ?? null;
      });
      expect(Math.abs(found[1])).toBeLessThan(5);
    }
    // Temporal's own figures of the worker stand beside it.
    const names = [...(await metricsOf(measuring[2] ?? '')).keys()].map((name) => name.split('{')[0]);
    expect(names).toContain('temporal_request');
  });

  it('do the main job together, and end in good order when asked (OPS-2, OPS-10)', async () => {
    const places = {
      publicUrl: apiUrl,
      mailUrl: parts.mailUrl ?? '',
      slackUrl: parts.slack?.webUrl ?? '',
      operatorToken: OPERATOR_TOKEN,
    };
    const steps: Step[] = [];
    for await (const step of tour(places)) steps.push(step);
    expect(steps.at(-1)?.what).toContain('events verifies');

    const running = children.filter((child) => child.exitCode === null);
    expect(running).toHaveLength(3);
    for (const child of running) child.kill('SIGTERM');
    expect(await Promise.all(running.map(ended))).toEqual([0, 0, 0]);
  }, 120_000);
});
