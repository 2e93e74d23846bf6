import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { databasePlace } from '../../embedded/postgres-binaries';
import { isRunning, markOf } from '../../embedded/processes';
import { eventually } from '../../embedded/tour/eventually';
import { newCopy } from '../support/running-copy';

/** Two cold starts of everything, on a machine that runs other tests beside it. */
const WHOLE_MS = 180_000;

/** Stand where embedded parts would be started, so that only the beginning of a start is run. */
const NO_PARTS = {
  DATABASE_URL: 'postgres://nobody@127.0.0.1:1/nothing',
  TEMPORAL_ADDRESS: '127.0.0.1:1',
  SMTP_URL: 'smtp://127.0.0.1:1',
};

/** The command lines that name a folder, as those of Postgres and of Temporal do. By their ports another copy may listen by then. */
const serversOf = (folder: string): string[] =>
  execFileSync('ps', ['-eww', '-o', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((command) => command.includes(folder));

describe('npm start', () => {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-start-'));
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const attempt = (env: NodeJS.ProcessEnv) =>
    new Promise<{ code: number | null; said: string }>((done) => {
      const child = spawn(process.execPath, ['--import', 'tsx', 'embedded/main.ts'], {
        cwd: resolve(__dirname, '../..'),
        env: { ...process.env, DOORLIST_HOME: home, ...env },
      });
      let said = '';
      const hear = (chunk: Buffer) => (said += chunk.toString('utf8'));
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('close', (code) => done({ code, said: said.trim() }));
    });

  it('refuses a port that is taken, in one line (OPS-1)', async () => {
    const blocker = createServer();
    await new Promise<void>((done) => blocker.listen(0, '127.0.0.1', done));
    const { port } = blocker.address() as AddressInfo;
    expect(await attempt({ PORT: String(port) })).toEqual({
      code: 1,
      said: `Port ${port} is taken: set PORT to another one.`,
    });
    await new Promise((done) => blocker.close(done));
  });

  it('refuses half a Slack configuration by name, and puts no stand-in in its place (OPS-2)', async () => {
    const { code, said } = await attempt({ ...NO_PARTS, SLACK_BOT_TOKEN: 'xoxb-1' });
    expect(code).toBe(1);
    expect(said).toContain('SLACK_SIGNING_SECRET');
    expect(said).not.toContain('xoxb-1');
  });

  it(
    'ends everything that it started before it ends itself (OPS-10)',
    async () => {
      const copy = await newCopy({ DOORLIST_SEED: 'off' });
      try {
        await copy.start();
        const pidFile = join(databasePlace(copy.home).folder, 'data', 'postmaster.pid');
        const postgres = markOf(Number.parseInt(readFileSync(pidFile, 'utf8'), 10));
        expect(isRunning(postgres)).toBe(true);
        expect(serversOf(copy.home)).toContainEqual(expect.stringContaining('temporal server'));
        expect(await copy.stop()).toBe(0);
        expect(isRunning(postgres)).toBe(false);
        expect(serversOf(copy.home)).toEqual([]);
      } finally {
        await copy.discard();
      }
    },
    WHOLE_MS,
  );

  it(
    'ends at once when it is asked to while it still starts (OPS-10)',
    async () => {
      const copy = await newCopy({ DOORLIST_SEED: 'off' });
      try {
        const started = copy.start().then(
          () => 'ready',
          () => 'ended',
        );
        const pidFile = join(databasePlace(copy.home).folder, 'data', 'postmaster.pid');
        const pid = await eventually('the database', () => Promise.resolve(pidIn(pidFile)), WHOLE_MS);
        const postgres = markOf(pid);
        expect(await copy.stop()).toBe(0);
        expect(await started).toBe('ended');
        await eventually('its end', () => Promise.resolve(isRunning(postgres) ? null : true), 10_000);
      } finally {
        await copy.discard();
      }
    },
    WHOLE_MS,
  );
});

function pidIn(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, 'utf8'), 10) || null;
  } catch {
    return null;
  }
}
