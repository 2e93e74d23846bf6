import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import {
  isKey,
  KEY_ALPHABET,
  KEY_PATTERN,
  keyEnd,
  keyOf,
  keyState,
  keyTail,
  keyWarnings,
  maskedKey,
  mayKeepKey,
  mayRevokeKey,
  maySeeKey,
  type KeyStanding,
} from '../../domain/access-key';

const DAY = 86_400_000;
const randomPart = fc.string({
  unit: fc.constantFrom(...Array.from(KEY_ALPHABET)),
  minLength: 32,
  maxLength: 32,
});

describe('access keys', () => {
  it('have the published form and a checksum that is right (KEY-1)', () => {
    fc.assert(
      fc.property(randomPart, (random) => {
        const key = keyOf(random);
        expect(key).toMatch(KEY_PATTERN);
        expect(isKey(key)).toBe(true);
      }),
    );
  });

  it('carry the CRC-32 that others compute, too (KEY-1)', () => {
    fc.assert(
      fc.property(randomPart, (random) => {
        const key = keyOf(random);
        const value = Array.from(key.slice(-6)).reduce(
          (sum, digit) => sum * 62 + KEY_ALPHABET.indexOf(digit),
          0,
        );
        expect(value).toBe(crc32(key.slice(0, -6)));
      }),
    );
  });

  it('are refused with any one character typed wrong (KEY-1)', () => {
    fc.assert(
      fc.property(
        randomPart,
        fc.nat(41),
        fc.constantFrom(...Array.from(KEY_ALPHABET), '_', '-'),
        (random, at, typed) => {
          const key = keyOf(random);
          fc.pre(key[at] !== typed);
          expect(isKey(key.slice(0, at) + typed + key.slice(at + 1))).toBe(false);
        },
      ),
    );
  });

  it('are masked down to their last four characters (KEY-1)', () => {
    const key = keyOf('a'.repeat(32));
    const masked = maskedKey(keyTail(key));
    expect(masked).toBe(`dlk_${'*'.repeat(34)}${key.slice(-4)}`);
    expect(masked).toHaveLength(key.length);
  });

  it('serve one millisecond before 60 days are over, and not at that instant (KEY-4)', () => {
    const life = { idleSince: 1_000, endReason: null };
    const end = keyEnd(1_000, 60 * DAY);
    expect(end).toBe(1_000 + 5_184_000_000);
    expect([-1, 0, 1].map((ms) => keyState(life, 60 * DAY, end + ms))).toEqual([
      'active',
      'expired',
      'expired',
    ]);
  });

  it('stay ended whatever the policy and the time (KEY-4, KEY-6)', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (idleSince, inactivity, now) => {
        expect(keyState({ idleSince, endReason: 'expired' }, inactivity, now)).toBe('expired');
        expect(keyState({ idleSince, endReason: 'revoked' }, inactivity, now)).toBe('revoked');
        expect(keyState({ idleSince, endReason: 'collection_gone' }, inactivity, now)).toBe('revoked');
      }),
    );
  });

  it('are warned of only inside their inactivity, the longest first (KEY-4)', () => {
    expect(keyWarnings([DAY, 14 * DAY, 7 * DAY], 60 * DAY)).toEqual([14 * DAY, 7 * DAY, DAY]);
    expect(keyWarnings([14 * DAY, 7 * DAY, DAY], 7 * DAY)).toEqual([DAY]);
    expect(keyWarnings([14 * DAY, 7 * DAY, DAY], 5_000)).toEqual([]);
    fc.assert(
      fc.property(fc.array(fc.nat(1_000)), fc.nat(1_000), (warnings, inactivity) => {
        const kept = keyWarnings(warnings, inactivity);
        expect(kept.every((ms) => ms > 0 && ms < inactivity)).toBe(true);
        expect([...kept].sort((a, b) => b - a)).toEqual(kept);
      }),
    );
  });

  const nobody: KeyStanding = { isCreator: false, teamRoles: [], elementRole: null, workspaceRole: null };
  it.each([
    ['a stranger', nobody, [false, false, false]],
    ['a guest', { ...nobody, teamRoles: ['guest'], elementRole: 'guest_viewer' }, [false, false, false]],
    ['a member', { ...nobody, teamRoles: ['developer'], elementRole: 'viewer' }, [true, false, false]],
    ['billing', { ...nobody, teamRoles: ['billing'] }, [true, false, false]],
    ['its creator', { ...nobody, teamRoles: ['developer'], isCreator: true }, [true, true, true]],
    ['its creator who left', { ...nobody, isCreator: true }, [false, false, false]],
    [
      'a collection Editor',
      { ...nobody, teamRoles: ['developer'], elementRole: 'editor' },
      [true, true, true],
    ],
    [
      'a workspace Admin',
      { ...nobody, teamRoles: ['developer'], workspaceRole: 'admin' },
      [true, false, true],
    ],
    ['an Admin', { ...nobody, teamRoles: ['admin'] }, [true, true, true]],
    ['a Super Admin', { ...nobody, teamRoles: ['super_admin'] }, [true, true, true]],
    ['a Community Manager', { ...nobody, teamRoles: ['community_manager'] }, [true, false, true]],
  ] as const)('let %s see, keep and revoke as the table says (KEY-5)', (_who, by, [sees, keeps, revokes]) => {
    expect([maySeeKey(by), mayKeepKey(by), mayRevokeKey(by)]).toEqual([sees, keeps, revokes]);
  });
});
