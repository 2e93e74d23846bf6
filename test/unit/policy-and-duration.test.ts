import fc from 'fast-check';
import { durationMs, storedDurationMs } from '../../domain/duration';
import { DEFAULT_POLICY, pinnedPolicy, policyOf, POLICY_DURATIONS } from '../../domain/policy';

const DAY_MS = 86_400_000;

describe('durations', () => {
  it('are weeks, days, hours, minutes and seconds down to the millisecond (INVITE-7)', () => {
    expect(['P15D', 'PT24H', 'P1W', 'P1DT2H3M4.005S', 'PT0.5S', 'PT0S'].map(durationMs)).toEqual([
      15 * DAY_MS,
      DAY_MS,
      7 * DAY_MS,
      DAY_MS + 2 * 3_600_000 + 3 * 60_000 + 4_005,
      500,
      0,
    ]);
  });

  it('are the sum of their parts, whichever are named (INVITE-7)', () => {
    const part = fc.option(fc.nat(999), { nil: null });
    fc.assert(
      fc.property(part, part, part, part, part, fc.nat(999), (w, d, h, m, s, ms) => {
        fc.pre([w, d, h, m, s].some((one) => one !== null));
        const named = (value: number | null, unit: string) => (value === null ? '' : `${value}${unit}`);
        const seconds = s === null ? '' : `${s}.${String(ms).padStart(3, '0')}S`;
        const time = named(h, 'H') + named(m, 'M') + seconds;
        const iso = `P${named(w, 'W')}${named(d, 'D')}${time === '' ? '' : `T${time}`}`;
        const days = (w ?? 0) * 7 + (d ?? 0);
        const minutes = (h ?? 0) * 60 + (m ?? 0);
        const rest = s === null ? 0 : s * 1_000 + ms;
        expect(durationMs(iso)).toBe(days * DAY_MS + minutes * 60_000 + rest);
      }),
    );
  });

  it('have no months or years, which have no fixed length, no sign, and are never empty (INVITE-7)', () => {
    const none = [
      'P1M',
      'P1Y',
      'P',
      'PT',
      'P1DT',
      '-P1D',
      'P-1D',
      'P1.5D',
      'PT0.0001S',
      '1D',
      ' P1D',
      'P1D\n',
    ];
    expect(none.map(durationMs)).toEqual(none.map(() => null));
    expect(() => storedDurationMs('P1M')).toThrow(RangeError);
    expect(storedDurationMs('PT1S')).toBe(1_000);
  });

  it('are none for any other text (INVITE-7)', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = durationMs(text);
        if (!text.startsWith('P')) expect(ms).toBeNull();
        else if (ms !== null) expect(Number.isInteger(ms) && ms >= 0).toBe(true);
      }),
    );
  });
});

describe('a team’s policy', () => {
  it('starts as the defaults of the rules, every duration of which is one (INVITE-5, INVITE-7, INVITE-13)', () => {
    expect(policyOf({})).toEqual(DEFAULT_POLICY);
    expect(DEFAULT_POLICY).toMatchObject({
      ...{ approvalExpiry: 'P15D', approvalReminders: ['PT24H', 'PT72H'], approvalsRequired: 1 },
      ...{ denyReasonRequired: true, invitationExpiry: 'P30D' },
    });
    const all = POLICY_DURATIONS.flatMap((name) => DEFAULT_POLICY[name]);
    expect(all.filter((iso) => durationMs(iso) === null)).toEqual([]);
  });

  it('keeps what the team changed and takes the rest from the defaults (INVITE-13)', () => {
    const changed = { approvalsRequired: 2, denyReasonRequired: false };
    expect(policyOf(changed)).toEqual({ ...DEFAULT_POLICY, ...changed });
  });

  it('is pinned to a request: a later change of the team’s leaves the copy as it is (INVITE-13)', () => {
    const pinned = pinnedPolicy(policyOf({ approvalExpiry: 'PT1H' }));
    expect(Object.keys(pinned).sort()).toEqual([
      ...['approvalExpiry', 'approvalReminders', 'denyReasonRequired'],
      ...['escalateAfter', 'invitationExpiry', 'quorum'],
    ]);
    expect(pinnedPolicy(policyOf({ approvalExpiry: 'PT2H' })).approvalExpiry).toBe('PT2H');
    expect(pinned.approvalExpiry).toBe('PT1H');
  });
});
