const ISO_8601 = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d{1,3})?)S)?)?$/;
const UNIT_MS = [604_800_000, 86_400_000, 3_600_000, 60_000, 1_000] as const;

/**
 * Milliseconds of an ISO 8601 duration in weeks, days, hours, minutes and seconds (`P60D`, `PT0.5S`), or null when it is
 * none. A day is 24 hours: deadlines are instants in UTC. Months and years have no fixed length and are refused.
 */
export function durationMs(iso: string): number | null {
  const match = ISO_8601.exec(iso);
  if (match === null || iso.endsWith('T')) return null;
  const parts: readonly (string | undefined)[] = match.slice(1);
  if (parts.every((part) => part === undefined)) return null;
  return UNIT_MS.reduce((sum, unit, index) => sum + Math.round(Number(parts[index] ?? 0) * unit), 0);
}

/**
 * Milliseconds of a duration that was validated before it was stored.
 * @throws {RangeError} when it is none.
 */
export function storedDurationMs(iso: string): number {
  const ms = durationMs(iso);
  if (ms === null) throw new RangeError(`not an ISO 8601 duration: ${iso}`);
  return ms;
}
