import { v7 as uuid } from 'uuid';
import { decideApproval } from '../../operations/decide-approval';
import { expireApproval } from '../../operations/expire-approval';
import { noteReminder } from '../../operations/press-approvers';
import { recordAttempt } from '../../operations/record-attempt';
import {
  Approval,
  ApprovalAttempt,
  ApprovalEvent,
  AuditEvent,
  Invitation,
  type User,
} from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { approversOf } from '../../store/queries/approvers';
import { listApprovalIds } from '../../store/queries/list-approvals';
import { settledOutcome } from '../../store/queries/settled';
import { attemptOf, decideNow, type Wish } from '../support/attempts';
import { openTestStore, type TestStore } from '../support/database';
import { refusalOf } from '../support/refusals';
import { requestOf, sharingWorld, shareWith, type SharingWorld } from '../support/sharing-world';
import { byPerson, worldOf } from '../support/world';

/** Quotes, markup, Slack's control signs, an emoji of several code points, a right-to-left mark, a line break. */
const AWKWARD = `"no" <@U1> & 'never' *bold* 👩‍👩‍👧 \u202Eקוד\n\\ $1 %s {{x}}`;

describe('deciding on a request', () => {
  let store: TestStore;
  let world: SharingWorld;
  let teamId: string;

  beforeAll(async () => {
    store = await openTestStore();
  });
  afterAll(() => store.close());
  beforeEach(async () => {
    world = await sharingWorld(store, { seats: 10 });
    teamId = world.team.id;
  });

  const inTeam = <T>(work: Parameters<typeof store.inTeam<T>>[1]) => store.inTeam(teamId, work);
  const ask = async (email = `x-${uuid()}@partner.test`, role: 'viewer' | 'editor' = 'editor') =>
    requestOf(await shareWith(store, world, { email, role }, { asOf: new Date() }));
  const decide = (approvalId: string, given: Partial<Wish> = {}) =>
    decideNow(store, { ...{ teamId, approvalId, userId: world.admin.id, verdict: 'approve' }, ...given });
  const deny = (approvalId: string, given: Partial<Wish> = {}) =>
    decide(approvalId, { verdict: 'deny', reason: 'not now', ...given });
  const approval = (id: string) => inTeam((tx) => Approval.query(tx).findById(id).throwIfNotFound());
  const audited = (id: string) => inTeam((tx) => AuditEvent.query(tx).where({ targetId: id }).orderBy('seq'));
  const timeline = (id: string) =>
    inTeam((tx) => ApprovalEvent.query(tx).where({ approvalId: id }).orderBy('id'));

  it('approves: the request is settled, its invitation holds a seat, and all is written down (INVITE-4, INVITE-11, TEAM-4)', async () => {
    const id = await ask();
    const asOf = new Date(Date.now() + 1_000);
    expect(await decide(id, { asOf, reason: 'known to us' })).toBe('approved');
    expect(await approval(id)).toMatchObject({
      ...{ state: 'approved', decision: 'approve', decidedBy: world.admin.id, decidedAt: asOf },
      ...{ decidedVia: 'api', decisionReason: 'known to us', grantedRole: 'editor' },
    });
    expect(await inTeam((tx) => Invitation.query(tx).findById(id))).toMatchObject({
      ...{ state: 'sending', holdsSeat: true, teamRole: 'developer', carriedBy: null },
    });
    expect((await timeline(id)).map(({ type }) => type)).toEqual(['requested', 'approved']);
    expect((await audited(id)).map(({ action }) => action)).toEqual([
      'approval.requested',
      'team.approve_invite',
    ]);
  });

  it('denies with the reason whole, whatever characters it has (INVITE-5)', async () => {
    const id = await ask();
    expect(await deny(id, { reason: AWKWARD })).toBe('denied');
    const view = await inTeam((tx) => approvalView(tx, id, new Date()));
    expect(view).toMatchObject({
      ...{ state: 'denied', decision: 'deny', decisionReason: AWKWARD, invitation: null, approvers: [] },
      decidedBy: { userId: world.admin.id, name: 'Ada' },
    });
    expect((await timeline(id)).at(-1)).toMatchObject({ type: 'denied', data: { reason: AWKWARD } });
    expect(await inTeam((tx) => Invitation.query(tx).findById(id))).toBeUndefined();
  });

  it('denies without a reason only where the policy at the time of asking let it (INVITE-5)', async () => {
    const id = await ask();
    await inTeam((tx) =>
      tx('teams')
        .where({ id: teamId })
        .update({ policy: JSON.stringify({ denyReasonRequired: false }) }),
    );
    expect(await deny(id, { reason: ' \t' })).toBe('reason_required');
    expect((await approval(id)).state).toBe('pending');
    const later = await ask();
    expect(await decide(later, { verdict: 'deny' })).toBe('denied');
  });

  it('grants a lower role than was asked, and never a higher (INVITE-5)', async () => {
    const [lower, higher] = [await ask(), await ask(undefined, 'viewer')];
    await decide(lower, { grantRole: 'viewer' });
    await decide(higher, { grantRole: 'editor' });
    expect([(await approval(lower)).grantedRole, (await approval(higher)).grantedRole]).toEqual([
      'viewer',
      'viewer',
    ]);
  });

  it('gives a repeated attempt its first answer and changes nothing by it (INVITE-4)', async () => {
    const id = await ask();
    const attempt = { attemptId: await attemptOf(store, wish(id, world.admin)), asOf: new Date() };
    expect(await decideApproval(store, attempt)).toEqual({ outcome: 'approved', changed: true });
    const lines = (await audited(id)).length;
    expect(await decideApproval(store, attempt)).toEqual({ outcome: 'approved', changed: false });
    expect(await deny(id)).toBe('already_decided');
    expect(await decideApproval(store, attempt)).toEqual({ outcome: 'approved', changed: false });
    expect(await audited(id)).toHaveLength(lines);
    const again = { ...attempt, teamId, approvalId: id };
    expect(await settledOutcome(store, again)).toBe('approved');
    expect(await settledOutcome(store, { ...again, attemptId: uuid() })).toBe('already_decided');
  });

  it('keeps what an attempt said first when the same id comes with something else (INVITE-4)', async () => {
    const id = await ask();
    const attemptId = await attemptOf(store, wish(id, world.admin));
    await recordAttempt(store, byPerson(world.admin.id), {
      ...{ attemptId, approvalId: id, teamId, verdict: 'deny', reason: 'changed my mind' },
      ...{ grantRole: null, revision: null, via: 'web' },
    });
    expect((await decideApproval(store, { attemptId, asOf: new Date() })).outcome).toBe('approved');
  });

  it('asks who is an Admin at the moment of the decision, not at the click’s writing (INVITE-3)', async () => {
    const eve = await worldOf(store).member(teamId, ['admin']);
    const id = await ask();
    const attemptId = await attemptOf(store, wish(id, eve));
    await inTeam((tx) =>
      tx('members')
        .where({ user_id: eve.id })
        .update({ roles: ['developer'] }),
    );
    expect((await decideApproval(store, { attemptId, asOf: new Date() })).outcome).toBe('not_an_approver');
    await inTeam((tx) =>
      tx('members')
        .where({ user_id: eve.id })
        .update({ roles: ['super_admin'] }),
    );
    expect(await decide(id, { userId: eve.id })).toBe('approved');
  });

  it('never lets who asked or who is invited decide, also when they came to be Admins (INVITE-3)', async () => {
    const zoe = await worldOf(store).user();
    const id = await ask(zoe.email);
    await worldOf(store).join(teamId, zoe.id, ['super_admin']);
    await inTeam((tx) =>
      tx('members')
        .where({ user_id: world.sharer.id })
        .update({ roles: ['super_admin'] }),
    );
    expect(await decide(id, { userId: zoe.id })).toBe('self_approval');
    expect(await deny(id, { userId: world.sharer.id })).toBe('self_approval');
    const able = await inTeam(async (tx) =>
      approversOf(tx, await Approval.query(tx).findById(id).throwIfNotFound(), new Date()),
    );
    expect(able).toEqual([{ userId: world.admin.id, name: 'Ada' }]);
  });

  it('is seen by who asked and by Admins only: to others there is no such request (INVITE-3)', async () => {
    const id = await ask();
    const stranger = await worldOf(store).member(teamId, ['developer']);
    expect(await refusalOf(attemptOf(store, wish(id, stranger)))).toBe('not_found');
    expect(await decide(id, { userId: world.sharer.id })).toBe('self_approval');
    const lists = async (user: User) =>
      Promise.all(
        (['me', 'mine', 'all'] as const).map((which) =>
          store.acrossTeams((tx) =>
            listApprovalIds(tx, byPerson(user.id).actor, {
              for: which,
              limit: 10,
              before: null,
              asOf: new Date(),
            }),
          ),
        ),
      );
    expect(await lists(world.admin)).toEqual([[id], [], [id]]);
    expect(await lists(world.sharer)).toEqual([[], [id], [id]]);
    expect(await lists(stranger)).toEqual([[], [], []]);
  });

  it('leaves the request pending without a seat, and approves it once there is one (INVITE-2)', async () => {
    const id = await ask();
    await inTeam((tx) => tx('teams').where({ id: teamId }).update({ seats: 2 }));
    expect(await decide(id)).toBe('no_seats');
    expect(await approval(id)).toMatchObject({ state: 'pending', decision: null });
    await inTeam((tx) => tx('teams').where({ id: teamId }).update({ auto_flex: true }));
    expect(await decide(id)).toBe('approved');
  });

  it('decides one millisecond before the end; at the end whoever clicks ends it, and the rule did it (INVITE-7)', async () => {
    const [inTime, late] = [await ask(), await ask()];
    const { expiresAt } = await approval(inTime);
    expect(await decide(inTime, { asOf: new Date(expiresAt.getTime() - 1) })).toBe('approved');
    const end = (await approval(late)).expiresAt;
    expect(await expireApproval(store, { teamId, approvalId: late, asOf: new Date(end.getTime() - 1) })).toBe(
      false,
    );
    expect(await decide(late, { asOf: end })).toBe('expired');
    expect(await approval(late)).toMatchObject({ state: 'expired', decision: null, decidedBy: null });
    expect((await timeline(late)).at(-1)).toMatchObject({ type: 'expired', userId: null });
    expect(JSON.stringify((await audited(late)).at(-1))).toContain('approval_expiry');
    expect(await expireApproval(store, { teamId, approvalId: late, asOf: end })).toBe(false);
    expect(await decide(late)).toBe('expired');
    expect(await settledOutcome(store, { teamId, approvalId: late, attemptId: uuid() })).toBe('expired');
  });

  it('notes each reminder once, and none after the decision (INVITE-7)', async () => {
    const id = await ask();
    const at = { teamId, approvalId: id, asOf: new Date() };
    expect(await noteReminder(store, at, 1)).toBe(true);
    expect(await noteReminder(store, at, 1)).toBe(false);
    await deny(id);
    expect(await noteReminder(store, at, 2)).toBe(false);
  });

  it('takes as many different Admins as the policy wants, and one denial ends it (INVITE-6)', async () => {
    world = await sharingWorld(store, { seats: 10, policy: { approvalsRequired: 2 } });
    teamId = world.team.id;
    const eve = await worldOf(store).member(teamId, ['admin'], { name: 'Eve' });
    const [both, ended] = [await ask(), await ask()];
    expect(await decide(both, { grantRole: 'viewer' })).toBe('recorded');
    expect(await decide(both)).toBe('already_approved_by_you');
    const view = await inTeam((tx) => approvalView(tx, both, new Date()));
    expect(view?.approvals).toMatchObject({ required: 2, given: [{ name: 'Ada' }] });
    expect(await decide(both, { userId: eve.id })).toBe('approved');
    expect((await approval(both)).grantedRole).toBe('viewer');
    expect(await decide(ended)).toBe('recorded');
    expect(await deny(ended, { userId: eve.id })).toBe('denied');
    const settled = await inTeam((tx) => ApprovalAttempt.query(tx).where({ teamId }).whereNull('outcome'));
    expect(settled).toEqual([]);
  });

  it('counts an approval for what it was about: what is asked for anew is approved anew (INVITE-4, INVITE-6)', async () => {
    world = await sharingWorld(store, { seats: 10, policy: { approvalsRequired: 2 } });
    teamId = world.team.id;
    const eve = await worldOf(store).member(teamId, ['admin'], { name: 'Eve' });
    const email = `x-${uuid()}@partner.test`;
    const id = await ask(email, 'viewer');
    expect(await decide(id)).toBe('recorded');
    expect(await ask(email, 'editor')).toBe(id);
    const given = async () => (await inTeam((tx) => approvalView(tx, id, new Date())))?.approvals.given ?? [];
    expect(await given()).toEqual([]);
    expect(await decide(id, { userId: eve.id })).toBe('recorded');
    expect((await given()).map(({ name }) => name)).toEqual(['Eve']);
    expect(await decide(id, { userId: eve.id })).toBe('already_approved_by_you');
    expect(await decide(id)).toBe('approved');
    expect((await given()).map(({ name }) => name)).toEqual(['Eve', 'Ada']);
    expect(await approval(id)).toMatchObject({ revision: 2, grantedRole: 'editor' });
  });

  function wish(approvalId: string, by: User): Wish {
    return { teamId, approvalId, userId: by.id, verdict: 'approve' };
  }
});
