import { DateTime, IANAZone } from 'luxon';

/** The hours of each day in which Slack and mail wait, as clocks show them in a time zone: `22:00` to `07:00`. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

const CLOCK = /^([01]\d|2[0-3]):([0-5]\d)$/;
/** Where clocks are set back an hour shows twice; some zones move by half an hour. */
const TWICE_MINUTES = [-60, -30, 0, 30, 60];

/** Whether it is a time of day such as `07:30`. */
export function isClockTime(text: string): boolean {
  return CLOCK.test(text);
}

/** Whether it names a zone of the IANA database, such as `Europe/Berlin`. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/**
 * When the quiet hours that hold at an instant end, or null where none hold (SLACK-5). They go by the clock on the wall:
 * where clocks are set, they are longer or shorter than usual, and end when the clock first shows their end.
 */
export function quietUntil(hours: QuietHours, at: Date): Date | null {
  const [from, to] = [minutes(hours.from), minutes(hours.to)];
  const isQuiet = (now: DateTime): boolean => {
    const minute = minuteOf(now);
    return from < to ? minute >= from && minute < to : minute >= from || minute < to;
  };
  const now = DateTime.fromJSDate(at, { zone: hours.timeZone });
  if (!isQuiet(now)) return null;
  const day = from > to && minuteOf(now) >= from ? now.plus({ days: 1 }) : now;
  const usual = day.set({ hour: Math.floor(to / 60), minute: to % 60, second: 0, millisecond: 0 });
  const shown = TWICE_MINUTES.map((shift) => usual.plus({ minutes: shift })).find(
    (one) => one > now && minuteOf(one) === to,
  );
  let end: DateTime = shown ?? usual;
  // Clocks that are set forward may skip the end: it is then the instant at which they were.
  for (let before = previous(end); before > now && !isQuiet(before); before = previous(end)) end = before;
  return end.toJSDate();
}

const previous = (at: DateTime) => at.minus({ minutes: 1 });
const minuteOf = (at: DateTime): number => at.hour * 60 + at.minute;

function minutes(clock: string): number {
  const match = CLOCK.exec(clock);
  if (match === null) throw new RangeError('not a time of day');
  return Number(match[1]) * 60 + Number(match[2]);
}
