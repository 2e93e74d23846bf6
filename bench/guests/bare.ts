import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import { v7 as uuid } from 'uuid';
import type { Crowd } from './crowd';

const PAGE = 1_000;

/** The same deletes and as many chained lines in the audit log, in pages of a thousand, by bare SQL and nothing else. */
export async function removeBare(client: Client, { teamId, ownerId, elementId }: Crowd): Promise<void> {
  let [seq, prevHash] = [0, '0'.repeat(64)];
  await client.query('insert into audit_heads values ($1, 0, $2)', [teamId, prevHash]);
  for (;;) {
    await client.query('begin');
    const { rows } = await client.query<{ user_id: string }>(
      `select user_id from members where team_id = $1 and 'guest' = any (roles) order by user_id limit ${PAGE} for update`,
      [teamId],
    );
    const ids = rows.map((row) => row.user_id);
    for (const table of ['element_roles', 'workspace_roles', 'members']) {
      await client.query(`delete from ${table} where team_id = $1 and user_id = any ($2::uuid[])`, [
        teamId,
        ids,
      ]);
    }
    const lines = ids.map((id) => {
      seq += 1;
      const line = {
        ...{ team_id: teamId, seq, id: uuid(), at: new Date().toISOString() },
        ...{
          actor: { type: 'person', userId: ownerId, name: 'Ada' },
          source: 'api',
          action: 'guest.removed',
        },
        ...{ target_type: 'user', target_id: id, before: { roles: ['guest'], elementIds: [elementId] } },
        ...{ after: { cause: 'workspace_delete' }, request_id: null, prev_hash: prevHash },
      };
      prevHash = createHash('sha256').update(JSON.stringify(line)).digest('hex');
      return { ...line, hash: prevHash };
    });
    await client.query(
      'insert into audit_events select * from json_populate_recordset(null::audit_events, $1)',
      [JSON.stringify(lines)],
    );
    await client.query('update audit_heads set seq = $2, hash = $3 where team_id = $1', [
      teamId,
      seq,
      prevHash,
    ]);
    await client.query('commit');
    if (ids.length < PAGE) return;
  }
}
