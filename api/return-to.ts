/**
 * Where to go after signing in, if it is a place of ours: a path, kept as one, with no way to another host.
 * @returns null for anything else
 */
export function localPath(value: unknown): string | null {
  if (typeof value !== 'string' || !value.startsWith('/') || value.length > 2_000) return null;
  // Browsers take a backslash for a slash and drop control characters: both turn a path into another host's address.
  if (/[\\\p{Cc} ]/u.test(value)) return null;
  const base = 'http://here.invalid';
  const url = URL.canParse(value, base) ? new URL(value, base) : null;
  // Two slashes name a host, also where they come forth when dots are resolved: `/.//evil.test`.
  if (url?.origin !== base || url.pathname.startsWith('//')) return null;
  return `${url.pathname}${url.search}${url.hash}`;
}
