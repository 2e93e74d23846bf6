import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Spread, Verdict } from './verdict';

/** One line of a bench's table. */
export interface Row {
  readonly what: string;
  readonly value: Spread | number;
  readonly unit: string;
  /** How it compares with its baseline in the same rounds. */
  readonly ratio?: { readonly to: string; readonly is: Spread };
  /** As a reader has it: `≥ 2.0×`. */
  readonly goal?: string;
  readonly verdict?: Verdict;
}

/** What a bench leaves behind: all that `docs/performance.md` is made of. */
export interface Result {
  readonly name: string;
  /** What was measured, how and against what, in sentences. */
  readonly about: string;
  readonly rounds: number;
  /** Ratios of the baseline to itself in the same rounds: nothing finer than that can be told apart. */
  readonly itself: Spread;
  readonly rows: readonly Row[];
}

/** Where and when a result came about. */
export interface Surroundings {
  readonly at: string;
  readonly machine: string;
  readonly node: string;
  readonly postgres: string;
  /** Load average of the minute before. */
  readonly loadBefore: number;
}

const FOLDER = join(__dirname, 'results');
const GIB = 1024 ** 3;

/** What the machine is and does, before a bench begins. @param postgres its version */
export function surroundings(postgres: string): Surroundings {
  const [cpu] = cpus();
  return {
    at: new Date().toISOString(),
    machine: `${cpus().length} × ${cpu?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / GIB)} GiB`,
    node: process.version,
    postgres,
    loadBefore: Math.round((loadavg()[0] ?? NaN) * 100) / 100,
  };
}

/** Shows a result and writes it where the docs are made from, unless it was but a short look. */
export function writeResult(where: Surroundings, result: Result, isShort = false): void {
  const kept = { ...result, surroundings: where };
  mkdirSync(FOLDER, { recursive: true });
  if (!isShort) writeFileSync(join(FOLDER, `${result.name}.json`), `${JSON.stringify(kept, rounded, 2)}\n`);
  process.stdout.write(`${tableOf(result.rows)}\n`);
}

/** All results that were written, by name. */
export function readResults(): (Result & { readonly surroundings: Surroundings })[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map(
      (file) =>
        JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Result & { surroundings: Surroundings },
    );
}

/** Rows as a Markdown table. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map(({ what, value, unit, ratio, goal, verdict }) =>
    [
      what,
      `${typeof value === 'number' ? short(value) : shown(value)} ${unit}`.trim(),
      ratio === undefined ? '' : `${shown(ratio.is)} × ${ratio.to}`,
      goal ?? '',
      verdict ?? '',
    ].join(' | '),
  );
  return [
    'what | median (lowest to highest) | beside | goal | verdict',
    '--- | --- | --- | --- | ---',
    ...lines,
  ]
    .map((line) => `| ${line} |`)
    .join('\n');
}

function shown({ median, min, max }: Spread): string {
  return `**${short(median)}** (${short(min)} to ${short(max)})`;
}

function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
