/** How often a thing is looked for. */
const LOOK_EVERY_MS = 150;

/**
 * Looks until there is something to see.
 * @param what named when it never comes
 * @param look null while it is not there yet
 * @param withinMs how long to look, by default far longer than any step takes on a slow machine
 * @throws Error when the time is over
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | null>,
  withinMs = 30_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (Date.now() > end) throw new Error(`${what} did not come within ${withinMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
