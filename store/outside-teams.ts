import type { Tx } from './database';

/**
 * Inside one transaction, works on rows that belong to no team (an account's own things), then turns back: both commit
 * together. When `work` fails the transaction is lost anyway, and the setting with it.
 */
export function outsideTeams<T>(tx: Tx, work: () => Promise<T>): Promise<T> {
  return turnedTo(tx, null, work);
}

/** As {@link outsideTeams}, for rows of another team; null: of none. The caller checks the right to be there. */
export async function turnedTo<T>(tx: Tx, teamId: string | null, work: () => Promise<T>): Promise<T> {
  const { rows } = await tx.raw<{ rows: { tenant: string }[] }>(
    `select current_setting('doorlist.tenant') as tenant`,
  );
  await tx.raw(`select set_config('doorlist.tenant', ?, true)`, [teamId ?? 'none']);
  const done = await work();
  await tx.raw(`select set_config('doorlist.tenant', ?, true)`, [rows[0]?.tenant ?? '']);
  return done;
}
