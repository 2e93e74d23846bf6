import { denyModal } from '../../cards/deny-modal';
import type { BotDeps } from '../../deps';
import { opensForm } from './opening';

/** Deny: opens the modal that asks for the reason (INVITE-5). */
export function deny(deps: BotDeps) {
  return opensForm(deps, {
    ...{ verdict: 'deny', label: 'Deny' },
    form: (place, { view }) => denyModal(place, view.denyReasonRequired),
  });
}
