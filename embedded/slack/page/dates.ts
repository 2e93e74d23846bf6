/** The parts of Slack's date formats, as options of Intl. */
const PARTS: Record<string, Intl.DateTimeFormatOptions> = {
  date_num: { year: 'numeric', month: '2-digit', day: '2-digit' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  date_pretty: { year: 'numeric', month: 'long', day: 'numeric' },
  date_short: { year: 'numeric', month: 'short', day: 'numeric' },
  date_short_pretty: { year: 'numeric', month: 'short', day: 'numeric' },
  date_long: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  date_long_pretty: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  time: { hour: '2-digit', minute: '2-digit', hour12: false },
  time_secs: { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false },
};

/**
 * Fills in a `<!date^…>` format.
 * @param seconds - since 1970.
 * @param format - such as `{date_short} at {time}`.
 * @param timeZone - of the one who reads.
 */
export function formatDate(seconds: number, format: string, timeZone: string): string {
  return format.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const options = PARTS[name];
    return options === undefined
      ? whole
      : new Intl.DateTimeFormat('en-GB', { ...options, timeZone }).format(seconds * 1000);
  });
}

/** The time of day of a message. */
export function timeOf(ts: string, timeZone: string): string {
  return formatDate(Number(ts), '{time}', timeZone);
}

/** The day of a message, for the lines between days. */
export function dayOf(ts: string, timeZone: string): string {
  return formatDate(Number(ts), '{date_long}', timeZone);
}
