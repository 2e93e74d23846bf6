import { z } from 'zod';
import { Refusal } from '../../domain/refusal';
import { ELEMENT_TYPES, type ElementType } from '../../domain/roles';
import { scanJson, type Slices } from './json-scan';
import { invalidContent, type ParsedDocument } from './read-document';
import { schemaFaults } from './schema-faults';

const newElement = z.strictObject({ type: z.enum(ELEMENT_TYPES), content: z.unknown() });

/**
 * Reads the body of a new element, `{ type, content }`, and cuts `content` out of the bytes as it stands there.
 * @throws {Refusal} `malformed_json`; `invalid_request` for the body's own fields; `invalid_content` for nesting or
 * duplicate keys
 */
export function readNewElement(raw: Buffer): {
  readonly type: ElementType;
  readonly document: ParsedDocument;
} {
  const { text, value } = parse(raw);
  const body = newElement.safeParse(value);
  if (!body.success) {
    const errors = schemaFaults(body.error, '');
    throw new Refusal('invalid_request', 'The body is { type, content }.', { errors });
  }
  const document = cut(text, scan(text), body.data.content);
  if (document === null) {
    const errors = [{ path: 'content', message: 'is missing' }];
    throw new Refusal('invalid_request', 'The body is { type, content }.', { errors });
  }
  return { type: body.data.type, document };
}

/**
 * Reads the body of a new version: the document itself, as `GET …/content` gives it, or `{ content }` as a new element has
 * it. No document of ours has `content` for its only field.
 * @throws {Refusal} `malformed_json`; `invalid_content` for nesting or duplicate keys
 */
export function readNewContent(raw: Buffer): ParsedDocument {
  const { text, value } = parse(raw);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalidContent('A document is an object.', [{ path: '', message: 'has to be an object' }]);
  }
  const slices = scan(text);
  const wrapped = slices.size === 1 ? cut(text, slices, (value as { content?: unknown }).content) : null;
  return wrapped ?? { text: text.trim(), value, root: '' };
}

function parse(raw: Buffer): { readonly text: string; readonly value: unknown } {
  try {
    const text = withoutMarks(new TextDecoder('utf-8', { fatal: true }).decode(raw));
    return { text, value: JSON.parse(text) };
  } catch {
    throw new Refusal('malformed_json', 'The body is no JSON in UTF-8.');
  }
}

/**
 * Files that begin with a byte order mark are put into bodies as they are. The decoder drops the body's own; the one before
 * `content` is no part of the JSON either. Inside a text the quotes would be escaped: the pattern matches outside alone.
 */
function withoutMarks(text: string): string {
  return text.replace(/("content"\s*:\s*)\uFEFF/, '$1');
}

function scan(text: string): Slices {
  const found = scanJson(text);
  if ('slices' in found) return found.slices;
  throw invalidContent('The document cannot be kept as it is.', [found.fault]);
}

function cut(text: string, slices: Slices, value: unknown): ParsedDocument | null {
  const slice = slices.get('content');
  return slice === undefined ? null : { text: text.slice(slice.start, slice.end), value, root: 'content' };
}
