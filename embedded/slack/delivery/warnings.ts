import type { Changes } from '../changes';

/** A control whose last use got no 2xx from the app in time: Slack shows a warning triangle beside it. */
export interface Warning {
  team: string;
  user: string;
  /** Message `ts` or view id. */
  surface: string;
  actionId: string;
  reason: string;
}

const same = (a: Warning, b: Omit<Warning, 'reason'>): boolean =>
  a.team === b.team && a.user === b.user && a.surface === b.surface && a.actionId === b.actionId;

/** The triangles that are showing; a later use that works takes one away. */
export class Warnings {
  private shown: Warning[] = [];

  constructor(private readonly changes: Changes) {}

  /** Sets the triangle of a control, or removes it with a null reason. */
  set(control: Omit<Warning, 'reason'>, reason: string | null): void {
    this.shown = this.shown.filter((one) => !same(one, control));
    if (reason !== null) this.shown.push({ ...control, reason });
    this.changes.tell();
  }

  list(): Warning[] {
    return this.shown;
  }

  clear(): void {
    this.shown = [];
  }
}
