import fc from 'fast-check';
import { APPROVAL_STATES, hasExpired, mayDecide, type OpenRequest } from '../../domain/approval';
import { judge, type DecisionAttempt } from '../../domain/judging';
import { DEFAULT_POLICY, pinnedPolicy } from '../../domain/policy';
import { SHARE_ROLES, TEAM_ROLES } from '../../domain/roles';

const END = Date.UTC(2026, 2, 29, 1, 0);

const request: OpenRequest = {
  state: 'pending',
  revision: 3,
  expiresAt: END,
  requesterIds: ['ben'],
  subjectUserId: 'zoe',
  requestedRole: 'editor',
  policy: pinnedPolicy(DEFAULT_POLICY),
  approvals: [],
};
const attempt: DecisionAttempt = {
  userId: 'ada',
  teamRoles: ['admin'],
  principals: [],
  verdict: 'approve',
  reason: null,
  grantRole: null,
  revision: 3,
  asOf: END - 1,
  seatFree: true,
};

describe('the decision rule', () => {
  it('lets an Admin and a Super Admin approve, granting what was asked (INVITE-3)', () => {
    expect(judge(request, attempt)).toEqual({
      ...{ outcome: 'approved', grantedRole: 'editor', onBehalfOf: null, capacities: ['admin'] },
    });
    expect(judge(request, { ...attempt, teamRoles: ['super_admin'] })).toMatchObject({ outcome: 'approved' });
  });

  it('decides one millisecond before the end, and not at it or after (INVITE-7)', () => {
    expect(judge(request, { ...attempt, asOf: END - 1 }).outcome).toBe('approved');
    expect(judge(request, { ...attempt, asOf: END }).outcome).toBe('expired');
    expect(judge(request, { ...attempt, asOf: END + 1 }).outcome).toBe('expired');
    expect([END - 1, END, END + 1].map((asOf) => hasExpired(END, asOf))).toEqual([false, true, true]);
  });

  it('never lets anybody decide but an Admin who neither asked nor is invited (INVITE-3)', () => {
    fc.assert(
      fc.property(
        fc.subarray([...TEAM_ROLES]),
        fc.constantFrom('ada', 'ben', 'zoe'),
        fc.constantFrom('approve' as const, 'deny' as const),
        (teamRoles, userId, verdict) => {
          const { outcome } = judge(request, { ...attempt, teamRoles, userId, verdict, reason: 'because' });
          // A guest is nothing besides (TEAM-1).
          const isGuest = teamRoles.includes('guest');
          const isAdmin = !isGuest && (teamRoles.includes('admin') || teamRoles.includes('super_admin'));
          if (userId !== 'ada') expect(outcome).toBe('self_approval');
          else if (isAdmin) expect(['approved', 'denied']).toContain(outcome);
          else expect(outcome).toBe('not_an_approver');
        },
      ),
    );
    expect(mayDecide(request, { userId: 'ada', teamRoles: [] }, new Set(['admin']))).toBe('not_an_approver');
  });

  it('settles nothing twice, whoever asks and whatever they want (INVITE-4)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...APPROVAL_STATES.filter((state) => state !== 'pending')),
        fc.constantFrom('approve' as const, 'deny' as const),
        (state, verdict) => {
          const { outcome } = judge({ ...request, state }, { ...attempt, verdict, reason: 'late' });
          expect(['already_decided', 'already_closed', 'expired']).toContain(outcome);
        },
      ),
    );
  });

  it('counts a click on an older revision for nothing, and one that names none as on the newest (INVITE-4)', () => {
    expect(judge(request, { ...attempt, revision: 2 }).outcome).toBe('stale_revision');
    expect(judge(request, { ...attempt, revision: null }).outcome).toBe('approved');
  });

  it('wants a reason for a denial where the policy does (INVITE-5)', () => {
    const denial = { ...attempt, verdict: 'deny' } as const;
    expect(judge(request, denial).outcome).toBe('reason_required');
    expect(judge(request, { ...denial, reason: '  \n' }).outcome).toBe('reason_required');
    expect(judge(request, { ...denial, reason: 'no' }).outcome).toBe('denied');
    const lenient = { ...request, policy: { ...request.policy, denyReasonRequired: false } };
    expect(judge(lenient, denial).outcome).toBe('denied');
  });

  it('lets an approver grant less than was asked, and never more (INVITE-5)', () => {
    expect(judge(request, { ...attempt, grantRole: 'viewer' })).toMatchObject({ grantedRole: 'viewer' });
    const modest = { ...request, requestedRole: 'viewer' } as const;
    expect(judge(modest, { ...attempt, grantRole: 'editor' })).toMatchObject({ grantedRole: 'viewer' });
  });

  it('leaves the request pending without a seat (INVITE-2)', () => {
    expect(judge(request, { ...attempt, seatFree: false }).outcome).toBe('no_seats');
    expect(judge(request, { ...attempt, seatFree: false, verdict: 'deny', reason: 'no' }).outcome).toBe(
      'denied',
    );
  });

  it('takes as many different approvers as the policy wants, and the lowest of their grants (INVITE-6)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SHARE_ROLES), { minLength: 1, maxLength: 5 }), (grants) => {
        const policy = { ...request.policy, quorum: [{ admin: grants.length }] };
        const given: OpenRequest['approvals'][number][] = [];
        grants.forEach((grantRole, nth) => {
          const userId = `admin-${nth}`;
          const verdict = judge({ ...request, policy, approvals: given }, { ...attempt, userId, grantRole });
          const isLast = nth + 1 === grants.length;
          expect(verdict.outcome).toBe(isLast ? 'approved' : 'recorded');
          if (isLast)
            expect(verdict).toMatchObject({ grantedRole: grants.includes('viewer') ? 'viewer' : 'editor' });
          given.push({ userId, onBehalfOf: null, grantedRole: grantRole, capacities: ['admin'] });
        });
        const again = { ...request, policy: { ...policy, quorum: [{ admin: 9 }] }, approvals: given };
        expect(judge(again, { ...attempt, userId: 'admin-0' }).outcome).toBe('already_approved_by_you');
      }),
    );
  });
});
