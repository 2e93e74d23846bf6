import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

type Entry = [table: string, key: string, value?: unknown];

/**
 * A table of plain JSON values, kept in memory and written through to a journal.
 * A value is replaced as a whole: whoever changes one puts it again.
 */
export class Table<T> {
  private readonly rows = new Map<string, T>();

  constructor(private readonly write: (key: string, value?: T) => void) {}

  get(key: string): T | undefined {
    return this.rows.get(key);
  }

  put(key: string, value: T): T {
    this.rows.set(key, value);
    this.write(key, value);
    return value;
  }

  delete(key: string): void {
    if (this.rows.delete(key)) this.write(key);
  }

  clear(): void {
    for (const key of [...this.rows.keys()]) this.delete(key);
  }

  all(): T[] {
    return [...this.rows.values()];
  }

  entries(): [string, T][] {
    return [...this.rows.entries()];
  }

  /** Takes a value read back from the journal, without writing it again. */
  restore(key: string, value: T | undefined): void {
    if (value === undefined) this.rows.delete(key);
    else this.rows.set(key, value);
  }
}

/**
 * An append-only file of changes, compacted at each start. Every change is handed to the operating system before the
 * caller goes on, so that kill -9 loses none.
 */
export class Journal {
  private readonly tables = new Map<string, Table<unknown>>();

  constructor(private readonly file: string) {}

  table<T>(name: string): Table<T> {
    const table = new Table<T>((key, value) => this.append([name, key, value]));
    this.tables.set(name, table as Table<unknown>);
    return table;
  }

  /** Reads the journal back and rewrites it without what has been replaced; call it once all tables are named. */
  open(): void {
    if (existsSync(this.file)) {
      for (const line of readFileSync(this.file, 'utf8').split('\n')) {
        const entry = parseLine(line);
        if (entry !== null) this.tables.get(entry[0])?.restore(entry[1], entry[2]);
      }
    }
    this.compact();
  }

  private append(entry: Entry): void {
    appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  private compact(): void {
    const fresh = `${this.file}.new`;
    const handle = openSync(fresh, 'w', 0o600);
    for (const [name, table] of this.tables) {
      for (const [key, value] of table.entries())
        writeSync(handle, `${JSON.stringify([name, key, value])}\n`);
    }
    fsyncSync(handle);
    closeSync(handle);
    renameSync(fresh, this.file);
    // The rename itself is only durable once the folder is.
    const folder = openSync(dirname(this.file), 'r');
    fsyncSync(folder);
    closeSync(folder);
  }
}

/** A line cut short by a kill is the last one and counts as not written. */
function parseLine(line: string): Entry | null {
  try {
    return line === '' ? null : (JSON.parse(line) as Entry);
  } catch {
    return null;
  }
}
