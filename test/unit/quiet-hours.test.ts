import fc from 'fast-check';
import { DateTime } from 'luxon';
import { quietUntil, type QuietHours } from '../../domain/quiet-hours';

const berlin = (from: string, to: string): QuietHours => ({ from, to, timeZone: 'Europe/Berlin' });
const until = (hours: QuietHours, at: string) => quietUntil(hours, new Date(at))?.toISOString() ?? null;

describe('quiet hours (SLACK-5)', () => {
  it.each([
    [
      'over midnight, in the evening',
      berlin('22:00', '07:00'),
      '2026-06-01T21:00:00Z',
      '2026-06-02T05:00:00.000Z',
    ],
    [
      'over midnight, in the morning',
      berlin('22:00', '07:00'),
      '2026-06-02T03:00:00Z',
      '2026-06-02T05:00:00.000Z',
    ],
    ['in one day', berlin('12:00', '13:00'), '2026-06-01T10:00:00Z', '2026-06-01T11:00:00.000Z'],
    ['not at their end', berlin('12:00', '13:00'), '2026-06-01T11:00:00Z', null],
    ['not by day', berlin('22:00', '07:00'), '2026-06-01T10:00:00Z', null],
    ['over clocks set forward', berlin('22:00', '07:00'), '2026-03-28T22:00:00Z', '2026-03-29T05:00:00.000Z'],
    ['over clocks set back', berlin('22:00', '07:00'), '2026-10-24T21:00:00Z', '2026-10-25T06:00:00.000Z'],
    // 02:30 is skipped: the clock shows 03:00 after 01:59.
    ['whose end is skipped', berlin('22:00', '02:30'), '2026-03-28T22:00:00Z', '2026-03-29T01:00:00.000Z'],
    // 02:30 shows twice: the first counts.
    ['whose end shows twice', berlin('22:00', '02:30'), '2026-10-24T21:00:00Z', '2026-10-25T00:30:00.000Z'],
  ])('%s', (_what, hours, at, end) => {
    expect(until(hours, at)).toBe(end);
  });

  it('hold from the instant to their end, at which they do not, in any zone and at any change of clocks', () => {
    const clock = fc
      .integer({ min: 0, max: 1_439 })
      .map((n) => `${String(Math.floor(n / 60)).padStart(2, '0')}:${String(n % 60).padStart(2, '0')}`);
    const zones = [
      'UTC',
      'Europe/Berlin',
      'America/New_York',
      'Australia/Lord_Howe',
      'Asia/Kathmandu',
      'Africa/Cairo',
    ];
    const hours = fc
      .record({ from: clock, to: clock, timeZone: fc.constantFrom(...zones) })
      .filter(({ from, to }) => from !== to);
    const instant = fc.date({
      min: new Date('2024-01-01'),
      max: new Date('2028-01-01'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(hours, instant, fc.double({ min: 0, max: 1, noNaN: true }), (quiet, at, part) => {
        const minute = (when: Date) => {
          const { hour, minute: past } = DateTime.fromJSDate(when, { zone: quiet.timeZone });
          return `${String(hour).padStart(2, '0')}:${String(past).padStart(2, '0')}`;
        };
        const holds = (when: Date) => {
          const now = minute(when);
          return quiet.from < quiet.to
            ? now >= quiet.from && now < quiet.to
            : now >= quiet.from || now < quiet.to;
        };
        const end = quietUntil(quiet, at);
        expect(end !== null).toBe(holds(at));
        if (end === null) return;
        expect(end.getTime()).toBeGreaterThan(at.getTime());
        expect(end.getTime() - at.getTime()).toBeLessThan(25.5 * 3_600_000);
        expect(holds(end)).toBe(false);
        const between = new Date(at.getTime() + Math.floor((end.getTime() - at.getTime() - 1) * part));
        expect(holds(between)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
