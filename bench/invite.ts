import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { report } from './invite/report';
import { run, type Plan } from './invite/run';
import { startServers } from './invite/servers';
import { surroundings, writeResult } from './results';

/** Enough flows that most of a turn has all lanes full; some minutes on two cores that do nothing else. */
const PLAN: Plan = { rounds: 3, flows: 100, parallel: 50, teams: 5 };
const SHORT: Plan = { rounds: 1, flows: 50, parallel: 50, teams: 5 };

/** The invite flow from request to applied on a Temporal server on Postgres, beside a bare flow with the same hops. */
export async function invite(isShort: boolean): Promise<void> {
  const plan = isShort ? SHORT : PLAN;
  const home = mkdtempSync(join(tmpdir(), 'doorlist-bench-'));
  // As root the database runs as another user, who has to get in.
  chmodSync(home, 0o755);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const servers = await startServers(home, say);
  try {
    const where = surroundings(servers.postgres);
    writeResult(where, report(await run(servers, plan, say), plan), isShort);
  } finally {
    await servers.stop();
    rmSync(home, { recursive: true, force: true });
  }
}
