import { spawn, type ChildProcess } from 'node:child_process';

/** A child process that cannot outlive us. */
export interface Tethered {
  readonly pid: number;
  /** Resolves when it is gone, with the last lines that it printed. */
  readonly exited: Promise<string>;
  /** Asks it to end, and ends it when it does not. */
  stop(): Promise<void>;
}

/** What to run. */
export interface TetherOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** What asks this program to end in good order. */
  readonly stopSignal: 'INT' | 'TERM';
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** Run as this user, for programs that refuse root. */
  readonly user?: { readonly uid: number; readonly gid: number } | null;
}

/** How much of what a child prints is kept to explain its end. */
const HEAD_CHARS = 1_000;
const TAIL_CHARS = 1_000;

/** Its last words may still be in the pipe when it is gone; a grandchild that lives on may hold the pipe for good. */
const LAST_WORDS_WITHIN_MS = 500;

/** A database that has not ended in good order by then is ended the hard way; it recovers at its next start. */
const STOP_WITHIN_MS = 10_000;

// The shell holds our pipe as its input. When the pipe closes, because we close it or because we are gone, even by
// kill -9, it signals the child. The child sees neither the pipe nor the terminal's Ctrl-C, which reaches only us.
const TETHER =
  's=$1; shift; exec 3<&0; "$@" </dev/null 3<&- & p=$!; { cat <&3 >/dev/null; kill -s "$s" "$p"; } >/dev/null 2>&1 & wait "$p"';

/** Starts a child in a group of its own, tethered to us by a pipe. */
export function tether(options: TetherOptions): Tethered {
  const { command, args, stopSignal, env = process.env, cwd, user } = options;
  const child = spawn('sh', ['-c', TETHER, 'sh', stopSignal, command, ...args], {
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env,
    ...(cwd === undefined ? {} : { cwd }),
    ...(user ?? {}),
  });
  const words = wordsOf(child);
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', () => {
      // The pipe’s other reader, which waits to signal, has nobody left to signal.
      child.stdin.end();
      const finish = () => resolve(words());
      const late = setTimeout(finish, LAST_WORDS_WITHIN_MS);
      child.once('close', () => {
        clearTimeout(late);
        finish();
      });
    });
  });
  // Writing to a child that is gone must not end us.
  child.stdin.on('error', () => undefined);
  return {
    pid: child.pid ?? 0,
    exited,
    stop: async () => {
      child.stdin.end();
      const timer = setTimeout(() => killGroup(child), STOP_WITHIN_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}

/** What it printed: the beginning, where the cause stands, and the end. */
function wordsOf(child: ChildProcess): () => string {
  let head = '';
  let tail = '';
  const keep = (chunk: Buffer) => {
    const text = chunk.toString('utf8');
    const room = HEAD_CHARS - head.length;
    head += text.slice(0, Math.max(0, room));
    tail = (tail + text.slice(Math.max(0, room))).slice(-TAIL_CHARS);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  return () => (head + tail).trim();
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It ended between the timer and here.
  }
}
