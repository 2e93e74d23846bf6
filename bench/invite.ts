import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './invite/run';
import { startServers } from './invite/servers';

/** See the report for what is compared. */
export async function invite(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'doorlist-bench-'));
  chmodSync(home, 0o755);
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const servers = await startServers(home, say);
  try {
    const n = (name: string, usual: number) => Number(process.env[name] ?? usual);
    const rounds = await run(
      servers,
      { rounds: n('ROUNDS', 3), flows: n('FLOWS', 150), parallel: n('PAR', 50), teams: n('TEAMS', 5) },
      say,
    );
    say(JSON.stringify(rounds, null, 1));
  } finally {
    await servers.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
