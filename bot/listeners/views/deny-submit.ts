import { REASON_BLOCK, REASON_INPUT } from '../../cards/control-ids';
import type { BotDeps } from '../../deps';
import { whenSubmitted } from './submitting';

/** The reason of a denial came (INVITE-5). */
export function denySubmit(deps: BotDeps) {
  return whenSubmitted(deps, {
    verdict: 'deny',
    read: (filled) => ({ reason: filled[REASON_BLOCK]?.[REASON_INPUT]?.value ?? null, grantRole: null }),
    correctable: { reason_required: REASON_BLOCK },
    done: 'Denied. The card shows it.',
  });
}
