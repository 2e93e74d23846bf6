import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cacheFolder } from '../../embedded/cache';
import { databasePlace } from '../../embedded/postgres-binaries';

describe('the places of the embedded side', () => {
  let home: string;
  const cacheHome = process.env['XDG_CACHE_HOME'];

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'doorlist-places-'));
  });
  afterEach(() => {
    rmSync(home, { recursive: true, force: true });
    if (cacheHome === undefined) delete process.env['XDG_CACHE_HOME'];
    else process.env['XDG_CACHE_HOME'] = cacheHome;
  });

  it('include a cache for users whose own folder cannot be written (OPS-1)', () => {
    process.env['XDG_CACHE_HOME'] = home;
    expect(cacheFolder()).toBe(join(home, 'doorlist'));
    writeFileSync(join(home, 'no-folder'), '');
    process.env['XDG_CACHE_HOME'] = join(home, 'no-folder');
    expect(dirname(cacheFolder())).toBe(tmpdir());
  });

  it('put the database where its own user gets in, and begin anew with a new state folder (OPS-1)', () => {
    // As mkdtemp made it, nobody but its owner gets in.
    const first = databasePlace(home);
    if (first.user === null) {
      expect(first.folder).toBe(join(home, 'postgres'));
      return;
    }
    expect(first.folder.startsWith('/var/lib/doorlist/')).toBe(true);
    expect(databasePlace(home)).toEqual(first);
    rmSync(home, { recursive: true });
    mkdirSync(home, { mode: 0o700 });
    const second = databasePlace(home);
    expect(second.folder).not.toBe(first.folder);
    for (const { folder } of [first, second]) rmSync(dirname(folder), { recursive: true });
    chmodSync(home, 0o755);
    expect(databasePlace(home).folder).toBe(join(home, 'postgres'));
  });
});
