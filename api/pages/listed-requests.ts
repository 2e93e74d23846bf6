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

/** A request that is a bare URL, or names no method, is a GET. */
function methodOf(request: NonNullable<Item['request']>): string {
  return typeof request === 'object' && typeof request.method === 'string' ? request.method : 'GET';
}
