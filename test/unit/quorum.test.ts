import fc from 'fast-check';
import { judge, type DecisionAttempt } from '../../domain/judging';
import type { OpenRequest } from '../../domain/approval';
import { PLANS } from '../../domain/plans';
import { DEFAULT_POLICY, pinnedAccessPolicy, policyOf } from '../../domain/policy';
import {
  approvalsRequired,
  CAPACITIES,
  capacitiesOf,
  editorCapacities,
  isReached,
  openIn,
  type Capacity,
  type ElementCapacity,
} from '../../domain/quorum';
import type { TeamRole } from '../../domain/roles';

const asSeed = pinnedAccessPolicy(DEFAULT_POLICY, 'guest');
const adminToo = pinnedAccessPolicy(policyOf({ editorMayPromoteGuest: 'teamAdminToo' }), 'guest');
const ofMember = pinnedAccessPolicy(DEFAULT_POLICY, 'member');

const request: OpenRequest = {
  ...{ state: 'pending', revision: 1, expiresAt: 1_000, requestedRole: 'editor', approvals: [] },
  ...{ requesterIds: ['gus'], subjectUserId: 'gus', policy: asSeed },
};
const by = (
  userId: string,
  teamRoles: TeamRole[],
  elementCapacities: readonly ElementCapacity[] = [],
  verdict: 'approve' | 'deny' = 'approve',
): DecisionAttempt => ({
  ...{ userId, teamRoles, elementCapacities, principals: [], verdict, reason: null, grantRole: null },
  ...{ revision: null, asOf: 1, seatFree: true },
});
const editor = by('eve', ['developer'], ['editor']);
const directEditor = by('dan', ['developer'], ['editor', 'direct_editor']);
const admin = by('ada', ['admin']);
const given = (userId: string, capacities: readonly Capacity[]): OpenRequest['approvals'][number] => ({
  ...{ userId, onBehalfOf: null, grantedRole: 'editor', capacities },
});

describe('who has to agree to a guest becoming Editor', () => {
  it('is an Editor alone who could have invited directly, on any plan as INVITE-1 says (GUEST-6)', () => {
    expect(judge(request, directEditor).outcome).toBe('approved');
    for (const plan of PLANS) {
      const isDirect = editorCapacities(plan, ['developer']).includes('direct_editor');
      expect([plan, isDirect]).toEqual([plan, plan !== 'enterprise']);
      expect(editorCapacities(plan, ['admin'])).toEqual(['editor', 'direct_editor']);
      expect(editorCapacities(plan, ['billing'])).toEqual(['editor']);
      expect(editorCapacities(plan, ['guest', 'admin'])).toEqual([]);
      expect(editorCapacities(plan, [])).toEqual([]);
    }
  });

  it('is otherwise an Editor and a Team Admin, in either order (GUEST-6)', () => {
    expect(judge(request, editor).outcome).toBe('recorded');
    expect(judge(request, admin).outcome).toBe('recorded');
    const half = { ...request, approvals: [given('eve', ['editor'])] };
    expect(judge(half, admin).outcome).toBe('approved');
    expect(judge(half, by('fay', ['developer'], ['editor'])).outcome).toBe('not_an_approver');
    expect(judge(half, editor).outcome).toBe('already_approved_by_you');
    const other = { ...request, approvals: [given('ada', ['admin'])] };
    expect(judge(other, editor).outcome).toBe('approved');
    expect(judge(other, by('bea', ['super_admin'])).outcome).toBe('not_an_approver');
  });

  it('always takes a Team Admin under teamAdminToo; who is both counts as both (GUEST-6)', () => {
    const strict = { ...request, policy: adminToo };
    expect(judge(strict, directEditor).outcome).toBe('recorded');
    expect(judge(strict, by('ada', ['admin'], ['editor', 'direct_editor'])).outcome).toBe('approved');
  });

  it('is an Editor for a member, who takes no seat; Team Admins have no say in that (GUEST-6)', () => {
    const ofViewer = { ...request, policy: ofMember };
    expect(judge(ofViewer, editor).outcome).toBe('approved');
    expect(judge(ofViewer, admin).outcome).toBe('not_an_approver');
  });

  it('never is who asked, whatever they have become; whoever has a say may deny, without a reason (GUEST-6)', () => {
    expect(judge(request, by('gus', ['super_admin'], ['editor', 'direct_editor'])).outcome).toBe(
      'self_approval',
    );
    const half = { ...request, approvals: [given('eve', ['editor'])] };
    expect(judge(half, { ...editor, verdict: 'deny' }).outcome).toBe('denied');
    expect(judge(half, by('zed', ['developer'], [], 'deny')).outcome).toBe('not_an_approver');
  });

  it('lapses after 15 days (GUEST-6)', () => {
    expect(asSeed.approvalExpiry).toBe('P15D');
    expect(judge({ ...request, expiresAt: 2 }, { ...directEditor, asOf: 2 }).outcome).toBe('expired');
  });
});

describe('a quorum', () => {
  const voices = fc.array(fc.subarray([...CAPACITIES], { minLength: 1 }), { maxLength: 5 });
  const quorums = fc.array(
    fc.record({ admin: fc.integer({ min: 1, max: 3 }), editor: fc.integer({ min: 1, max: 2 }) }),
    { minLength: 1, maxLength: 3 },
  );

  it('is reached by further approvals only, and then lacks nothing of some way', () => {
    fc.assert(
      fc.property(quorums, voices, (quorum, list) => {
        const approvals = list.map((capacities) => ({ capacities }));
        const lacking = approvalsRequired(quorum, approvals, new Set()) - approvals.length;
        expect(isReached(quorum, approvals)).toBe(lacking === 0);
        if (!isReached(quorum, approvals)) expect(openIn(quorum, approvals).size).toBeGreaterThan(0);
        for (const more of [...CAPACITIES]) {
          const next = [...approvals, { capacities: [more] }];
          if (isReached(quorum, approvals)) expect(isReached(quorum, next)).toBe(true);
        }
      }),
    );
  });

  it('says how many approvals it takes with the people who are there', () => {
    expect(approvalsRequired(asSeed.quorum, [], new Set(['editor', 'direct_editor', 'admin']))).toBe(1);
    expect(approvalsRequired(asSeed.quorum, [], new Set(['editor', 'admin']))).toBe(2);
    expect(approvalsRequired(asSeed.quorum, [{ capacities: ['editor'] }], new Set(['admin']))).toBe(2);
    expect(capacitiesOf(directEditor)).toEqual(['editor', 'direct_editor']);
  });
});
