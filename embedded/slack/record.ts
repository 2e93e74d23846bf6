import type { Fields } from './types';

/** One call of the Web API or of a response_url, as it came and as it was answered. */
export interface RecordedCall {
  /** Milliseconds since 1970. */
  at: number;
  method: string;
  team: string | null;
  /** Arguments without the token. */
  args: Fields;
  /** HTTP status; 0 when no answer was sent. */
  status: number;
  answer: unknown;
  fault: string | null;
  /** Whether the call took effect, whatever answer its caller saw. */
  accepted: boolean;
}

/** One request to the app, and what became of it. */
export interface RecordedDelivery {
  at: number;
  team: string;
  /** `block_actions`, `view_submission`, `slash_command`, or the event's type. */
  kind: string;
  payload: Fields;
  retry: number;
  /** HTTP status; 0 when no answer came. */
  status: number;
  body: string;
  /** Milliseconds until the answer. */
  tookMs: number;
  failure: 'timeout' | 'connection_failed' | 'http_error' | null;
}

/** Kept in memory, oldest dropped first; enough for a long test, small enough for a long demonstration. */
const KEPT = 5000;

/** What went in and out, for tests that count. */
export class Recorder {
  private callLog: RecordedCall[] = [];
  private deliveryLog: RecordedDelivery[] = [];

  call(entry: RecordedCall): void {
    this.callLog.push(entry);
    if (this.callLog.length > KEPT) this.callLog.shift();
  }

  delivery(entry: RecordedDelivery): void {
    this.deliveryLog.push(entry);
    if (this.deliveryLog.length > KEPT) this.deliveryLog.shift();
  }

  calls(): RecordedCall[] {
    return this.callLog;
  }

  deliveries(): RecordedDelivery[] {
    return this.deliveryLog;
  }

  clear(): void {
    this.callLog = [];
    this.deliveryLog = [];
  }
}
