import { decideFromSlack } from '../../deciding';
import type { BotDeps } from '../../deps';
import { whenPressed } from '../pressed';

/** Approve: a click that is worked off twice is the same attempt. Only a refusal is said to whoever clicked. */
export function approve(deps: BotDeps) {
  return whenPressed(deps, async (press) => {
    const decision = { ...press, verdict: 'approve', reason: null, grantRole: null } as const;
    const { text } = await decideFromSlack(deps, decision);
    return text;
  });
}
