import { approveModal } from '../../cards/approve-modal';
import type { BotDeps } from '../../deps';
import { opensForm } from './opening';

/** Approve With Changes: opens the modal for another role and a note (SLACK-4). */
export function approveWithChanges(deps: BotDeps) {
  return opensForm(deps, {
    ...{ verdict: 'approve', label: 'Approve With Changes' },
    form: (place, { view, grantable }) => approveModal(place, view, grantable),
  });
}
