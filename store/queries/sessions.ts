import type { Tx } from '../database';
import { idAfter, pageOf, type Page, type PageRequest } from './page';

/** A browser in which somebody is signed in. */
export interface SignedInBrowser {
  readonly id: string;
  readonly signedInAt: Date;
  readonly expiresAt: Date;
  /** What the browser says it is; may be empty. */
  readonly agent: string;
  /** The team that it is confined to, since the team's issuer signed the person in; null for a mailed link. */
  readonly ssoTeamId: string | null;
}

/** Whose sessions, and for a session that is confined to a team, that team's alone (TEAM-7). */
export interface SessionOwner {
  readonly userId: string;
  readonly ssoTeamId: string | null;
}

const OWNED = `sess->>'userId' = :userId and (:ssoTeamId::text is null or sess->>'ssoTeamId' = :ssoTeamId::text)`;

interface Found {
  id: string;
  signed_in_at: string;
  expire: Date;
  agent: string | null;
  sso_team_id: string | null;
}

/** A person's sessions that have not ended, newest first (WEB-1). */
export async function listSessions(
  tx: Tx,
  owner: SessionOwner,
  asOf: Date,
  page: PageRequest,
): Promise<Page<SignedInBrowser>> {
  const { rows } = await tx.raw<{ rows: Found[] }>(
    `select sess->>'handle' as id, sess->>'signedInAt' as signed_in_at, expire at time zone current_setting('TimeZone') as expire,
            sess->>'agent' as agent, sess->>'ssoTeamId' as sso_team_id
       from session
      where ${OWNED} and sess->>'handle' is not null and expire > (:asOf::timestamptz)::timestamp
        and (:after::text is null or sess->>'handle' < :after::text)
      order by sess->>'handle' desc limit :limit`,
    { ...owner, asOf, after: idAfter(page), limit: page.limit + 1 },
  );
  const browsers = rows.map((row) => ({
    id: row.id,
    signedInAt: new Date(row.signed_in_at),
    expiresAt: row.expire,
    agent: row.agent ?? '',
    ssoTeamId: row.sso_team_id,
  }));
  return pageOf(browsers, page.limit, ({ id }) => id);
}

/** Signs a browser out from anywhere (WEB-1). @returns whether there was one */
export async function endSession(tx: Tx, owner: SessionOwner, id: string): Promise<boolean> {
  const { rowCount } = await tx.raw<{ rowCount: number }>(
    `delete from session where ${OWNED} and sess->>'handle' = :id`,
    {
      ...owner,
      id,
    },
  );
  return rowCount > 0;
}
