import { z } from 'zod';
import { elementAllows } from '../../domain/permissions';
import { ELEMENT_ROLES } from '../../domain/roles';
import { whoOnElement } from '../../domain/who-could';
import { joinAsGuest } from '../../operations/join-as-guest';
import { forbidden, notFound } from '../../operations/parts/caller-rights';
import { seeElement } from '../../operations/parts/seen';
import { turnGuestLinkOff, turnGuestLinkOn } from '../../operations/set-guest-link';
import type { Placed } from '../../store/queries/access';
import { countGuests } from '../../store/queries/guests';
import type { ApiDeps } from '../deps';
import { defineRoute } from '../route';
import { accepted, operationAnswer } from './operation-answer';
import { elementPlace } from './places';
import { id, teamRole } from './shapes';

const tags = ['Guests'];
const one = z.strictObject({ id });

const guestLink = z
  .strictObject({
    enabled: z.boolean(),
    url: z.url(),
    guests: z.int(),
    blockedBy: z.literal('workspace_not_team').optional(),
  })
  .meta({ id: 'GuestLink' });

/** The guest link of a collection, and joining by it (GUEST-1). */
export const guestLinkRoutes = [
  defineRoute({
    method: 'get',
    path: '/v1/elements/{id}/guest-link',
    summary: 'A collection’s guest link',
    tags,
    auth: ['person', 'service'],
    params: one,
    responses: { 200: guestLink },
    handler: async ({ deps, params, cause }) => {
      const { elementId, teamId } = await elementPlace(deps.store, params.id);
      const seen = await deps.store.inTeam(teamId, (tx) => seeElement(tx, elementId, cause().actor));
      if (!elementAllows('read_roles', seen.role)) throw forbidden(whoOnElement('read_roles'));
      if (seen.element.type !== 'collection') throw notFound('collection');
      return { status: 200, body: await linkView(deps, seen) };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/elements/{id}/guest-link',
    summary: 'Turn a collection’s guest link on (200) or off (202)',
    tags,
    auth: ['person'],
    params: one,
    body: z.strictObject({ enabled: z.boolean() }),
    responses: { 200: guestLink, 202: operationAnswer },
    handler: async ({ deps, params, body, madeId, cause }) => {
      const place = await elementPlace(deps.store, params.id);
      if (body.enabled) {
        const placed = await turnGuestLinkOn(deps.store, cause(), place);
        return { status: 200, body: await linkView(deps, placed) };
      }
      return accepted(deps, await turnGuestLinkOff(deps.store, cause(), { ...place, id: madeId }));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/elements/{id}/join',
    summary: 'Join the team as guest of this collection, if its guest link is on',
    tags,
    auth: ['person'],
    params: one,
    responses: {
      200: z.strictObject({ teamId: id, role: teamRole, elementRole: z.enum(ELEMENT_ROLES).nullable() }),
    },
    handler: async ({ deps: { store, config, processes }, params, cause }) => {
      const place = await elementPlace(store, params.id);
      const joined = await joinAsGuest(store, cause(), { ...place, publicUrl: config.publicUrl });
      const { beganDigest, ...body } = joined;
      if (beganDigest) await processes.guestsJoined(joined.teamId);
      return { status: 200, body };
    },
  }),
];

async function linkView(
  { store, config }: Pick<ApiDeps, 'store' | 'config'>,
  { element, workspace }: Placed,
): Promise<z.input<typeof guestLink>> {
  return {
    enabled: element.guestLink,
    url: `${config.publicUrl}/e/${element.id}`,
    guests: await store.inTeam(element.teamId, (tx) => countGuests(tx, element.id)),
    ...(workspace.visibility === 'team' ? {} : { blockedBy: 'workspace_not_team' as const }),
  };
}
