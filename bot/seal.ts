import { createSeal as createSealFor, type Seal } from '../store/seal';

/** Seals Slack tokens under a key derived from `DOORLIST_SECRET`; opens what was sealed under the same. */
export function createSeal(secret: string): Seal {
  return createSealFor(secret, 'doorlist slack tokens');
}
