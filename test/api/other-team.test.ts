import { v7 as uuid } from 'uuid';
import { routes } from '../../api/routes';
import { AuditEvent } from '../../store/models';
import { startTestApi, type TestApi } from '../support/set-up-api';
import { worldOf } from '../support/world';

/** Bodies that pass each schema, so that a refusal is about the caller. */
const BODIES: Readonly<Record<string, unknown>> = {
  'post /v1/teams/{teamId}/members': { email: 'x@example.test', name: 'X', roles: ['developer'] },
  'patch /v1/teams/{teamId}/members/{userId}': { roles: ['billing'] },
  'post /v1/teams/{teamId}/groups': { name: 'Intruders', memberIds: [] },
  'patch /v1/groups/{id}': { name: 'Ours' },
  'post /v1/teams/{teamId}/service-tokens': { name: 'CI' },
  'put /v1/teams/{teamId}/slack': { slackTeamId: 'T0001', approvalsChannel: 'C0001' },
  'patch /v1/teams/{teamId}': { name: 'Ours' },
  'post /v1/teams/{teamId}/workspaces': { name: 'W', visibility: 'team' },
  'patch /v1/workspaces/{id}': { name: 'Ours' },
  'put /v1/workspaces/{id}/members/{userId}': { role: 'admin' },
  'post /v1/workspaces/{id}/elements': { type: 'environment', content: { name: 'E', values: [] } },
  'put /v1/elements/{id}/content': { name: 'E', values: [] },
  'post /v1/elements/{id}/access-requests': { role: 'editor' },
  'post /v1/elements/{id}/move': { workspaceId: uuid() },
  'patch /v1/elements/{id}/roles': { remove: [] },
  'put /v1/elements/{id}/guest-link': { enabled: true },
  'post /v1/teams/{teamId}/guests/{userId}/convert': { roles: ['developer'] },
  'post /v1/elements/{id}/shares': { recipients: [{ email: 'x@example.test' }] },
  'post /v1/elements/{id}/shares/preview': { recipients: [{ email: 'x@example.test' }] },
};

/** Whose paths name a team, or a thing of one, that this test fills. */
const tried = routes.filter(({ path }) =>
  /^\/v1\/(teams\/\{teamId\}|groups\/|workspaces\/|elements\/|operations\/)/.test(path),
);

describe('a stranger with the ids of another team (OPS-8)', () => {
  let api: TestApi;
  let world: ReturnType<typeof worldOf>;
  let stranger: string;
  let ids: Record<string, string>;
  let teamId: string;

  beforeAll(async () => {
    api = await startTestApi();
    world = worldOf(api.store);
    const other = await world.team();
    stranger = await api.tokenOf((await world.member(other.id, ['super_admin'])).id);
    teamId = (await world.team()).id;
    const admin = await world.member(teamId, ['super_admin']);
    const owner = api.as(await api.tokenOf(admin.id));
    const workspace = await world.workspace(teamId, 'team');
    await world.workspaceRole(workspace, admin.id, 'admin');
    const [element, gone] = [await world.element(workspace), await world.element(workspace)];
    const group = await owner('POST', `/v1/teams/${teamId}/groups`, {
      body: { name: 'Core', memberIds: [] },
    });
    const operation = (await owner('DELETE', `/v1/elements/${gone.id}`)).body['operation'] as { id: string };
    ids = {
      ...{ teams: teamId, groups: String(group.body['id']), workspaces: workspace.id },
      ...{ elements: element.id, operations: operation.id, userId: admin.id },
    };
  });
  afterAll(() => api.close());

  const addressOf = (path: string) =>
    path.replace(
      /\{(\w+)\}/g,
      (_, name: string) => ids[name === 'userId' ? name : (path.split('/')[2] ?? '')] ?? '',
    );
  const log = (): Promise<AuditEvent[]> => api.store.inTeam(teamId, (tx) => AuditEvent.query(tx));

  it.each(tried.map(({ method, path }) => [method, path] as const))(
    'learns and changes nothing: %s %s',
    async (method, path) => {
      const before = (await log()).length;
      const body = BODIES[`${method} ${path}`];
      const answer = await api.as(stranger)(
        method.toUpperCase(),
        addressOf(path),
        body === undefined ? {} : { body },
      );
      // A call whose body this test does not know is refused for the body: then nothing is proven.
      if (answer.status === 422) throw new Error(`no fitting body: ${answer.text}`);
      expect([answer.status, answer.body['code']]).toEqual([404, 'not_found']);
      expect(answer.text).not.toContain('Orders');
      expect((await log()).length).toBe(before);
    },
  );

  it('covers every kind of thing that is addressed by its id', () => {
    expect(tried.length).toBeGreaterThan(25);
    for (const { path } of tried) expect(addressOf(path)).not.toContain('{');
  });
});
