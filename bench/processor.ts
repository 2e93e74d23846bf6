import { readdirSync, readFileSync } from 'node:fs';

/** `sysconf(_SC_CLK_TCK)`: 100 on every Linux that Node runs on. */
const MS_A_TICK = 10;

/** What a process is called, by its command line; null for one that is not counted. */
export type PartOf = (command: string) => string | null;

/** Names parts by a piece of their command line. The shell that a process is tethered by has its command line, too, and is none. */
export function partBy(marks: readonly (readonly [part: string, mark: string])[]): PartOf {
  return (command) =>
    command.startsWith('sh ') ? null : (marks.find(([, mark]) => command.includes(mark))?.[0] ?? null);
}

/**
 * Milliseconds of processor that this process's children and theirs have used since they began, by part: those that ended
 * are counted in the part of whoever waited for them. Empty where there is no /proc.
 */
export function processorTimes(partOf: PartOf): Readonly<Record<string, number>> {
  let pids: string[];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    return {};
  }
  const stats = new Map<string, { parent: string; ms: number }>();
  for (const pid of pids) {
    const stat = readOf(pid, 'stat');
    if (stat === null) continue;
    // proc(5): after the name, which may hold anything, 4 is the parent, 14 and 15 the ticks in user and system mode, 16 and 17 those of ended children.
    const fields = stat.replace(/^.*\) /s, '').split(' ');
    const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
    stats.set(pid, { parent: fields[1] ?? '', ms: ticks * MS_A_TICK });
  }
  const isOurs = (pid: string): boolean => {
    const parent = stats.get(pid)?.parent;
    return parent !== undefined && (parent === String(process.pid) || isOurs(parent));
  };
  const times: Record<string, number> = {};
  for (const [pid, { ms }] of stats) {
    if (!isOurs(pid)) continue;
    const part = partOf((readOf(pid, 'cmdline') ?? '').replaceAll('\0', ' '));
    if (part !== null) times[part] = (times[part] ?? 0) + ms;
  }
  return times;
}

/** Null for a process that ended meanwhile. */
function readOf(pid: string, file: 'stat' | 'cmdline'): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return null;
  }
}
