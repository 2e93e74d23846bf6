import { createHash, randomUUID } from 'node:crypto';
import type { Client } from 'pg';

const BATCH = 1_000;

/**
 * The least that marks a team's keys which are past their end and says so in the same chained audit log: a loop of plain SQL.
 * @returns how many there were
 */
export async function bareSweep(client: Client, teamId: string, now: Date): Promise<number> {
  let done = 0;
  for (;;) {
    await client.query('begin');
    const { rows } = await client.query<{ id: string }>(
      `update access_keys set ended_at = idle_since + interval '60 days', end_reason = 'expired'
        where id in (select id from access_keys where team_id = $1 and ended_at is null
                        and idle_since <= $2::timestamptz - interval '60 days' order by idle_since limit $3)
        returning id`,
      [teamId, now, BATCH],
    );
    if (rows.length > 0) await chain(client, teamId, now, rows);
    await client.query('commit');
    done += rows.length;
    if (rows.length < BATCH) return done;
  }
}

async function chain(
  client: Client,
  teamId: string,
  now: Date,
  keys: readonly { id: string }[],
): Promise<void> {
  await client.query(
    `insert into audit_heads (team_id, seq, hash) values ($1, 0, $2) on conflict (team_id) do nothing`,
    [teamId, '0'.repeat(64)],
  );
  const head = await client.query<{ seq: string; hash: string }>(
    'select seq, hash from audit_heads where team_id = $1 for no key update',
    [teamId],
  );
  let [seq, prevHash] = [Number(head.rows[0]?.seq), head.rows[0]?.hash ?? ''];
  const links = keys.map(({ id }) => {
    seq += 1;
    const link = { id: randomUUID(), seq, target: id, prevHash };
    prevHash = createHash('sha256').update(JSON.stringify(link)).digest('hex');
    return { ...link, hash: prevHash };
  });
  await client.query(
    `insert into audit_events (team_id, seq, id, at, actor, source, action, target_type, target_id, prev_hash, hash)
     select $1, seq, id, $2, '{"type":"rule","name":"key_inactivity"}', 'timer', 'collection_access_key.expired',
            'access_key', target, prev, hash
       from unnest($3::bigint[], $4::uuid[], $5::uuid[], $6::text[], $7::text[]) as l (seq, id, target, prev, hash)`,
    [
      ...[teamId, now, links.map((link) => link.seq), links.map(({ id }) => id)],
      ...[
        links.map(({ target }) => target),
        links.map((link) => link.prevHash),
        links.map(({ hash }) => hash),
      ],
    ],
  );
  await client.query('update audit_heads set seq = $2, hash = $3 where team_id = $1', [
    teamId,
    seq,
    prevHash,
  ]);
}
