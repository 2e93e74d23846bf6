import { performance } from 'node:perf_hooks';
import { ApiError } from './api-error';
import { newSecret } from './ids';

/** A trigger_id lives this long after the click that made it. */
export const TRIGGER_MS = 3000;

/** Whose action made a trigger, and in which modal it was made, if in any. */
export interface TriggerOrigin {
  teamId: string;
  userId: string;
  viewId: string | null;
}

/** The trigger_ids of the last seconds: 3 s of real time, one use, bound to the user who acted. */
export class Triggers {
  private readonly known = new Map<string, { origin: TriggerOrigin; at: number; used: boolean }>();

  constructor(private readonly monotonicNow: () => number = () => performance.now()) {}

  mint(origin: TriggerOrigin): string {
    const now = this.monotonicNow();
    for (const [old, { at }] of this.known) {
      // Kept for a minute beyond its life, so that a late use is told apart from an invented one.
      if (now - at > 60_000) this.known.delete(old);
    }
    const id = `${Date.now()}.${origin.teamId.slice(1)}.${newSecret()}`;
    this.known.set(id, { origin, at: now, used: false });
    return id;
  }

  /** @throws ApiError `invalid_trigger_id`, `expired_trigger_id`, `exchanged_trigger_id`. */
  use(id: string, teamId: string): TriggerOrigin {
    const trigger = this.known.get(id);
    if (trigger === undefined || trigger.origin.teamId !== teamId) throw new ApiError('invalid_trigger_id');
    if (this.monotonicNow() - trigger.at > TRIGGER_MS) throw new ApiError('expired_trigger_id');
    if (trigger.used) throw new ApiError('exchanged_trigger_id');
    trigger.used = true;
    return trigger.origin;
  }
}
