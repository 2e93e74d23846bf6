import { v7 as uuid } from 'uuid';
import type { Cause } from '../../domain/actor';
import { createGroup } from '../../operations/create-group';
import { createTeam } from '../../operations/create-team';
import { createServiceToken, createUserToken } from '../../operations/create-token';
import { linkSlackIdentity } from '../../operations/link-slack-identity';
import { tokenHash } from '../../operations/parts/token-secret';
import { setTeamSlack } from '../../operations/set-team-slack';
import { deleteGroup, updateGroup } from '../../operations/update-group';
import { updateTeam } from '../../operations/update-team';
import { AuditEvent, ElementRoleRow, SlackIdentity, type Team } from '../../store/models';
import { elementRoleOf } from '../../store/queries/access';
import { openTestStore, type TestStore } from '../support/database';
import { refusalOf } from '../support/refusals';
import { byPerson, worldOf } from '../support/world';

const SSO = {
  issuer: 'https://id.example.test',
  clientId: 'doorlist',
  clientSecret: 'hush',
  domains: ['a.test'],
};

describe('the settings of a team', () => {
  let store: TestStore;
  let world: ReturnType<typeof worldOf>;
  const operator: Cause = { actor: { type: 'operator' }, source: 'api', requestId: null, asOf: new Date() };

  beforeAll(async () => {
    store = await openTestStore();
    world = worldOf(store);
  });
  afterAll(() => store.close());

  const auditOf = (teamId: string) => store.inTeam(teamId, (tx) => AuditEvent.query(tx).orderBy('seq'));

  async function teamWithAdmin(): Promise<{ team: Team; admin: Cause }> {
    const team = await world.team();
    return { team, admin: byPerson((await world.member(team.id, ['admin'])).id) };
  }

  describe('as a whole', () => {
    const fresh = () => {
      const id = uuid();
      const plan = 'basic' as const;
      return { id, name: 'Orders', slug: `orders-${id}`, plan, seats: 3, autoFlex: false };
    };

    it('are the operator’s to make, once per slug, and the same for the same id', async () => {
      const input = fresh();
      const team = await createTeam(store, operator, {
        ...input,
        sso: SSO,
        policy: { approvalsRequired: 2 },
      });
      expect(team).toMatchObject({ slug: input.slug, policy: { approvalsRequired: 2 }, sso: SSO });
      expect((await createTeam(store, operator, input)).id).toBe(team.id);
      expect(await refusalOf(createTeam(store, operator, { ...fresh(), slug: input.slug }))).toBe(
        'already_exists',
      );
      const person = byPerson((await world.user()).id);
      expect(await refusalOf(createTeam(store, person, fresh()))).toBe('forbidden');
    });

    it('never show the issuer’s secret in the audit log', async () => {
      const { id } = await createTeam(store, operator, { ...fresh(), sso: SSO });
      await updateTeam(store, operator, { teamId: id, sso: { ...SSO, clientSecret: 'hush2' } });
      await updateTeam(store, operator, { teamId: id, sso: null });
      const lines = await auditOf(id);
      expect(lines.map((line) => line.action)).toEqual([
        'team.created',
        'team.customauth.updated',
        'team.customauth.removed',
      ]);
      expect(JSON.stringify(lines)).not.toContain('hush');
    });

    it('merge their policy and leave the rest', async () => {
      const { team, admin } = await teamWithAdmin();
      await updateTeam(store, admin, { teamId: team.id, policy: { approvalsRequired: 2 } });
      const after = await updateTeam(store, admin, {
        teamId: team.id,
        policy: { denyReasonRequired: false },
      });
      expect(after.policy).toEqual({ approvalsRequired: 2, denyReasonRequired: false });
      expect((await auditOf(team.id)).at(-1)).toMatchObject({
        action: 'team.policy_updated',
        before: { denyReasonRequired: null },
        after: { denyReasonRequired: false },
      });
    });

    it('leave plan, seats, Auto-Flex, issuer and durations to the operator', async () => {
      const { team, admin } = await teamWithAdmin();
      const { id: teamId } = team;
      const changes = [
        { plan: 'free' as const },
        { seats: 99 },
        { autoFlex: true },
        { sso: null },
        { policy: { approvalExpiry: 'P1D' } },
        { name: 'Together', policy: { keyWarnings: ['P1D'] } },
      ];
      for (const change of changes) {
        expect(await refusalOf(updateTeam(store, admin, { teamId, ...change }))).toBe('forbidden');
        await updateTeam(store, operator, { teamId, ...change });
      }
      const actions = (await auditOf(teamId)).map((line) => line.action);
      expect(actions).toEqual([
        'team.plan_updated',
        'team.increase_size',
        'team.auto_flex_updated',
        'team.policy_updated',
        'team.name_updated',
        'team.policy_updated',
      ]);
    });

    it('are not for members without Admin, nor for other teams', async () => {
      const { team } = await teamWithAdmin();
      const { admin: other } = await teamWithAdmin();
      const developer = byPerson((await world.member(team.id, ['developer'])).id);
      expect(await refusalOf(updateTeam(store, developer, { teamId: team.id, name: 'X' }))).toBe('forbidden');
      expect(await refusalOf(updateTeam(store, other, { teamId: team.id, name: 'X' }))).toBe('not_found');
    });
  });

  describe('groups (TEAM-5)', () => {
    it('give and take access with their members, at once', async () => {
      const { team, admin } = await teamWithAdmin();
      const [one, two] = [
        await world.member(team.id, ['developer']),
        await world.member(team.id, ['billing']),
      ];
      const place = { groupId: uuid(), teamId: team.id };
      await createGroup(store, admin, {
        ...{ id: place.groupId, teamId: team.id },
        ...{ name: 'Core', memberIds: [one.id] },
      });
      const element = await world.element(await world.workspace(team.id, 'private'));
      await store.inTeam(team.id, (tx) =>
        ElementRoleRow.query(tx).insert({
          ...{ id: uuid(), elementId: element.id, teamId: team.id },
          ...{ groupId: place.groupId, role: 'editor', createdAt: new Date() },
        }),
      );
      const roles = () =>
        store.inTeam(team.id, async (tx) => {
          const workspace = await world.workspace(team.id, 'private');
          const placed = { element, workspace };
          return [await elementRoleOf(tx, placed, one.id), await elementRoleOf(tx, placed, two.id)];
        });
      expect(await roles()).toEqual(['editor', null]);
      const { memberIds } = await updateGroup(store, admin, { ...place, memberIds: [two.id, two.id] });
      expect(memberIds).toEqual([two.id]);
      expect(await roles()).toEqual([null, 'editor']);
      await deleteGroup(store, admin, place);
      expect(await roles()).toEqual([null, null]);
      expect((await auditOf(team.id)).map((line) => line.action)).toEqual([
        'group.created',
        'group.updated',
        'group.deleted',
      ]);
    });

    it('have a name of their own in the team, and take no guests and nobody else', async () => {
      const { team, admin } = await teamWithAdmin();
      const guest = await world.member(team.id, ['guest']);
      const stranger = await world.user();
      const make = (name: string, memberIds: string[] = []) =>
        createGroup(store, admin, { id: uuid(), teamId: team.id, name, memberIds });
      await make('Core');
      const { group } = await make('Edge');
      expect(await refusalOf(make('CORE'))).toBe('already_exists');
      const renamed = updateGroup(store, admin, { groupId: group.id, teamId: team.id, name: 'core' });
      expect(await refusalOf(renamed)).toBe('already_exists');
      expect(await refusalOf(make('Guests', [guest.id]))).toBe('invalid_request');
      expect(await refusalOf(make('Strangers', [stranger.id]))).toBe('invalid_request');
    });
  });

  describe('tokens', () => {
    const input = () => ({ id: uuid(), name: 'CI', expiresInMs: 60_000 });

    it('are shown once, kept as a hash, and end when they should', async () => {
      const user = await world.user();
      const ask = { ...input(), userId: user.id };
      const { token, secret } = await createUserToken(store, byPerson(user.id, operator.asOf), ask);
      expect(secret).toMatch(/^dlu_[\w-]{43}$/);
      expect(token.hash.equals(tokenHash(secret ?? ''))).toBe(true);
      expect(token.expiresAt).toEqual(new Date(operator.asOf.getTime() + 60_000));
      const again = await createUserToken(store, byPerson(user.id), ask);
      expect([again.token.id, again.secret]).toEqual([token.id, null]);
    });

    it('of a person are that person’s and the operator’s to make', async () => {
      const [user, other] = [await world.user(), await world.user()];
      const ask = { ...input(), userId: user.id };
      expect(await refusalOf(createUserToken(store, byPerson(other.id), ask))).toBe('forbidden');
      expect((await createUserToken(store, operator, ask)).token.userId).toBe(user.id);
      expect(await refusalOf(createUserToken(store, operator, { ...input(), userId: uuid() }))).toBe(
        'not_found',
      );
    });

    it('of a team are its Admins’ to make, with a line in the audit log that holds no secret', async () => {
      const { team, admin } = await teamWithAdmin();
      const developer = byPerson((await world.member(team.id, ['developer'])).id);
      const ask = { ...input(), teamId: team.id };
      expect(await refusalOf(createServiceToken(store, developer, ask))).toBe('forbidden');
      const { secret } = await createServiceToken(store, admin, ask);
      expect(secret).toMatch(/^dls_/);
      const lines = await auditOf(team.id);
      expect(lines).toMatchObject([{ action: 'service_token.created', after: { name: 'CI' } }]);
      expect(JSON.stringify(lines)).not.toContain(secret);
    });
  });

  describe('of Slack', () => {
    it('are set whole, by Admins', async () => {
      const { team, admin } = await teamWithAdmin();
      const settings = { teamId: team.id, slackTeamId: 'T1', approvalsChannel: 'C1', announceChannel: null };
      await setTeamSlack(store, admin, { ...settings, decideByEmail: false });
      const after = await setTeamSlack(store, admin, {
        ...settings,
        approvalsChannel: 'C2',
        decideByEmail: true,
      });
      expect(after).toMatchObject({ approvalsChannel: 'C2', decideByEmail: true });
      expect((await auditOf(team.id)).at(-1)).toMatchObject({
        action: 'team.slack_updated',
        before: { approvalsChannel: 'C1' },
        after: { approvalsChannel: 'C2' },
      });
    });

    it('link one account to one Slack user in a Slack workspace; a later link holds (SLACK-8)', async () => {
      const [one, two] = [await world.user(), await world.user()];
      const slackTeamId = `T${uuid()}`;
      const link = (userId: string, slackUserId: string) =>
        linkSlackIdentity(store, operator, { userId, slackTeamId, slackUserId });
      await link(one.id, 'U1');
      await link(one.id, 'U2');
      await link(two.id, 'U2');
      const links = await SlackIdentity.query(store.knex).where({ slackTeamId });
      expect(links).toMatchObject([{ slackUserId: 'U2', userId: two.id, method: 'operator' }]);
    });
  });
});
