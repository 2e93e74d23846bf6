import { createScanner } from 'jsonc-parser';
import type { InputFault } from '../../domain/refusal';

/** jsonc-parser's token kinds; its own names are a const enum, which isolated compilation cannot see. */
const TOKEN = {
  openBrace: 1,
  closeBrace: 2,
  openBracket: 3,
  closeBracket: 4,
  comma: 5,
  colon: 6,
  string: 10,
  end: 17,
} as const;

/** Recursive checks follow; real documents nest a few dozen levels deep. */
const MAX_DEPTH = 256;

/** Where the value of each key of the outermost object lies in the text. */
export type Slices = ReadonlyMap<string, { readonly start: number; readonly end: number }>;

/** What a scan found: the slices, or the first thing that makes the text unfit. */
export type Scan = { readonly slices: Slices } | { readonly fault: InputFault };

interface Level {
  /** Keys so far of an object; null for an array. */
  readonly keys: Set<string> | null;
  /** The key or index that the scan is at. */
  at: string | number;
  expectsKey: boolean;
}

/**
 * Reads a JSON text's outline without recursion. Nesting beyond the cap would overflow the checks that follow, and of
 * duplicate keys every reader takes another one: what was checked would not be what is stored.
 * @param text valid JSON whose outermost value is an object
 */
export function scanJson(text: string): Scan {
  const scanner = createScanner(text, true);
  const levels: Level[] = [];
  const slices = new Map<string, { start: number; end: number }>();
  let valueStart = -1;
  const path = (): string => levels.map((level) => level.at).join('.');
  const endValue = (end: number): void => {
    const [top] = levels;
    if (levels.length === 1 && top?.keys != null && valueStart >= 0) {
      slices.set(String(top.at), { start: valueStart, end });
      valueStart = -1;
    }
  };
  for (let token = scanner.scan() as number; token !== TOKEN.end; token = scanner.scan() as number) {
    const level = levels.at(-1);
    const start = scanner.getTokenOffset();
    const end = start + scanner.getTokenLength();
    if (token === TOKEN.comma) {
      if (level?.keys == null) {
        if (level !== undefined) level.at = Number(level.at) + 1;
      } else level.expectsKey = true;
    } else if (token === TOKEN.colon) {
      continue;
    } else if (token === TOKEN.closeBrace || token === TOKEN.closeBracket) {
      levels.pop();
      endValue(end);
    } else if (level?.keys != null && level.expectsKey) {
      const key = scanner.getTokenValue();
      level.at = key;
      if (level.keys.has(key)) return { fault: { path: path(), message: 'stands there twice' } };
      level.keys.add(key);
      level.expectsKey = false;
    } else {
      if (levels.length === 1) valueStart = start;
      if (token === TOKEN.openBrace || token === TOKEN.openBracket) {
        if (levels.length === MAX_DEPTH) {
          return { fault: { path: beginning(path()), message: `is nested deeper than ${MAX_DEPTH} levels` } };
        }
        const isObject = token === TOKEN.openBrace;
        levels.push(
          isObject ? { keys: new Set(), at: '', expectsKey: true } : { keys: null, at: 0, expectsKey: false },
        );
      } else endValue(end);
    }
  }
  return { slices };
}

/** Where a nest begins says enough: its whole path would be hundreds of steps. */
function beginning(path: string): string {
  return path.split('.').slice(0, 10).join('.');
}
