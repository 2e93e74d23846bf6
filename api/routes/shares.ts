import { z } from 'zod';
import { teamAllows } from '../../domain/permissions';
import { previewShare } from '../../operations/preview-share';
import { recordedShare, shareElement, type ShareInput } from '../../operations/share-element';
import { forbidden, notFound } from '../../operations/parts/caller-rights';
import { Share } from '../../store/models';
import { teamRolesOf } from '../../store/queries/access';
import { locate } from '../../store/queries/locate';
import { defineRoute } from '../route';
import { shareRole } from './approval-shapes';
import { elementPlace } from './places';
import { email, id, name, text } from './shapes';
import { ASSIGNABLE_TEAM_ROLES } from '../../domain/roles';

const tags = ['Sharing'];
const recipient = z
  .strictObject({
    email: email.exactOptional(),
    userId: id.exactOptional(),
    groupId: id.exactOptional(),
    name: name.exactOptional(),
    role: shareRole.exactOptional(),
    teamRole: z.enum(ASSIGNABLE_TEAM_ROLES).exactOptional(),
  })
  .refine(
    ({ email: address, userId, groupId, name: named }) =>
      [address, userId, groupId, named].filter((given) => given !== undefined).length === 1,
    'names one of email, userId, groupId and name',
  );
const body = z.strictObject({
  recipients: z.array(recipient).min(1).max(100),
  message: text(2_000).exactOptional(),
  placement: z
    .union([
      z.strictObject({ makeWorkspaceTeam: z.literal(true) }),
      z.strictObject({ newTeamWorkspace: z.strictObject({ name }) }),
    ])
    .exactOptional(),
});
const outcome = {
  recipient: z.record(z.string(), z.string()),
  outcome: z.enum(['shared', 'already_has_access', 'invited', 'pending_approval', 'refused']),
  role: shareRole.nullable(),
  code: z.string().optional(),
};
const share = z
  .strictObject({
    id,
    elementId: id,
    recipients: z.array(z.strictObject({ ...outcome, inviteId: id.optional() })),
  })
  .meta({ id: 'Share' });

/** Sharing with people (SHARE-1..5). */
export const shareRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/elements/{id}/shares',
    summary: 'Share an element with people, names, addresses and groups',
    tags,
    auth: ['person', 'service'],
    params: z.strictObject({ id }),
    body,
    responses: { 202: share },
    handler: async ({ deps: { store, processes }, params, body: input, madeId, cause }) => {
      const done = await shareElement(store, cause(), {
        ...(await elementPlace(store, params.id)),
        ...input,
        shareId: madeId,
      });
      // The facts are committed: what Temporal does not take now its starter does later.
      await processes.startShare({ shareId: done.id, teamId: done.teamId });
      for (const approvalId of done.changedApprovals) await processes.requestChanged(approvalId);
      return { status: 202, body: answer(done), headers: { Location: `/v1/shares/${done.id}` } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/elements/{id}/shares/preview',
    summary: 'What that share would do; changes nothing',
    tags,
    auth: ['person', 'service'],
    params: z.strictObject({ id }),
    body,
    responses: {
      200: z.strictObject({
        recipients: z.array(z.strictObject(outcome)),
        wouldAsk: z.array(z.strictObject({ userId: id, name: z.string(), why: z.string() })),
        wouldNotify: z.int(),
        seats: z.int(),
      }),
    },
    handler: async ({ deps: { store }, params, body: input, madeId, cause }) => {
      const asked: ShareInput = { ...(await elementPlace(store, params.id)), ...input, shareId: madeId };
      const { recipients, ...rest } = await previewShare(store, cause(), asked);
      return { status: 200, body: { ...rest, recipients: recipients.map(withCode) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/shares/{id}',
    summary: 'What a share did; for the sharer and the team’s Admins',
    tags,
    auth: ['person', 'service'],
    params: z.strictObject({ id }),
    responses: { 200: share },
    handler: async ({ deps: { store }, params, cause }) => {
      const place = await locate(store, 'share', params.id);
      if (place?.teamId == null) throw notFound('share');
      const { teamId } = place;
      const { actor } = cause();
      const done = await store.inTeam(teamId, async (tx) => {
        const row = await Share.query(tx).findById(params.id).throwIfNotFound();
        const isSharer = actor.type === 'person' && row.sharerId === actor.userId;
        const isService = actor.type === 'service' && actor.teamId === teamId;
        if (isSharer || isService) return recordedShare(tx, params.id);
        const roles = actor.type === 'person' ? await teamRolesOf(tx, teamId, actor.userId) : [];
        if (teamAllows('read_all_requests', roles)) return recordedShare(tx, params.id);
        throw roles.length === 0
          ? notFound('share')
          : forbidden('The sharer and the team’s Admins could read this.');
      });
      return { status: 200, body: answer(done) };
    },
  }),
];

function answer(done: Awaited<ReturnType<typeof shareElement>>): z.input<typeof share> {
  const { id: shareId, elementId, recipients } = done;
  const shown = recipients.map(({ inviteId, ...one }) => ({
    ...withCode(one),
    ...(inviteId === null ? {} : { inviteId }),
  }));
  return { id: shareId, elementId, recipients: shown };
}

type Outcome = Omit<Awaited<ReturnType<typeof shareElement>>['recipients'][number], 'inviteId'>;

function withCode({ code, recipient: named, outcome: what, role }: Outcome) {
  return { recipient: { ...named }, outcome: what, role, ...(code === null ? {} : { code }) };
}
