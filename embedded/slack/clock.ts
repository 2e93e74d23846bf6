/** Slack's clock: the process clock, which tests may push forward. */
export class Clock {
  private shiftMs = 0;
  private lastMicros = 0n;

  constructor(private readonly realNow: () => number = Date.now) {}

  /** Milliseconds since 1970. */
  now(): number {
    return this.realNow() + this.shiftMs;
  }

  /** Whole seconds since 1970. */
  seconds(): number {
    return Math.floor(this.now() / 1000);
  }

  /** Pushes the clock forward; it never goes back, so that `ts` stays sortable. */
  advance(ms: number): void {
    this.shiftMs += ms;
  }

  /** A message `ts` (`1700000000.000123`): unique in this process and after all earlier ones, as text too. */
  nextTs(): string {
    const now = BigInt(this.now()) * 1000n;
    this.lastMicros = now > this.lastMicros ? now : this.lastMicros + 1n;
    const digits = this.lastMicros.toString();
    return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
  }

  /** Makes later `ts` come after this one, which an earlier process gave. */
  after(ts: string): void {
    const micros = BigInt(ts.replace('.', ''));
    if (micros > this.lastMicros) this.lastMicros = micros;
  }
}
