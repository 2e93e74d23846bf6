import { v7 as uuid } from 'uuid';
import type { ElementAction, TeamAction, WorkspaceAction } from '../../domain/permissions';
import { createAccessKey } from '../../operations/create-access-key';
import { OperationRow } from '../../store/models';
import type { Stage } from './route-personas';
import type { WholeApi } from './whole-api';
import { byPerson, worldOf } from './world';

/** Which row of the table of permissions a route asks; beside it, who stands in no table. */
export type Right =
  | { readonly team: TeamAction }
  | { readonly workspace: WorkspaceAction }
  | { readonly element: ElementAction | 'share' | 'ask' }
  /** What waits to be done in a workspace; those who read everybody's requests see it, too. */
  | { readonly held: WorkspaceAction }
  /** One's own things, whoever one is. */
  | 'self'
  | 'operator'
  /** Requests and what came of them: those who read everybody's. The second says what is answered to other members. */
  | { readonly request: 'read' | 'manage' | 'decide' | 'withdraw'; readonly others: 404 | string };

/** How a route is tried. `status` is the answer to who may. */
export interface Case {
  readonly right: Right;
  readonly status: number;
  readonly body?: (stage: Stage) => unknown;
  /** What stands for the path's parameters, where it is not the stage's own. */
  readonly ids?: (api: WholeApi, stage: Stage) => Promise<Readonly<Record<string, string>>>;
}

const VIEW = { workspace: 'view' } as const;
const MANAGE = { workspace: 'manage' } as const;
const HELD = { held: 'manage' } as const;
const EDIT = { element: 'edit' } as const;
const SEE = { element: 'view' } as const;
const ADMINISTER = { team: 'administer' } as const;
const AUDIT = { team: 'read_audit_log' } as const;
const email = () => `x-${uuid()}@partner.test`;

const bystander = (_: WholeApi, { teamId, workspace, bystander: { id } }: Stage) =>
  Promise.resolve({ teamId, id: workspace.id, userId: id });

const guest = async (api: WholeApi, { teamId }: Stage) => ({
  ...{ teamId, userId: (await worldOf(api.store).member(teamId, ['guest'])).id },
});

const group = async (api: WholeApi, { teamId }: Stage) => {
  const body = { name: `Group ${uuid()}`, memberIds: [] };
  const made = await api.operator('POST', `/v1/teams/${teamId}/groups`, { body });
  return { id: String(made.body['id']) };
};

/** A share with somebody from outside: a Super Admin invites at once, a Community Manager asks. */
async function share(api: WholeApi, { teamId, element }: Stage, by: 'super_admin' | 'community_manager') {
  const sharer = await worldOf(api.store).member(teamId, [by]);
  const call = await api.person(sharer.id);
  const body = { recipients: [{ email: email() }] };
  const made = await call('POST', `/v1/elements/${element.id}/shares`, { body });
  const [recipient] = made.body['recipients'] as { inviteId: string }[];
  return { shareId: String(made.body['id']), inviteId: recipient?.inviteId ?? '' };
}
const shareId = async (api: WholeApi, stage: Stage) => ({
  id: (await share(api, stage, 'super_admin')).shareId,
});
const invited = async (api: WholeApi, stage: Stage) => ({
  id: (await share(api, stage, 'super_admin')).inviteId,
});
const asked = async (api: WholeApi, stage: Stage) => ({
  id: (await share(api, stage, 'community_manager')).inviteId,
});

const operation = async (api: WholeApi, { teamId }: Stage) => {
  const leaver = await worldOf(api.store).member(teamId, ['billing']);
  const done = await api.operator('DELETE', `/v1/teams/${teamId}/members/${leaver.id}`);
  return { id: (done.body['operation'] as { id: string }).id };
};

/** The deletion of the stage's workspace, waiting to be confirmed. */
const heldDeletion = async ({ store }: WholeApi, { teamId, workspace }: Stage) => {
  const id = uuid();
  await store.inTeam(teamId, (tx) =>
    OperationRow.query(tx).insert({
      ...{ id, teamId, type: 'workspace_delete', state: 'awaiting_confirmation', hasRun: true },
      ...{ action: { workspaceId: workspace.id }, createdAt: store.clock.now() },
    }),
  );
  return { id };
};

const handover = (teamId: string, toUserId: string) => ({
  ...{ teamId, toUserId, from: new Date().toISOString() },
  until: new Date(Date.now() + 86_400_000).toISOString(),
});
const delegation = async (api: WholeApi, { teamId, bystander: to }: Stage) => {
  const admin = await api.person((await worldOf(api.store).member(teamId, ['admin'])).id);
  const made = await admin('POST', '/v1/me/delegations', { body: handover(teamId, to.id) });
  return { id: String(made.body['id']) };
};

const nothing = () => Promise.resolve({ id: uuid() });

const foreignKey = async ({ store }: WholeApi) => {
  const world = worldOf(store);
  const { id: teamId } = await world.team();
  const member = await world.member(teamId, ['super_admin']);
  const { id: elementId } = await world.element(await world.workspace(teamId));
  const id = uuid();
  await createAccessKey(store, byPerson(member.id), { id, teamId, elementId, name: null });
  return { id };
};

const team = () => ({ ...{ name: 'T', slug: `t-${uuid()}`, plan: 'free', seats: 1, autoFlex: false } });
const recipients = ({ bystander: { id } }: Stage) => ({ recipients: [{ userId: id }] });
const environment = () => ({ name: 'E', values: [] });
const SHARER = 'The sharer and the team’s Admins could read this.';
const REQUESTER = 'This takes whoever made the request.';

/** Every route of the API: a route that is not here fails the test that walks them. */
export const CASES: Readonly<Record<string, Case>> = {
  'get /v1/me': { right: 'self', status: 200 },
  'get /v1/me/notifications': { right: 'self', status: 200 },
  'post /v1/me/notifications/read': { right: 'self', status: 200, body: () => ({ ids: [uuid()] }) },
  'get /v1/me/notification-preferences': { right: 'self', status: 200 },
  'put /v1/me/notification-preferences': { right: 'self', status: 200, body: () => ({ topics: {} }) },
  'get /v1/me/sessions': { right: 'self', status: 200 },
  // Somebody else's are there for nobody else.
  'delete /v1/me/sessions/{id}': { right: 'self', status: 404, ids: nothing },
  'get /v1/me/workspaces': { right: 'self', status: 200 },
  'get /v1/me/delegations': { right: 'self', status: 200 },
  'post /v1/me/delegations': {
    right: { team: 'decide' },
    status: 201,
    body: ({ teamId, bystander: to }) => handover(teamId, to.id),
  },
  // Somebody else's: there for nobody else.
  'delete /v1/me/delegations/{id}': { right: 'self', status: 404, ids: delegation },
  'post /v1/teams': { right: 'operator', status: 201, body: team },
  'get /v1/teams': { right: 'self', status: 200 },
  'get /v1/teams/{teamId}': { right: { team: 'see_team' }, status: 200 },
  'patch /v1/teams/{teamId}': { right: ADMINISTER, status: 200, body: () => ({ name: 'Ours' }) },
  'post /v1/teams/{teamId}/members': {
    right: ADMINISTER,
    status: 201,
    body: () => ({ email: email(), name: 'X', roles: ['billing'] }),
  },
  'get /v1/teams/{teamId}/members': { right: { team: 'read_people' }, status: 200 },
  'patch /v1/teams/{teamId}/members/{userId}': {
    ...{ right: ADMINISTER, status: 200, ids: bystander, body: () => ({ roles: ['admin'] }) },
  },
  'delete /v1/teams/{teamId}/members/{userId}': { right: ADMINISTER, status: 202, ids: bystander },
  'post /v1/users': { right: 'operator', status: 201, body: () => ({ email: email(), name: 'X' }) },
  'put /v1/users/{userId}/slack-identity': {
    right: 'operator',
    status: 200,
    ids: bystander,
    body: () => ({ slackTeamId: 'T0001', slackUserId: 'U0001' }),
  },
  'post /v1/users/{userId}/tokens': {
    ...{ right: 'operator', status: 201, ids: bystander, body: () => ({ name: 'mine' }) },
  },
  'post /v1/teams/{teamId}/service-tokens': { right: ADMINISTER, status: 201, body: () => ({ name: 'CI' }) },
  'post /v1/teams/{teamId}/groups': {
    ...{ right: ADMINISTER, status: 201, body: () => ({ name: `G ${uuid()}`, memberIds: [] }) },
  },
  'get /v1/teams/{teamId}/groups': { right: { team: 'read_people' }, status: 200 },
  'get /v1/groups/{id}': { right: { team: 'read_people' }, status: 200, ids: group },
  'patch /v1/groups/{id}': {
    ...{ right: ADMINISTER, status: 200, ids: group, body: () => ({ memberIds: [] }) },
  },
  'delete /v1/groups/{id}': { right: ADMINISTER, status: 204, ids: group },
  'put /v1/teams/{teamId}/slack': {
    right: ADMINISTER,
    status: 200,
    body: () => ({ slackTeamId: 'T0001', approvalsChannel: 'C0001' }),
  },
  'post /v1/teams/{teamId}/workspaces': {
    right: { team: 'make_workspaces' },
    status: 201,
    body: () => ({ name: 'W', visibility: 'team' }),
  },
  'get /v1/teams/{teamId}/workspaces': { right: { team: 'see_team' }, status: 200 },
  'get /v1/workspaces/{id}': { right: VIEW, status: 200 },
  'patch /v1/workspaces/{id}': { right: MANAGE, status: 200, body: () => ({ name: 'Ours' }) },
  'delete /v1/workspaces/{id}': { right: MANAGE, status: 202 },
  'get /v1/workspaces/{id}/members': { right: VIEW, status: 200 },
  'get /v1/workspaces/{id}/members/{userId}': { right: VIEW, status: 200, ids: bystander },
  'put /v1/workspaces/{id}/members/{userId}': {
    ...{ right: MANAGE, status: 200, ids: bystander, body: () => ({ role: 'editor' }) },
  },
  'delete /v1/workspaces/{id}/members/{userId}': { right: MANAGE, status: 202, ids: bystander },
  'post /v1/workspaces/{id}/elements': {
    right: { workspace: 'fill' },
    status: 201,
    body: () => ({ type: 'environment', content: environment() }),
  },
  'get /v1/workspaces/{id}/elements': { right: VIEW, status: 200 },
  'get /v1/elements/{id}': { right: SEE, status: 200 },
  'delete /v1/elements/{id}': { right: EDIT, status: 202 },
  'post /v1/elements/{id}/move': {
    ...{ right: EDIT, status: 202, body: ({ elsewhere }: Stage) => ({ workspaceId: elsewhere.id }) },
  },
  'get /v1/elements/{id}/link': { right: SEE, status: 200 },
  'get /v1/elements/{id}/content': { right: SEE, status: 200 },
  'put /v1/elements/{id}/content': {
    right: EDIT,
    status: 200,
    body: () => ({
      info: { name: 'N', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
      item: [],
    }),
  },
  'get /v1/elements/{id}/roles': { right: { element: 'read_roles' }, status: 200 },
  'patch /v1/elements/{id}/roles': { right: EDIT, status: 202, body: () => ({ remove: [] }) },
  'post /v1/elements/{id}/access-keys': { right: { element: 'share' }, status: 201, body: () => ({}) },
  'post /v1/elements/{id}/access-requests': {
    ...{ right: { element: 'ask' }, status: 201, body: () => ({ role: 'editor' }) },
  },
  'get /v1/access-keys': { right: 'self', status: 200 },
  // A key of another team: there for none of these.
  'delete /v1/access-keys/{id}': { right: 'self', status: 404, ids: foreignKey },
  'post /v1/access-keys/{id}/keep': { right: 'self', status: 404, ids: foreignKey },
  'post /v1/teams/{teamId}/access-keys/revoke-all': { right: ADMINISTER, status: 200 },
  'post /v1/elements/{id}/forks': { right: { element: 'fork' }, status: 201, body: () => ({}) },
  'post /v1/elements/{id}/shares': { right: { element: 'share' }, status: 202, body: recipients },
  'post /v1/elements/{id}/shares/preview': { right: { element: 'share' }, status: 200, body: recipients },
  // The stage stands in a team workspace: what is public is nowhere, and those who see the element are told so.
  'get /run/{id}/collection.json': { right: 'self', status: 404 },
  'get /run/{id}/button.json': { right: 'self', status: 404 },
  'get /run/{id}/button.svg': { right: 'self', status: 404 },
  'get /v1/elements/{id}/public-link': { right: SEE, status: 409 },
  'get /v1/elements/{id}/run-button': { right: SEE, status: 409 },
  'get /v1/elements/{id}/guest-link': { right: { element: 'read_roles' }, status: 200 },
  'put /v1/elements/{id}/guest-link': { right: EDIT, status: 200, body: () => ({ enabled: true }) },
  // The link is off: whoever is in already stays what they are, and nobody else learns that there is a link.
  'post /v1/elements/{id}/join': { right: SEE, status: 200 },
  'get /v1/teams/{teamId}/guests': { right: { team: 'read_people' }, status: 200 },
  'get /v1/teams/{teamId}/guests/{userId}/resources': { right: ADMINISTER, status: 200, ids: guest },
  'post /v1/teams/{teamId}/guests/{userId}/convert': {
    ...{ right: ADMINISTER, status: 200, ids: guest, body: () => ({ roles: ['developer'] }) },
  },
  'get /v1/shares/{id}': { right: { request: 'read', others: SHARER }, status: 200, ids: shareId },
  'get /v1/approvals': { right: 'self', status: 200 },
  'post /v1/approvals/decisions': {
    right: 'self',
    status: 200,
    body: () => ({ ids: [uuid()], decision: 'deny', reason: 'so' }),
  },
  'get /v1/approvals/{id}': { right: { request: 'read', others: 404 }, status: 200, ids: asked },
  'post /v1/approvals/{id}/decision': {
    right: { request: 'decide', others: 'This takes the team role Admin or Super Admin' },
    status: 200,
    ids: asked,
    body: () => ({ decision: 'deny', reason: 'so' }),
  },
  'post /v1/approvals/{id}/withdraw': {
    right: { request: 'withdraw', others: REQUESTER },
    status: 200,
    ids: asked,
  },
  'post /v1/approvals/{id}/nudge': {
    ...{ right: { request: 'withdraw', others: REQUESTER }, status: 200, ids: asked },
  },
  'post /v1/approvals/{id}/claim': { right: { request: 'manage', others: 404 }, status: 200, ids: asked },
  'post /v1/approvals/{id}/comments': {
    right: { request: 'manage', others: 404 },
    status: 200,
    ids: asked,
    body: () => ({ text: 'Well' }),
  },
  'get /v1/teams/{teamId}/invitations': { right: { team: 'read_people' }, status: 200 },
  'get /v1/invitations/{id}': { right: { request: 'read', others: 404 }, status: 200, ids: invited },
  // A link that leads nowhere, whoever follows it.
  'post /v1/invitations/accept': { right: 'self', status: 404, body: () => ({ token: uuid() }) },
  'post /v1/invitations/{id}/resend': {
    ...{ right: { request: 'manage', others: 404 }, status: 200, ids: invited },
  },
  'delete /v1/invitations/{id}': { right: { request: 'manage', others: 404 }, status: 204, ids: invited },
  'get /v1/operations/{id}': { right: { request: 'read', others: 404 }, status: 200, ids: operation },
  'post /v1/operations/{id}/confirm': { right: HELD, status: 202, ids: heldDeletion },
  'post /v1/operations/{id}/cancel': { right: HELD, status: 200, ids: heldDeletion },
  'post /v1/impact': {
    right: EDIT,
    status: 200,
    body: ({ element }: Stage) => ({ action: { type: 'guest_link_off', elementId: element.id } }),
  },
  'get /v1/teams/{teamId}/audit-events': { right: AUDIT, status: 200 },
  'get /v1/teams/{teamId}/audit-events/verify': { right: AUDIT, status: 200 },
  'get /v1/teams/{teamId}/audit-events.csv': { right: AUDIT, status: 200 },
};
