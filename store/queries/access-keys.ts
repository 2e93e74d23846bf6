import type { KeyState } from '../../domain/access-key';
import type { Actor } from '../../domain/actor';
import type { Tx } from '../database';
import { AccessKey, Member } from '../models';
import { idAfter, pageOf, type Page, type PageRequest } from './page';

/** A key as lists show it. */
export interface ListedKey {
  readonly key: AccessKey;
  readonly element: { readonly id: string; readonly type: string; readonly name: string };
  readonly createdBy: { readonly userId: string; readonly name: string } | null;
  /** The end that comes, or the one that was. */
  readonly end: Date;
}

/** Which keys a list shows. */
export interface KeyFilter {
  readonly teamId?: string;
  readonly elementId?: string;
  readonly state?: KeyState;
  /** One key alone. */
  readonly id?: string;
  readonly asOf: Date;
}

/** Whether a key that no row calls ended is past its end; the same rule that `domain/access-key` states. */
const IS_ACTIVE =
  'access_keys.ended_at is null and doorlist_key_end(access_keys.idle_since, teams.policy) > ?';
const STATE_IS: Readonly<Record<KeyState, string>> = {
  active: IS_ACTIVE,
  expired: `(access_keys.end_reason = 'expired' or (access_keys.ended_at is null and not (${IS_ACTIVE})))`,
  revoked: `access_keys.end_reason in ('revoked', 'collection_gone')`,
};

interface Joined extends AccessKey {
  elementName: string;
  elementType: string;
  makerName: string | null;
  end: Date;
}

/** Keys, newest first, of the teams in which somebody sees them (KEY-5). The transaction sees those teams. */
export async function listKeys(
  tx: Tx,
  teamIds: readonly string[],
  filter: KeyFilter,
  page: PageRequest,
): Promise<Page<ListedKey>> {
  const { teamId, elementId, state, id, asOf } = filter;
  const after = idAfter(page);
  const query = AccessKey.query(tx)
    .select(
      'access_keys.*',
      'elements.name as elementName',
      'elements.type as elementType',
      'users.name as makerName',
      tx.raw('coalesce(ended_at, doorlist_key_end(idle_since, teams.policy)) as end'),
    )
    .join('teams', 'teams.id', 'access_keys.teamId')
    .join('elements', 'elements.id', 'access_keys.elementId')
    .leftJoin('users', 'users.id', 'access_keys.createdBy')
    .whereIn('access_keys.teamId', [...teamIds])
    .orderBy('access_keys.id', 'desc')
    .limit(page.limit + 1);
  if (teamId !== undefined) void query.where('access_keys.teamId', teamId);
  if (elementId !== undefined) void query.where('access_keys.elementId', elementId);
  if (id !== undefined) void query.where('access_keys.id', id);
  if (after !== null) void query.where('access_keys.id', '<', after);
  if (state !== undefined) void query.whereRaw(STATE_IS[state], state === 'revoked' ? [] : [asOf]);
  const { rows, next } = pageOf((await query) as Joined[], page.limit, (row) => row.id);
  return { rows: rows.map(listed), next };
}

/** The teams in which somebody sees keys, masked: where they are a member and no guest; a service token's own. */
export async function teamsWithKeysFor(tx: Tx, actor: Actor): Promise<readonly string[]> {
  if (actor.type === 'service') return [actor.teamId];
  if (actor.type !== 'person') return [];
  const members = await Member.query(tx)
    .where({ userId: actor.userId })
    .whereRaw(`not 'guest' = any (roles)`);
  return members.map(({ teamId }) => teamId);
}

/** One key as lists show it. */
export async function shownKey(
  tx: Tx,
  key: Pick<AccessKey, 'id' | 'teamId'>,
  asOf: Date,
): Promise<ListedKey> {
  const page = await listKeys(tx, [key.teamId], { id: key.id, asOf }, { limit: 1, after: null });
  const [row] = page.rows;
  if (row === undefined) throw new Error(`the key ${key.id} has no row`);
  return row;
}

function listed(row: Joined): ListedKey {
  const { elementName, elementType, makerName, end, createdBy } = row;
  return {
    key: row,
    element: { id: row.elementId, type: elementType, name: elementName },
    createdBy: createdBy === null ? null : { userId: createdBy, name: makerName ?? '' },
    end,
  };
}
