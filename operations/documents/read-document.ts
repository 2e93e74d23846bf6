import { createHash } from 'node:crypto';
import { Refusal, type InputFault } from '../../domain/refusal';
import type { ElementType } from '../../domain/roles';
import { collectionSchema } from './collection-schema';
import { environmentSchema } from './environment-schema';
import { openApiSchema } from './openapi-schema';
import { schemaFaults } from './schema-faults';

/** A document that was checked: its name, its text as it came, and the ETag of that text. */
export interface CheckedDocument {
  readonly name: string;
  readonly content: string;
  readonly etag: string;
}

/** A document's text with what `JSON.parse` makes of it, free of duplicate keys and not too deep. */
export interface ParsedDocument {
  readonly text: string;
  readonly value: unknown;
  /** Where the document lies in the caller's input, for the paths of faults; empty when it is the input. */
  readonly root: string;
}

const KINDS: Readonly<Record<ElementType, string>> = {
  collection: 'Postman Collection v2.0 or v2.1',
  api: 'OpenAPI 3.0 or 3.1 document',
  environment: 'Postman environment',
};

/**
 * Checks that a document is what its element's type says (SHARE-8).
 * @throws {Refusal} `invalid_content` with the path of each fault
 */
export function checkDocument(type: ElementType, document: ParsedDocument): CheckedDocument {
  const { value, text, root } = document;
  return { name: nameIn(type, value, root), content: text, etag: etagOf(text) };
}

/** The refusal of a document. */
export function invalidContent(sentence: string, errors: readonly InputFault[]): Refusal {
  return new Refusal('invalid_content', sentence, { errors });
}

/** The strong ETag of a document's text: the same bytes have the same one, and no others do. */
export function etagOf(text: string): string {
  return `"${createHash('sha256').update(text).digest('base64url')}"`;
}

function nameIn(type: ElementType, value: unknown, root: string): string {
  switch (type) {
    case 'collection':
      return checked(type, collectionSchema.safeParse(value), root).info.name;
    case 'api':
      return checked(type, openApiSchema.safeParse(value), root).info.title;
    case 'environment':
      return checked(type, environmentSchema.safeParse(value), root).name;
  }
}

type Result<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: Parameters<typeof schemaFaults>[0] };

function checked<T>(type: ElementType, result: Result<T>, root: string): T {
  if (result.success) return result.data;
  throw invalidContent(`This is no ${KINDS[type]}.`, schemaFaults(result.error, root));
}
