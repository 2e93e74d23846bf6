import type { Tx } from './database';

/**
 * Inside a team's transaction, works on rows that belong to no team (an account's own things), then turns back to the
 * team: both commit together. When `work` fails the transaction is lost anyway, and the setting with it.
 */
export async function outsideTeams<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  const { rows } = await tx.raw<{ rows: { tenant: string }[] }>(
    `select current_setting('doorlist.tenant') as tenant`,
  );
  await tx.raw(`select set_config('doorlist.tenant', 'none', true)`);
  const done = await work();
  await tx.raw(`select set_config('doorlist.tenant', ?, true)`, [rows[0]?.tenant ?? '']);
  return done;
}
