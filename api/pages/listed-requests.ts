/** One request of a collection, by its folder. */
export interface ListedRequest {
  readonly method: string;
  readonly path: string;
}

/** A page is read for no more. */
const MAX_LISTED = 200;

interface Item {
  readonly name?: unknown;
  readonly item?: unknown;
  readonly request?: { readonly method?: unknown } | string;
}

/** The requests of a stored collection's text, by folder, in its order. */
export function requestsOf(content: string): readonly ListedRequest[] {
  const found: ListedRequest[] = [];
  const walk = (items: readonly Item[], folder: string): void => {
    for (const { name, item, request } of items) {
      if (found.length >= MAX_LISTED) return;
      const path = `${folder}${typeof name === 'string' ? name : 'unnamed'}`;
      if (Array.isArray(item)) walk(item as readonly Item[], `${path} / `);
      else if (request !== undefined) found.push({ method: methodOf(request), path });
    }
  };
  walk((JSON.parse(content) as { item?: readonly Item[] }).item ?? [], '');
  return found;
}

/** More of a description than a page is read for. */
const MAX_DESCRIPTION = 2_000;

/** What a stored collection's text says of itself, or null; in v2 a description is a text or holds one. */
export function descriptionOf(content: string): string | null {
  const { info } = JSON.parse(content) as {
    info?: { description?: string | { content?: string | null } | null };
  };
  const given = info?.description;
  const text = (typeof given === 'string' ? given : given?.content)?.trim() ?? '';
  if (text === '') return null;
  return text.length > MAX_DESCRIPTION ? `${text.slice(0, MAX_DESCRIPTION)}…` : text;
}

/** A request that is a bare URL, or names no method, is a GET. */
function methodOf(request: NonNullable<Item['request']>): string {
  return typeof request === 'object' && typeof request.method === 'string' ? request.method : 'GET';
}
