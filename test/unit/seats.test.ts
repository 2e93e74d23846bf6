import fc from 'fast-check';
import { ASSIGNABLE_TEAM_ROLES, type TeamRole } from '../../domain/roles';
import { seatFigures, seatFor, seatKind, seatsTaken, type SeatSituation } from '../../domain/seats';

const holders = fc.record({ seat: fc.nat(20), support: fc.nat(6) });
const situation: fc.Arbitrary<SeatSituation> = fc.record({
  seats: fc.nat(30),
  autoFlex: fc.boolean(),
  members: holders,
  reserved: holders,
});
const roles = fc.subarray([...ASSIGNABLE_TEAM_ROLES], { minLength: 1 });

describe('seats', () => {
  it('are taken by Developers, Super Admins and Community Managers, and by no guest (TEAM-3)', () => {
    const kinds = (held: TeamRole[]) => seatKind(held);
    expect(kinds(['developer'])).toBe('seat');
    expect(kinds(['admin', 'super_admin'])).toBe('seat');
    expect(kinds(['community_manager', 'billing'])).toBe('seat');
    expect(kinds(['admin', 'billing'])).toBe('support');
    expect(kinds(['guest'])).toBe('guest');
  });

  it('are free for the first two members who only administer or pay; the third takes one (TEAM-3)', () => {
    expect([0, 1, 2, 3, 4].map((support) => seatsTaken({ seat: 0, support }))).toEqual([0, 0, 0, 1, 2]);
  });

  it('are never oversold without Auto-Flex, however people come (TEAM-3, TEAM-4)', () => {
    fc.assert(
      fc.property(fc.nat(10), fc.array(roles, { maxLength: 40 }), (seats, people) => {
        let members = { seat: 0, support: 0 };
        for (const held of people) {
          const before = { seats, autoFlex: false, members, reserved: { seat: 0, support: 0 } };
          if (!seatFor(before, held)) continue;
          const kind = seatKind(held);
          members = {
            seat: members.seat + (kind === 'seat' ? 1 : 0),
            support: members.support + (kind === 'support' ? 1 : 0),
          };
        }
        expect(seatsTaken(members)).toBeLessThanOrEqual(seats);
      }),
    );
  });

  it('are always there with Auto-Flex, and those beyond what was bought are counted (TEAM-3)', () => {
    fc.assert(
      fc.property(situation, roles, (given, held) => {
        expect(seatFor({ ...given, autoFlex: true }, held)).toBe(true);
        const { seatsUsed, seatsReserved, seatsFree, seatsExtra } = seatFigures(given);
        expect(seatsFree).toBe(Math.max(0, given.seats - seatsUsed - seatsReserved));
        expect(seatsExtra).toBe(Math.max(0, seatsUsed + seatsReserved - given.seats));
      }),
    );
  });

  it('let nobody new in when there are fewer than are used, but whoever takes none (TEAM-3)', () => {
    const shrunk = {
      seats: 1,
      autoFlex: false,
      members: { seat: 3, support: 0 },
      reserved: { seat: 0, support: 0 },
    };
    expect(seatFor(shrunk, ['developer'])).toBe(false);
    expect(seatFor(shrunk, ['billing'])).toBe(true);
    expect(seatFor(shrunk, ['guest'])).toBe(true);
  });
});
