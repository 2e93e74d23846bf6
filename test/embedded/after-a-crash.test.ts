import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { startPostgres, type Postgres } from '../../embedded/postgres';
import { databasePlace } from '../../embedded/postgres-binaries';

const ask = async (postgres: Postgres, sql: string): Promise<unknown[]> => {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
};

describe('the embedded Postgres', () => {
  let home: string;
  const pidFile = () => join(databasePlace(home).folder, 'data', 'postmaster.pid');

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'doorlist-crash-'));
    // As root the database runs as another user, who has to get in.
    chmodSync(home, 0o755);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('has all that it committed after it was killed outright (OPS-1)', async () => {
    const first = await startPostgres({ home });
    await ask(first, 'create table kept as select 42 as n');
    process.kill(Number.parseInt(readFileSync(pidFile(), 'utf8'), 10), 'SIGKILL');
    await first.exited;
    const second = await startPostgres({ home });
    expect(await ask(second, 'select n from kept')).toEqual([{ n: 42 }]);
    await second.stop();
  });

  it('starts when the id that a crash left behind is another program’s by now (OPS-1)', async () => {
    await (await startPostgres({ home })).stop();
    // Under the database's own user: Postgres does not mind the programs of others.
    const other = spawn('sleep', ['60'], { cwd: '/', ...databasePlace(home).user });
    writeFileSync(
      pidFile(),
      `${other.pid}\n${join(databasePlace(home).folder, 'data')}\n1\n5433\n\n127.0.0.1\n`,
    );
    try {
      await (await startPostgres({ home })).stop();
      expect(other.exitCode).toBeNull();
    } finally {
      other.kill();
    }
  });

  it('says at once that the kept password is not the database’s (OPS-1)', async () => {
    await (await startPostgres({ home })).stop();
    writeFileSync(join(home, 'postgres.password'), 'another');
    await expect(startPostgres({ home })).rejects.toThrow('postgres.password');
  });

  it('says that its port is taken where another database answers there (OPS-1)', async () => {
    const other = mkdtempSync(join(tmpdir(), 'doorlist-other-'));
    chmodSync(other, 0o755);
    const there = await startPostgres({ home: other });
    try {
      await expect(startPostgres({ home, port: there.port })).rejects.toThrow('in use');
    } finally {
      await there.stop();
      rmSync(other, { recursive: true, force: true });
    }
  });
});
