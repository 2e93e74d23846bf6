import type { ServerResponse } from 'node:http';

/** What can go wrong on the way to a method or back. */
export const FAULT_KINDS = [
  'rate_limited',
  'server_error',
  'html',
  'error',
  'hang',
  'hang_after_accepting',
  'reset',
  'reset_after_accepting',
  'slow',
] as const;

/** A scripted fault; what it leaves out it does not ask for. */
export interface Fault {
  /** A method name, `response_url`, or `*`. */
  method: string;
  kind: (typeof FAULT_KINDS)[number];
  /** How many calls it hits before it is used up. */
  times: number;
  team?: string | undefined;
  channel?: string | undefined;
  user?: string | undefined;
  /** `Retry-After` of `rate_limited`, seconds. */
  retryAfterSeconds: number;
  /** Delay of `slow`, milliseconds. */
  delayMs: number;
  /** The code that `error` answers. */
  error: string;
}

/** What a call is known by when faults are matched. */
export interface Aim {
  method: string;
  team: string | null;
  channel: string | null;
  user: string | null;
}

/** The faults still to happen, first set first. */
export class Faults {
  private script: Fault[] = [];

  add(fault: Fault): void {
    this.script.push({ ...fault });
  }

  clear(): void {
    this.script = [];
  }

  list(): Fault[] {
    return this.script.map((fault) => ({ ...fault }));
  }

  /** Takes the first fault that fits the call, using it up by one. */
  take(aim: Aim): Fault | null {
    const fault = this.script.find(
      (one) =>
        (one.method === '*' || one.method === aim.method) &&
        (one.team === undefined || one.team === aim.team) &&
        (one.channel === undefined || one.channel === aim.channel) &&
        (one.user === undefined || one.user === aim.user),
    );
    if (fault === undefined) return null;
    fault.times -= 1;
    this.script = this.script.filter(({ times }) => times > 0);
    return { ...fault };
  }
}

/** Kinds at which the method has done its work and only the answer is lost or late. */
export function acceptsFirst(kind: Fault['kind']): boolean {
  return kind === 'hang_after_accepting' || kind === 'reset_after_accepting' || kind === 'slow';
}

/**
 * Answers a call the faulty way. `slow` is not answered here: its caller waits and answers as usual.
 * @returns the HTTP status sent, or 0 when nothing was.
 */
export function sendFault(fault: Fault, response: ServerResponse): number {
  switch (fault.kind) {
    case 'rate_limited':
      return send(response, 429, 'application/json', '{"ok":false,"error":"ratelimited"}', {
        'retry-after': String(fault.retryAfterSeconds),
      });
    case 'server_error':
      return send(response, 500, 'text/plain', 'Internal Server Error');
    case 'html':
      return send(
        response,
        200,
        'text/html',
        '<!DOCTYPE html><title>Slack</title><p>We will be right back.</p>',
      );
    case 'error':
      return send(response, 200, 'application/json', JSON.stringify({ ok: false, error: fault.error }));
    case 'reset':
    case 'reset_after_accepting':
      response.socket?.resetAndDestroy();
      return 0;
    case 'hang':
    case 'hang_after_accepting':
    case 'slow':
      return 0;
  }
}

function send(
  response: ServerResponse,
  status: number,
  type: string,
  body: string,
  headers: Record<string, string> = {},
): number {
  response.writeHead(status, { 'content-type': type, ...headers }).end(body);
  return status;
}
