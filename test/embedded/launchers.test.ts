import { execFile, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { openHome } from '../../embedded/home';
import { keptPorts } from '../../embedded/ports';
import { startPostgres } from '../../embedded/postgres';
import { isRunning, markOf } from '../../embedded/processes';
import { keptSecret } from '../../embedded/secrets';
import { eventually } from '../../embedded/tour/eventually';
import { tether } from '../../embedded/tether';

const run = promisify(execFile);

describe('the launchers of the embedded side', () => {
  let home: string;

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'doorlist-launch-'));
    // As root the database runs as another user, who has to get in.
    chmodSync(home, 0o755);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('end a tethered child when asked, and say its last words (OPS-1)', async () => {
    const sign = join(home, 'it-began');
    const args = ['-c', 'echo began; : > "$0"; exec sleep 60', sign];
    const child = tether({ command: 'sh', args, stopSignal: 'TERM' });
    const mark = markOf(child.pid);
    expect(isRunning(mark)).toBe(true);
    await eventually('its first words', () => Promise.resolve(existsSync(sign) || null), 10_000);
    await child.stop();
    expect(isRunning(mark)).toBe(false);
    expect(await child.exited).toContain('began');
  });

  it('leave no child behind when their process is killed outright (OPS-1)', async () => {
    const file = resolve(__dirname, '../../embedded/tether');
    const script = `const { tether } = require(${JSON.stringify(file)});
      const child = tether({ command: 'sh', args: ['-c', 'echo $$; exec sleep 300'], stopSignal: 'TERM' });
      process.stdout.write(String(child.pid) + '\\n'); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--import', 'tsx', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((done) =>
      parent.stdout.once('data', (chunk: Buffer) => done(Number(String(chunk)))),
    );
    const mark = markOf(pid);
    expect(isRunning(mark)).toBe(true);
    parent.kill('SIGKILL');
    await eventually('the end of the child', () => Promise.resolve(isRunning(mark) ? null : true), 10_000);
  });

  it('keep what a database took, over a stop and a start (OPS-1)', async () => {
    const ask = async (url: string, sql: string) => {
      const client = new Client({ connectionString: url });
      await client.connect();
      const answer = await client.query<{ n: number }>(sql);
      await client.end();
      return answer.rows;
    };
    const first = await startPostgres({ home });
    await ask(first.url, 'create table kept as select 42 as n');
    await first.stop();
    const second = await startPostgres({ home });
    expect(await ask(second.url, 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('let one copy at a time have a state folder, and say which has it (OPS-1)', () => {
    const mine = openHome(home);
    expect(() => openHome(home)).toThrow(`process ${process.pid}`);
    mine.release();
    openHome(home).release();
  });

  it('take a part’s usual port, another where it is taken, and the same again later (OPS-1)', async () => {
    const blocker = createServer();
    const usual = await new Promise<number>((done) =>
      blocker.listen(0, '127.0.0.1', () => done((blocker.address() as { port: number }).port)),
    );
    const taken = await keptPorts(home).take('part', usual);
    expect(taken).not.toBe(usual);
    await new Promise((done) => blocker.close(done));
    expect(await keptPorts(home).take('part', usual)).toBe(taken);
  });

  it('draw ports that no outgoing connection takes, and none twice, whichever process draws (OPS-1)', async () => {
    const script = `
      const { freePort } = require('./embedded/ports.ts');
      Promise.all(Array.from({ length: 100 }, freePort)).then((ports) => console.log(JSON.stringify(ports)));`;
    const draw = async (): Promise<number[]> => {
      const { stdout } = await run(process.execPath, ['--import', 'tsx', '--eval', script]);
      return JSON.parse(stdout) as number[];
    };
    const ports = (await Promise.all([draw(), draw()])).flat();
    expect(new Set(ports).size).toBe(200);
    expect(Math.max(...ports)).toBeLessThan(32_768);
  });

  it('make a secret once (OPS-2)', () => {
    const file = join(home, 'secret');
    const made = keptSecret(file);
    expect(made.length).toBeGreaterThanOrEqual(32);
    expect(keptSecret(file)).toBe(made);
  });
});
