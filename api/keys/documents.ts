import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { COMMON } from './answers';
import type { FoundKey } from '../../store/queries/key-lookup';

/** How a document may be packed on its way. */
export type Encoding = 'br' | 'gzip';

/** Bytes as they go out, with their headers: names and values in turn. */
interface Form {
  readonly bytes: Buffer;
  /** A small one as a text of Latin-1, byte for character: it leaves in one write with its headers. */
  readonly body: Buffer | string;
  readonly headers: readonly string[];
  /** Those of a 304. */
  readonly validators: readonly string[];
}

/** One version of a collection, as it is answered: `{"collection": …}` around the bytes that were stored. */
export interface ServedDocument extends Form {
  readonly etag: string;
  /** Packed once, when it is first asked for. */
  readonly packed: Map<Encoding, Promise<Form>>;
}

/** Below this a packed answer fills the same network packet. */
const WORTH_PACKING = 1_400;
/** Larger ones are not copied for the sake of one write. */
const SMALL = 64 * 1024;
/** Documents that stay in memory, bytes; versions never change, so they leave only for want of room. */
const MEMORY = 64 * 1024 * 1024;

/** The newest document of each collection that was asked for lately. */
export function createDocuments() {
  const kept = new LRUCache<string, { readonly version: number; readonly document: ServedDocument }>({
    maxSize: MEMORY,
    // A small one is kept twice, and packed forms take about half as much again.
    sizeCalculation: ({ document }) => Math.ceil(document.bytes.length * 2.5) + 500,
  });
  return {
    get(elementId: string, version: number): ServedDocument | undefined {
      const there = kept.get(elementId);
      return there?.version === version ? there.document : undefined;
    },
    /** The version that is kept, or null. */
    versionOf: (elementId: string): number | null => kept.peek(elementId)?.version ?? null,
    put({ elementId, version, etag }: FoundKey, content: string): ServedDocument {
      const bytes = Buffer.from(`{"collection":${content}}`);
      const document: ServedDocument = { ...formWith(bytes, etag), etag, packed: new Map() };
      kept.set(elementId, { version, document });
      return document;
    },
  };
}

/** The encoding that an answer goes out in, or null for the bytes as they are. */
export function encodingFor(accepted: string | undefined, { bytes }: ServedDocument): Encoding | null {
  if (accepted === undefined || bytes.length < WORTH_PACKING) return null;
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

/**
 * A document packed in an encoding. Its ETag is weak: other bytes with the same meaning must not carry the same strong one
 * (RFC 9110, 8.8.3.3), and `If-None-Match` compares weakly, so that either form finds the other unchanged.
 */
export function formOf(document: ServedDocument, encoding: Encoding): Promise<Form> {
  const there = document.packed.get(encoding);
  if (there !== undefined) return there;
  const packing = encoding === 'br' ? brotli(document.bytes, BROTLI) : promisify(gzip)(document.bytes);
  const made = packing.then((bytes) => formWith(bytes, `W/${document.etag}`, ['Content-Encoding', encoding]));
  document.packed.set(encoding, made);
  return made;
}

function formWith(bytes: Buffer, etag: string, encoding: readonly string[] = []): Form {
  const validators = [
    ...COMMON,
    'ETag',
    etag,
    'Cache-Control',
    'no-cache',
    'Vary',
    'Accept-Encoding, X-Access-Key',
  ];
  const type = ['Content-Type', 'application/json; charset=utf-8'];
  const length = ['Content-Length', String(bytes.length)];
  const body = bytes.length <= SMALL ? bytes.toString('latin1') : bytes;
  return { bytes, body, validators, headers: [...validators, ...type, ...encoding, ...length] };
}

const brotli = promisify(brotliCompress);
/** As small as gzip's best, in a fraction of the time that the default of 11 takes. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };
