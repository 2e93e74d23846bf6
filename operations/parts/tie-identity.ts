import { appendAudit } from '../../store/audit';
import type { Tx } from '../../store/database';
import { SsoIdentity } from '../../store/models';

/** Somebody at a team's issuer: `sub` is theirs there for good. */
export interface IssuerSubject {
  readonly teamId: string;
  readonly issuer: string;
  readonly subject: string;
}

/** Ties a subject to an account; what either was tied to at this issuer before no longer holds (TEAM-7). */
export async function tieIdentity(
  tx: Tx,
  { teamId, issuer, subject }: IssuerSubject,
  to: { readonly userId: string; readonly requestId: string; readonly asOf: Date },
): Promise<void> {
  const { userId, requestId, asOf } = to;
  await SsoIdentity.query(tx)
    .where({ teamId, issuer })
    .where((by) => void by.where({ subject }).orWhere({ userId }))
    .delete();
  await SsoIdentity.query(tx).insert({ teamId, issuer, subject, userId, tiedAt: asOf });
  const cause = { actor: { type: 'person', userId }, source: 'web', requestId, asOf } as const;
  await appendAudit(tx, teamId, cause, [
    { action: 'user.sso_linked', target: { type: 'user', id: userId }, after: { issuer } },
  ]);
}
