import fc from 'fast-check';
import { isDelegable, isInForce, makesChain, rightToDecide, type Handover } from '../../domain/delegation';
import { judge, type DecisionAttempt } from '../../domain/judging';
import type { OpenRequest } from '../../domain/approval';
import { DEFAULT_POLICY, pinnedPolicy } from '../../domain/policy';
import type { TeamRole } from '../../domain/roles';

const request = { requesterIds: ['req'], subjectUserId: 'sub' };
const ADMIN = new Set(['admin'] as const);
const ada = { userId: 'ada', teamRoles: ['admin'] as TeamRole[] };
const bo = { userId: 'bo', teamRoles: ['developer'] as TeamRole[] };

describe('the rule of delegation', () => {
  it('holds from its first instant up to, not at, its last (INVITE-9)', () => {
    const time = { from: 10, until: 20 };
    expect([9, 10, 19, 20].map((at) => isInForce(time, at))).toEqual([false, true, true, false]);
  });

  it('lets a delegate decide for an Admin of this moment, and an Admin for themselves first (INVITE-9)', () => {
    expect(rightToDecide(request, { ...bo, principals: [ada] }, ADMIN)).toEqual({ onBehalfOf: 'ada' });
    expect(rightToDecide(request, { ...bo, teamRoles: ['admin'], principals: [ada] }, ADMIN)).toEqual({
      onBehalfOf: null,
    });
    const former = { ...ada, teamRoles: ['developer'] as TeamRole[] };
    expect(rightToDecide(request, { ...bo, principals: [former] }, ADMIN)).toEqual({
      barred: 'not_an_approver',
    });
    expect(rightToDecide(request, { ...bo, principals: [] }, ADMIN)).toEqual({ barred: 'not_an_approver' });
    expect(rightToDecide(request, { ...bo, teamRoles: [], principals: [ada] }, ADMIN)).toEqual({
      barred: 'not_an_approver',
    });
    expect(rightToDecide(request, { ...bo, teamRoles: ['guest'], principals: [ada] }, ADMIN)).toEqual({
      barred: 'not_an_approver',
    });
  });

  it('never lets a delegate decide where they, or the one they stand in for, asked or are invited (INVITE-3, INVITE-9)', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('req', 'sub', 'bo'),
        fc.subarray(['req', 'sub', 'ada']),
        fc.subarray(['developer', 'admin'] as TeamRole[], { minLength: 1 }),
        (userId, principalIds, teamRoles) => {
          const principals = principalIds
            .filter((id) => id !== userId)
            .map((id) => ({ userId: id, teamRoles: ['super_admin'] as TeamRole[] }));
          const right = rightToDecide(request, { userId, teamRoles, principals }, ADMIN);
          if (userId !== 'bo') expect(right).toEqual({ barred: 'self_approval' });
          else if (teamRoles.includes('admin')) expect(right).toEqual({ onBehalfOf: null });
          else if (principalIds.includes('ada')) expect(right).toEqual({ onBehalfOf: 'ada' });
          else
            expect(right).toHaveProperty(
              'barred',
              principals.length > 0 ? 'self_approval' : 'not_an_approver',
            );
        },
      ),
    );
  });

  it('counts a delegate and whoever they stand in for once together (INVITE-6, INVITE-9)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ by: fc.nat(3), forWhom: fc.option(fc.nat(3), { nil: null }) }), {
          maxLength: 8,
        }),
        (clicks) => {
          const given: OpenRequest['approvals'][number][] = [];
          for (const { by, forWhom } of clicks) {
            const open: OpenRequest = {
              ...{ state: 'pending', revision: 1, expiresAt: 1_000, ...request, requestedRole: 'viewer' },
              policy: { ...pinnedPolicy(DEFAULT_POLICY), quorum: [{ admin: 9 }] },
              approvals: given,
            };
            const attempt: DecisionAttempt = {
              ...{ userId: `p${by}`, teamRoles: forWhom === null ? ['admin'] : ['developer'] },
              principals: forWhom === null ? [] : [{ userId: `p${forWhom}`, teamRoles: ['admin'] }],
              ...{
                verdict: 'approve',
                reason: null,
                grantRole: null,
                revision: null,
                asOf: 1,
                seatFree: true,
              },
            };
            const verdict = judge(open, attempt);
            if ('grantedRole' in verdict) {
              given.push({
                ...{ userId: attempt.userId, onBehalfOf: verdict.onBehalfOf, grantedRole: 'viewer' },
                capacities: verdict.capacities,
              });
            }
          }
          const voices = given.flatMap(({ userId, onBehalfOf }) =>
            onBehalfOf === null || onBehalfOf === userId ? [userId] : [userId, onBehalfOf],
          );
          expect(new Set(voices).size).toBe(voices.length);
        },
      ),
    );
  });

  it('finds each chain, and none where times only touch (INVITE-9)', () => {
    const handover = (delegatorId: string, delegateId: string, from = 0, until = 10): Handover => ({
      ...{ delegatorId, delegateId, from, until },
    });
    const there = [handover('ada', 'bo')];
    expect(makesChain(handover('bo', 'ada'), there)).toBe(true);
    expect(makesChain(handover('bo', 'cy'), there)).toBe(true);
    expect(makesChain(handover('cy', 'ada'), there)).toBe(true);
    expect(makesChain(handover('ada', 'cy'), there)).toBe(false);
    expect(makesChain(handover('cy', 'bo'), there)).toBe(false);
    expect(makesChain(handover('bo', 'ada', 10, 20), there)).toBe(false);
    expect(makesChain(handover('bo', 'ada', 9, 20), there)).toBe(true);
  });

  it('is given to other members, never to guests (INVITE-9)', () => {
    expect(isDelegable('ada', bo)).toBe(true);
    expect(isDelegable('ada', ada)).toBe(false);
    expect(isDelegable('ada', { ...bo, teamRoles: [] })).toBe(false);
    expect(isDelegable('ada', { ...bo, teamRoles: ['guest'] })).toBe(false);
  });
});
