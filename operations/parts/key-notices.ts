import { isTeamAdmin } from '../../domain/approval';
import type { Tx } from '../../store/database';
import { Element, Member, TeamSlack } from '../../store/models';
import type { EndingKey } from './end-keys';
import { writeNotices, type Notice } from './write-notices';

/** What happened to some keys of a team at one look, or will. */
export interface KeyNews {
  readonly event: 'key.ending' | 'key.ended';
  readonly keys: readonly EndingKey[];
  /** How long they may lie idle, and how long before their end this warning comes, ms. */
  readonly inactivityMs: number;
  readonly beforeMs: number;
}

/** More notices than this in one look are one: nobody reads hundreds, and a list of the keys is a click away. */
const ONE_BY_ONE = 10;

/**
 * Tells the owners of keys what becomes of them (KEY-4), each by their preferences.
 * @returns how many deliveries wait for the end of somebody's quiet hours
 */
export async function writeKeyNotices(
  tx: Tx,
  at: { readonly teamId: string; readonly asOf: Date; readonly publicUrl: string },
  news: readonly KeyNews[],
): Promise<number> {
  if (news.every(({ keys }) => keys.length === 0)) return 0;
  const { teamId, asOf } = at;
  const members = await Member.query(tx).where({ teamId });
  const notices: Notice[] = [];
  for (const one of news) {
    const names = await namesOf(tx, one.keys);
    for (const [userId, keys] of byOwner(members, one.keys)) {
      const of = { teamId, userId, publicUrl: at.publicUrl, names };
      if (keys.length > ONE_BY_ONE) notices.push(aboutMany(of, { ...one, keys }));
      else notices.push(...keys.map((key) => aboutOne(of, one, key)));
    }
  }
  const slack = await TeamSlack.query(tx).findById(teamId);
  const { held } = await writeNotices(tx, notices, {
    asOf,
    ways: slack === undefined ? ['email'] : ['email', 'slack'],
  });
  return held;
}

/** Whose a key is: whoever made it, or, when they have left, the team's Admins (KEY-6). */
function byOwner(members: readonly Member[], keys: readonly EndingKey[]): Map<string, EndingKey[]> {
  const makers = new Set(members.filter(({ roles }) => !roles.includes('guest')).map(({ userId }) => userId));
  const admins = members.filter(({ roles }) => isTeamAdmin(roles)).map(({ userId }) => userId);
  const owned = new Map<string, EndingKey[]>();
  for (const key of keys) {
    const { createdBy } = key;
    const owners = createdBy !== null && makers.has(createdBy) ? [createdBy] : admins;
    for (const userId of owners) {
      const theirs = owned.get(userId) ?? [];
      theirs.push(key);
      owned.set(userId, theirs);
    }
  }
  return owned;
}

interface Of {
  readonly teamId: string;
  readonly userId: string;
  readonly publicUrl: string;
  readonly names: ReadonlyMap<string, string>;
}

const COMMON = { topic: 'keys' } as const;
const ONE = {
  'key.ended':
    'Nobody used it for as long as the team’s policy allows. Make a new one if it is still needed.',
  'key.ending':
    'Nobody has used it for a while. Use or keep it, and it lives on; otherwise it ends for good.',
};
const MANY = {
  'key.ended':
    'Nobody used them for as long as the team’s policy allows. Make new ones where they are needed.',
  'key.ending':
    'Nobody has used them for a while. Those that are used or kept live on; the others end for good.',
};

function aboutOne(of: Of, { event, inactivityMs, beforeMs }: KeyNews, key: EndingKey): Notice {
  const what = `“${of.names.get(key.elementId) ?? ''}” (…${key.tail})`;
  const end = new Date(key.idleSince.getTime() + inactivityMs);
  const { teamId, userId, publicUrl } = of;
  const isOver = event === 'key.ended';
  return {
    ...{ ...COMMON, teamId, userId, event, causeId: teamId, keyId: key.id },
    key: `key:${key.id}:${isOver ? 'ended' : `${end.toISOString()}:${beforeMs}`}:${userId}`,
    title: isOver
      ? `The access key of ${what} ended`
      : `The access key of ${what} ends on ${end.toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    body: ONE[event],
    url: new URL(`/e/${key.elementId}`, publicUrl).href,
  };
}

function aboutMany(of: Of, { event, keys, beforeMs }: KeyNews): Notice {
  const { teamId, userId, publicUrl, names } = of;
  const collections = new Set(keys.map(({ elementId }) => elementId));
  const [first] = collections;
  const where =
    collections.size === 1
      ? `of “${names.get(first ?? '') ?? ''}”`
      : `of ${collections.size.toLocaleString('en')} collections`;
  const isOver = event === 'key.ended';
  return {
    ...{ ...COMMON, teamId, userId, event, causeId: teamId },
    // The keys are marked in the same transaction: no other look comes to the same ones.
    key: `keys:${keys[0]?.id ?? ''}:${event}:${isOver ? 'ended' : beforeMs}:${keys.length}:${userId}`,
    title: `${keys.length.toLocaleString('en')} access keys ${where} ${isOver ? 'ended' : 'end soon'}`,
    body: MANY[event],
    url: new URL(collections.size === 1 ? `/e/${first ?? ''}` : '/', publicUrl).href,
  };
}

async function namesOf(tx: Tx, keys: readonly EndingKey[]): Promise<ReadonlyMap<string, string>> {
  const ids = [...new Set(keys.map(({ elementId }) => elementId))];
  const elements = await Element.query(tx).findByIds(ids).select('id', 'name');
  return new Map(elements.map(({ id, name }) => [id, name]));
}
