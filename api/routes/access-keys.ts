import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { KEY_STATES, keyState, maskedKey } from '../../domain/access-key';
import { createAccessKey } from '../../operations/create-access-key';
import { keepAccessKey, revokeAccessKey, revokeAllAccessKeys } from '../../operations/manage-access-key';
import { notFound } from '../../operations/parts/caller-rights';
import type { Store } from '../../store/database';
import { listKeys, teamsWithKeysFor, type ListedKey } from '../../store/queries/access-keys';
import { locate } from '../../store/queries/locate';
import { KEY_MEMORY_MS } from '../../domain/access-key';
import { listOf, listQuery, pageRequest, toList } from '../paging';
import { defineRoute } from '../route';
import { elementPlace } from './places';
import { elementType, id, instant, name } from './shapes';

const tags = ['Access keys'];
const one = z.strictObject({ id });

const accessKey = z
  .strictObject({
    id,
    name: z.string().nullable(),
    teamId: id,
    maskedKey: z.string(),
    element: z.strictObject({ id, type: elementType, name: z.string() }),
    createdBy: z.strictObject({ userId: id, name: z.string() }).nullable(),
    createdAt: instant,
    lastUsedAt: instant.nullable(),
    expiresAt: instant,
    state: z.enum(KEY_STATES),
  })
  .meta({ id: 'AccessKey' });

const madeKey = z
  .strictObject({
    id,
    key: z.string().nullable().meta({ description: 'Shown once: null in a repeated answer.' }),
    url: z.string().nullable().meta({ description: 'Holds the key: null in a repeated answer.' }),
    maskedKey: z.string(),
    createdAt: instant,
    expiresAt: instant,
    warning: z
      .strictObject({
        message: z.string(),
        findings: z.array(z.strictObject({ path: z.string(), rule: z.string() })),
      })
      .nullable(),
  })
  .meta({ id: 'NewAccessKey' });

/** Collection access keys (KEY-1, KEY-2, KEY-5). */
export const accessKeyRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/elements/{id}/access-keys',
    summary: 'Make a read-only key of a collection; it is shown once',
    tags,
    auth: ['person'],
    params: one,
    body: z.strictObject({ name: name.exactOptional() }),
    responses: { 201: madeKey },
    secrets: ['key', 'url'],
    handler: async ({ deps: { store, config, processes }, params, body, madeId, cause }) => {
      const place = await elementPlace(store, params.id);
      const made = await createAccessKey(store, cause(), { ...place, id: madeId, name: body.name ?? null });
      const { listed, secret, findings } = made;
      await processes.keysChanged(listed.key.teamId);
      const url = `${config.publicUrl}/collections/${params.id}?access_key=${secret}`;
      return {
        status: 201,
        body: {
          id: listed.key.id,
          key: secret,
          url: secret === null ? null : url,
          maskedKey: maskedKey(listed.key.tail),
          createdAt: listed.key.createdAt.toISOString(),
          expiresAt: listed.end.toISOString(),
          warning: findings.length === 0 ? null : { message: WARNING, findings },
        },
        headers: { 'Cache-Control': 'no-store' },
      };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/access-keys',
    summary: 'One’s own keys and those of one’s teams, masked',
    tags,
    auth: ['person', 'service'],
    query: z.strictObject({
      ...listQuery,
      teamId: id.exactOptional(),
      elementId: id.exactOptional(),
      state: z.enum(KEY_STATES).exactOptional(),
    }),
    responses: { 200: listOf(accessKey) },
    handler: async ({ deps: { store }, query, cause }) => {
      const { actor, asOf } = cause();
      const { limit: _limit, cursor: _cursor, ...filter } = query;
      const page = await store.acrossTeams(async (tx) => {
        const teamIds = await teamsWithKeysFor(tx, actor);
        return listKeys(tx, teamIds, { ...filter, asOf }, pageRequest(query));
      });
      return { status: 200, body: toList({ ...page, rows: page.rows.map((row) => view(row, asOf)) }) };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/access-keys/{id}',
    summary: 'Revoke a key; it holds everywhere once this is answered',
    tags,
    auth: ['person'],
    params: one,
    responses: { 204: null },
    handler: async ({ deps: { store, keyReads }, params, cause }) => {
      await revokeAccessKey(store, cause(), await keyPlace(store, params.id));
      keyReads.changed(params.id);
      await sleep(KEY_MEMORY_MS);
      return { status: 204 };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/access-keys/{id}/keep',
    summary: 'Keep a key from ending: counts as a use',
    tags,
    auth: ['person'],
    params: one,
    responses: { 200: accessKey },
    handler: async ({ deps: { store, keyReads }, params, cause }) => {
      const by = cause();
      const kept = await keepAccessKey(store, by, await keyPlace(store, params.id));
      keyReads.changed(params.id);
      return { status: 200, body: view(kept, by.asOf) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/teams/{teamId}/access-keys/revoke-all',
    summary: 'Revoke every key of a team; it holds everywhere once this is answered',
    tags,
    auth: ['person', 'operator'],
    params: z.strictObject({ teamId: id }),
    responses: { 200: z.strictObject({ revoked: z.int() }) },
    handler: async ({ deps: { store, keyReads }, params: { teamId }, cause }) => {
      const revoked = await revokeAllAccessKeys(store, cause(), teamId);
      keyReads.changed(teamId);
      await sleep(KEY_MEMORY_MS);
      return { status: 200, body: { revoked } };
    },
  }),
];

const WARNING =
  'The collection seems to hold secrets. Whoever has the key reads them: replace them by variables first.';

async function keyPlace(store: Store, keyId: string): Promise<{ keyId: string; teamId: string }> {
  const place = await locate(store, 'access_key', keyId);
  if (place?.teamId == null) throw notFound('access key');
  return { keyId, teamId: place.teamId };
}

function view({ key, element, createdBy, end }: ListedKey, asOf: Date): z.input<typeof accessKey> {
  // The end is there already, so the inactivity that it came from is its distance.
  const inactivityMs = end.getTime() - key.idleSince.getTime();
  const life = { idleSince: key.idleSince.getTime(), endReason: key.endReason };
  return {
    id: key.id,
    name: key.name,
    teamId: key.teamId,
    maskedKey: maskedKey(key.tail),
    element: { id: element.id, type: elementType.parse(element.type), name: element.name },
    createdBy,
    createdAt: key.createdAt.toISOString(),
    lastUsedAt: key.lastUsedAt?.toISOString() ?? null,
    expiresAt: end.toISOString(),
    state: keyState(life, inactivityMs, asOf.getTime()),
  };
}
