import fc from 'fast-check';
import { refuseRoleChange } from '../../domain/administering';
import { seatForChange, type SeatSituation } from '../../domain/seats';
import { ASSIGNABLE_TEAM_ROLES, type TeamRole } from '../../domain/roles';

const roles = fc.uniqueArray(fc.constantFrom<TeamRole>(...ASSIGNABLE_TEAM_ROLES), { minLength: 1 });
const maybeRoles = fc.oneof(roles, fc.constant<TeamRole[]>([]));

describe('who may change whose team roles (TEAM-8)', () => {
  it('never leaves a team without its last Super Admin, or without its last Admin where it has none', () => {
    fc.assert(
      fc.property(fc.option(roles), roles, maybeRoles, fc.array(roles), (by, before, after, others) => {
        const top = (all: readonly (readonly TeamRole[])[], role: TeamRole) =>
          all.filter((held) => held.includes(role)).length;
        const then = [before, ...others];
        const now = after.length === 0 ? others : [after, ...others];
        if (refuseRoleChange({ by, before, after, others }) !== null) return;
        if (top(then, 'super_admin') > 0) expect(top(now, 'super_admin')).toBeGreaterThan(0);
        else if (top(then, 'admin') > 0)
          expect(top(now, 'admin') + top(now, 'super_admin')).toBeGreaterThan(0);
      }),
    );
  });

  it.each([
    [
      'an Admin demotes a Super Admin',
      { by: ['admin'], before: ['super_admin'], after: ['developer'], others: [['super_admin']] },
      'super_admin_untouchable',
    ],
    [
      'an Admin makes a second Super Admin',
      { by: ['admin'], before: ['developer'], after: ['super_admin'], others: [['super_admin'], ['admin']] },
      'super_admin_not_assignable',
    ],
    [
      'an Admin makes the first Super Admin',
      { by: ['admin'], before: ['developer'], after: ['super_admin'], others: [['admin']] },
      null,
    ],
    [
      'a Super Admin demotes another',
      { by: ['super_admin'], before: ['super_admin'], after: ['developer'], others: [['super_admin']] },
      null,
    ],
    [
      'the operator removes one of two',
      { by: null, before: ['super_admin'], after: [], others: [['super_admin']] },
      null,
    ],
    [
      'the operator removes the last',
      { by: null, before: ['super_admin'], after: [], others: [['admin']] },
      'last_admin',
    ],
    [
      'the last Admin becomes Super Admin',
      { by: ['admin'], before: ['admin'], after: ['super_admin'], others: [] },
      null,
    ],
    ['the first member comes in', { by: null, before: [], after: ['developer'], others: [] }, null],
  ] as [string, Parameters<typeof refuseRoleChange>[0], string | null][])(
    '%s: %j gives %s',
    (_who, change, refusal) => {
      expect(refuseRoleChange(change)).toBe(refusal);
    },
  );
});

describe('the gate for a change of roles (INVITE-2)', () => {
  const situation = (seat: number, support: number, seats: number): SeatSituation => ({
    ...{ seats, autoFlex: false },
    members: { seat, support },
    reserved: { seat: 0, support: 0 },
  });

  it('is open while no further seat is taken, also in a team that is over its seats', () => {
    expect(seatForChange(situation(5, 0, 3), ['developer'], ['developer', 'billing'])).toBe(true);
    expect(seatForChange(situation(5, 0, 3), ['developer'], ['billing'])).toBe(true);
    expect(seatForChange(situation(3, 3, 3), ['admin'], ['billing'])).toBe(true);
  });

  it('is closed when the new roles take a seat that is not there', () => {
    expect(seatForChange(situation(3, 1, 3), ['admin'], ['admin', 'developer'])).toBe(false);
    expect(seatForChange(situation(3, 0, 3), ['guest'], ['developer'])).toBe(false);
    expect(seatForChange(situation(2, 1, 3), ['admin'], ['admin', 'developer'])).toBe(true);
  });

  it('knows that the third support member’s seat goes when one of them takes a seat', () => {
    expect(seatForChange(situation(2, 3, 3), ['admin'], ['developer'])).toBe(true);
  });
});
