import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

describe('npm run temporal:postgres', () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'doorlist-temporal-'));
    // As root the database runs as another user, who has to get in.
    chmodSync(home, 0o755);
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it('says in one line that it takes Go, where there is none, and leaves nothing running (OPS-2)', () => {
    const done = spawnSync(process.execPath, ['--import', 'tsx', 'embedded/temporal-postgres.ts'], {
      cwd: resolve(__dirname, '../..'),
      // Nothing built before, and no Go to build with.
      env: {
        PATH: '/bin',
        HOME: home,
        XDG_CACHE_HOME: join(home, 'cache'),
        DOORLIST_HOME: join(home, 'state'),
      },
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(done.stderr).toMatch(
      /^Temporal's server 1\.32\.0 is built with Go, and there is none on PATH: .*\n$/,
    );
    expect(done.status).toBe(1);
  }, 60_000);
});
