import { z } from 'zod';
import type { AccessChangeType } from '../../domain/access-change';
import { VISIBILITIES } from '../../domain/roles';
import { foreseeImpact } from '../../operations/foresee-impact';
import type { Store } from '../../store/database';
import { defineRoute } from '../route';
import { elementPlace, workspacePlace } from './places';
import { id } from './shapes';

/** As many as one call takes anywhere. */
const MOST = 100;

const action = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('guest_link_off'), elementId: id }),
  z.strictObject({ type: z.literal('roles_remove'), elementId: id, userIds: z.array(id).min(1).max(MOST) }),
  z.strictObject({ type: z.literal('workspace_member_remove'), workspaceId: id, userId: id }),
  z.strictObject({
    type: z.literal('workspace_visibility'),
    workspaceId: id,
    visibility: z.enum(VISIBILITIES).exclude(['personal']),
  }),
  z.strictObject({ type: z.literal('workspace_delete'), workspaceId: id }),
  z.strictObject({ type: z.literal('element_delete'), elementId: id }),
  z.strictObject({ type: z.literal('element_move'), elementId: id, workspaceId: id }),
  z.strictObject({ type: z.literal('member_remove'), teamId: id, userId: id }),
]);

const person = { userId: id, name: z.string() };
const impact = z
  .strictObject({
    guestsRemoved: z.array(z.strictObject(person)),
    guestsLosingElement: z.array(z.strictObject({ ...person, elementId: id })),
    pendingRequestsClosed: z.array(id),
    notified: z.int(),
  })
  .meta({ id: 'Impact' });

/** What an action would do to guests and pending requests (GUEST-8). */
export const impactRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/impact',
    summary: 'What an action would do, exactly; changes nothing. Whoever may do it may ask',
    tags: ['Guests'],
    auth: ['person', 'operator'],
    body: z.strictObject({ action }),
    responses: { 200: impact },
    handler: async ({ deps: { store }, body, cause }) => {
      const asked = await placed(store, body.action);
      return { status: 200, body: { ...(await foreseeImpact(store, cause(), asked)) } };
    },
  }),
];

/** The change that an action is, and the team in which it would be made. */
async function placed(
  store: Store,
  given: z.output<typeof action>,
): Promise<{
  readonly type: AccessChangeType;
  readonly teamId: string | null;
  readonly input: Record<string, unknown>;
}> {
  const { type: _type, ...input } = given;
  if (given.type === 'member_remove') return { type: given.type, teamId: given.teamId, input };
  const { teamId } =
    'elementId' in given
      ? await elementPlace(store, given.elementId)
      : await workspacePlace(store, given.workspaceId);
  if (given.type !== 'roles_remove') return { type: given.type, teamId, input };
  const remove = given.userIds.map((userId) => ({ userId }));
  return { type: 'roles_change', teamId, input: { elementId: given.elementId, set: [], remove } };
}
