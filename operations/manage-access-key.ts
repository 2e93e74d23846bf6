import { mayKeepKey, mayRevokeKey, maySeeKey, type KeyStanding } from '../domain/access-key';
import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { AccessKey } from '../store/models';
import { elementRoleOf, findElement, teamRolesOf, workspaceRoleOf } from '../store/queries/access';
import { shownKey, type ListedKey } from '../store/queries/access-keys';
import { touchKey } from '../store/queries/key-uses';
import { lockTeam } from '../store/queries/seats';
import { forbidden, notFound, personOf, requirePerson, requireTeamAdmin } from './parts/caller-rights';
import { auditableKey, endOverdueKeys, keyEndedLine } from './parts/end-keys';

/** A key and its team. */
export interface KeyRef {
  readonly keyId: string;
  readonly teamId: string;
}

/**
 * Revokes a key for good (KEY-5); one that ended already stays as it ended.
 * @throws {Refusal} `not_found` to guests and strangers; `forbidden` to whom the table gives no right
 */
export async function revokeAccessKey(store: Store, cause: Cause, { keyId, teamId }: KeyRef): Promise<void> {
  await store.inTeam(teamId, async (tx) => {
    const key = await seenKey(tx, cause, keyId, mayRevokeKey, REVOKERS);
    if (key.endedAt !== null) return;
    const end = { endedAt: cause.asOf, endReason: 'revoked', endedBy: personOf(cause.actor) } as const;
    const ended = await AccessKey.query(tx).patchAndFetchById(keyId, end);
    await appendAudit(tx, teamId, cause, [keyEndedLine(ended, 'revoked')]);
  });
}

/**
 * Keeps a key from ending: counts as a use now (KEY-4).
 * @throws {Refusal} as {@link revokeAccessKey}; `expired` past its end, `conflict` when it was revoked
 */
export async function keepAccessKey(
  store: Store,
  cause: Cause,
  { keyId, teamId }: KeyRef,
): Promise<ListedKey> {
  return store.inTeam(teamId, async (tx) => {
    const key = await seenKey(tx, cause, keyId, mayKeepKey, KEEPERS);
    if (key.endReason !== null && key.endReason !== 'expired') {
      throw new Refusal('conflict', 'The key was revoked: make a new one.');
    }
    if (!(await touchKey(tx, keyId, cause.asOf))) {
      throw new Refusal('expired', 'The key ended, and an ended key stays so: make a new one.');
    }
    const after = await shownKey(tx, key, cause.asOf);
    await appendAudit(tx, teamId, cause, [
      {
        action: 'collection_access_key.kept',
        target: { type: 'access_key', id: keyId },
        before: { ...auditableKey(key), lastUsedAt: key.lastUsedAt?.toISOString() ?? null },
        after: { lastUsedAt: cause.asOf.toISOString(), expiresAt: after.end.toISOString() },
      },
    ]);
    return after;
  });
}

/**
 * Revokes every living key of a team (KEY-5).
 * @returns how many there were
 * @throws {Refusal} `not_found` to strangers, `forbidden` to all but Admins and the operator
 */
export async function revokeAllAccessKeys(store: Store, cause: Cause, teamId: string): Promise<number> {
  return store.inTeam(teamId, async (tx) => {
    await requireTeamAdmin(tx, teamId, cause.actor);
    // Whoever makes a key holds it: none is made between this look and the commit.
    await lockTeam(tx, teamId);
    const overdue = await endOverdueKeys(tx, { teamId, asOf: cause.asOf });
    const revoked = await AccessKey.query(tx)
      .where({ teamId })
      .whereNull('endedAt')
      .patch({ endedAt: cause.asOf, endReason: 'revoked', endedBy: personOf(cause.actor) })
      .returning('*');
    await appendAudit(tx, teamId, cause, [
      ...overdue.map((key) => keyEndedLine(key, 'expired')),
      ...revoked.map((key) => keyEndedLine(key, 'revoked')),
    ]);
    return revoked.length;
  });
}

const REVOKERS =
  'Its creator, an Editor of the collection, an Admin of the workspace, or a Team Admin, Super Admin or Community Manager could revoke it.';
const KEEPERS = 'Its creator, an Editor of the collection, or a Team Admin could keep it.';

/** Locks a key for whoever may do something with it. */
async function seenKey(
  tx: Tx,
  { actor }: Cause,
  keyId: string,
  may: (by: KeyStanding) => boolean,
  who: string,
): Promise<AccessKey> {
  const userId = requirePerson(actor);
  const key = await AccessKey.query(tx).findById(keyId).forNoKeyUpdate();
  if (key === undefined) throw notFound('access key');
  const placed = await findElement(tx, key.elementId);
  const standing = {
    isCreator: key.createdBy === userId,
    teamRoles: await teamRolesOf(tx, key.teamId, userId),
    elementRole: placed === null ? null : await elementRoleOf(tx, placed, userId),
    workspaceRole: placed === null ? null : await workspaceRoleOf(tx, placed.workspace, userId),
  };
  if (!maySeeKey(standing)) throw notFound('access key');
  if (!may(standing)) throw forbidden(who);
  return key;
}
