import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Names one process for good: its id comes around again, its id with its start does not. */
export interface ProcessMark {
  readonly pid: number;
  readonly started: string;
}

/**
 * When a process began, in a form that only serves to be compared; `null` when there is none of that id. A zombie counts
 * as gone: nobody may be there to bury it.
 */
export function startOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') return ask(pid, 'lstart=');
    // proc(5): after the name, which may hold anything, field 3 is the state and field 22 the start in ticks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return fields[0] === 'Z' ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

/** The command line of a process, `null` when there is no such process. */
export function commandOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux') return ask(pid, 'args=');
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return null;
  }
}

/** The mark of a running process of ours. */
export function markOf(pid: number): ProcessMark {
  return { pid, started: startOf(pid) ?? '' };
}

/** Whether exactly that process still runs. */
export function isRunning(mark: ProcessMark): boolean {
  return startOf(mark.pid) === mark.started;
}

/** Reads a mark that was written as JSON; `null` when there is none, or half of one. */
export function readMark(file: string): ProcessMark | null {
  try {
    const mark = JSON.parse(readFileSync(file, 'utf8')) as Partial<ProcessMark>;
    return typeof mark.pid === 'number' && typeof mark.started === 'string'
      ? { pid: mark.pid, started: mark.started }
      : null;
  } catch {
    return null;
  }
}

function ask(pid: number, field: string): string {
  return execFileSync('ps', ['-o', field, '-p', String(pid)], { encoding: 'utf8' }).trim();
}
