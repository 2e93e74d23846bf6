import { keyTail } from '../domain/access-key';
import type { Cause } from '../domain/actor';
import { mayShare } from '../domain/inviting';
import { policyOf } from '../domain/policy';
import { Refusal } from '../domain/refusal';
import { whoInTeam } from '../domain/who-could';
import { appendAudit } from '../store/audit';
import type { Store, Tx } from '../store/database';
import { AccessKey } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { shownKey, type ListedKey } from '../store/queries/access-keys';
import { lockTeam } from '../store/queries/seats';
import { newestVersion } from '../store/queries/workspaces';
import { findSecrets, type SecretFinding } from './documents/find-secrets';
import { accessKeyHash, makeAccessKey } from './parts/access-key-secret';
import { forbidden, requirePerson } from './parts/caller-rights';
import { auditableKey } from './parts/end-keys';
import { seeElement } from './parts/seen';

/** A key to make. */
export interface NewAccessKey {
  readonly id: string;
  readonly elementId: string;
  readonly teamId: string | null;
  readonly name: string | null;
}

/** A key that was made. `secret` is null when the same call made it before: it is shown once. */
export interface MadeAccessKey {
  readonly listed: ListedKey;
  readonly secret: string | null;
  /** Where the collection seems to hold secrets that the key would open (KEY-2). */
  readonly findings: readonly SecretFinding[];
}

/**
 * Makes an access key of a collection (KEY-1, KEY-2), for whoever may share it.
 * @throws {Refusal} `not_found`; `forbidden` to guests and strangers, and to everybody where the team's policy blocks new
 * keys; `conflict` for an API or environment, and outside teams
 */
export async function createAccessKey(
  store: Store,
  cause: Cause,
  input: NewAccessKey,
): Promise<MadeAccessKey> {
  const { teamId } = input;
  const { content, ...made } = await store.inTeam(teamId, (tx) => make(tx, cause, input));
  // After the commit: searching a document of ten megabytes must not hold the team's lock.
  return { ...made, findings: await findSecrets(content) };
}

async function make(
  tx: Tx,
  cause: Cause,
  { id, elementId, teamId, name }: NewAccessKey,
): Promise<Omit<MadeAccessKey, 'findings'> & { readonly content: string }> {
  const userId = requirePerson(cause.actor);
  if (teamId === null) {
    await seeElement(tx, elementId, cause.actor);
    throw new Refusal(
      'conflict',
      'The collection belongs to no team: move it into a team’s workspace first.',
    );
  }
  // Deletions and changes of policy take it, too: a key is made before one of them or after it, never beside it.
  const team = await lockTeam(tx, teamId);
  const { element } = await seeElement(tx, elementId, cause.actor);
  if (!mayShare(await teamRolesOf(tx, teamId, userId))) {
    throw forbidden(whoInTeam('share'));
  }
  if (element.type !== 'collection') throw new Refusal('conflict', 'Collections alone have access keys.');
  const { content } = await newestVersion(tx, element);
  const there = await AccessKey.query(tx).findById(id);
  if (there !== undefined) return { listed: await shownKey(tx, there, cause.asOf), secret: null, content };
  if (policyOf(team.policy).keyCreation === 'blocked') {
    throw forbidden('The team’s policy blocks new access keys; a Team Admin could allow them.');
  }
  const secret = makeAccessKey();
  const key = await AccessKey.query(tx)
    .insert({
      ...{ id, teamId, elementId, name },
      hash: accessKeyHash(secret),
      tail: keyTail(secret),
      createdBy: userId,
      createdAt: cause.asOf,
      idleSince: cause.asOf,
    })
    .returning('*');
  await appendAudit(tx, teamId, cause, [
    { action: 'collection_access_key.created', target: { type: 'access_key', id }, after: auditableKey(key) },
  ]);
  return { listed: await shownKey(tx, key, cause.asOf), secret, content };
}
