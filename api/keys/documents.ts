import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { FoundKey } from '../../store/queries/key-lookup';

/** How a document may be packed on its way. */
export type Encoding = 'br' | 'gzip';

/** One version of a collection, as it is answered: `{"collection": …}` around the bytes that were stored. */
export interface ServedDocument {
  readonly body: Buffer;
  readonly etag: string;
  /** Packed once, when it is first asked for. */
  readonly packed: Map<Encoding, Promise<Buffer>>;
}

/** Below this a packed answer fills the same network packet. */
const WORTH_PACKING = 1_400;
/** Documents that stay in memory, bytes; versions never change, so they leave only for want of room. */
const MEMORY = 64 * 1024 * 1024;

/** Documents by collection and version. */
export function createDocuments() {
  const kept = new LRUCache<string, ServedDocument>({
    maxSize: MEMORY,
    // With its packed forms a document takes about half as much again.
    sizeCalculation: ({ body }) => Math.ceil(body.length * 1.5) + 500,
  });
  const keyOf = (elementId: string, version: number): string => `${elementId}:${version}`;
  return {
    get: (elementId: string, version: number): ServedDocument | undefined =>
      kept.get(keyOf(elementId, version)),
    put({ elementId, version, etag }: FoundKey, content: string): ServedDocument {
      const body = Buffer.from(`{"collection":${content}}`);
      const document: ServedDocument = { body, etag, packed: new Map() };
      kept.set(keyOf(elementId, version), document);
      return document;
    },
  };
}

/** The encoding that an answer goes out in, or null for the bytes as they are. */
export function encodingFor(accepted: string | undefined, { body }: ServedDocument): Encoding | null {
  if (accepted === undefined || body.length < WORTH_PACKING) return null;
  const weights = new Map(
    accepted.split(',').map((part): [string, number] => {
      const [name = '', ...parameters] = part
        .trim()
        .toLowerCase()
        .split(/\s*;\s*/);
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight)];
    }),
  );
  const takes = (encoding: Encoding): boolean => (weights.get(encoding) ?? weights.get('*') ?? 0) > 0;
  if (takes('br')) return 'br';
  return takes('gzip') ? 'gzip' : null;
}

/** A document's bytes in an encoding. */
export function packed(document: ServedDocument, encoding: Encoding): Promise<Buffer> {
  const there = document.packed.get(encoding);
  if (there !== undefined) return there;
  const packing = encoding === 'br' ? brotli(document.body, BROTLI) : promisify(gzip)(document.body);
  document.packed.set(encoding, packing);
  return packing;
}

const brotli = promisify(brotliCompress);
/** As small as gzip's best, in a fraction of the time that the default of 11 takes. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
