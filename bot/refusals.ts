import { CLOSED, sentencesOf, SURFACE } from '../domain/asking';
import type { DecisionRefusal } from '../domain/approval';
import type { ApprovalView } from '../store/queries/approval-view';
import { notification, when } from './cards/text';
import { deciderName } from './cards/words';

/** Said privately to somebody whom Doorlist does not know by their Slack account. */
export const UNKNOWN_PERSON = {
  foreign: 'People of another Slack workspace cannot take part in this.',
  unlinked: 'Your Slack account is not linked to Doorlist yet, so this counted for nothing.',
  gone: 'This request is no longer there.',
} as const;

/** Said when it is not known what became of a click. */
export const NOT_KNOWN =
  'Doorlist cannot tell yet what became of this. It is tried again; the card shows the outcome.';

/** Said when it was tried again for long, in vain. */
export const GIVEN_UP =
  'Doorlist could not record your click, and has stopped trying. Look at the card, and click again if it still waits.';

/** Said in a workspace that the app is not (or no longer) installed in. */
export const NOT_INSTALLED =
  'Doorlist is not installed in this workspace any more. Ask an admin to install it again.';

/** Said when a control is from a card of an older time. */
export const NO_LONGER_AVAILABLE = 'This control is no longer available.';

/** Why a click did not count; whoever lost a race learns who won, when and how (INVITE-4). */
export function refusalText(refusal: DecisionRefusal, view: ApprovalView | null): string {
  switch (refusal) {
    case 'already_decided':
      return decidedText(view);
    case 'already_closed':
      return closedText(view);
    case 'already_approved_by_you':
      return 'You approved it already. It waits for another approver.';
    case 'not_an_approver':
      return view === null
        ? 'Only an Admin or Super Admin of the team decides on this, or where Editors have a say an Editor of the element.'
        : sentencesOf(view).whoDecides;
    case 'self_approval':
      return 'Nobody decides on what they asked for, or on what is for themselves.';
    case 'stale_revision':
      return 'The request changed since this card was drawn, so the click counted for nothing. The card shows it now.';
    case 'no_seats':
      return 'The team has no free seat. The request stays pending until there is one.';
    case 'expired':
      return 'The request expired before your click.';
    case 'reason_required':
      return 'A denial needs a reason: whoever asked will see it.';
  }
}

function closedText(view: ApprovalView | null): string {
  if (view?.state === 'withdrawn') return 'Whoever asked took the request back before your click.';
  const why = view?.closeReason == null ? '' : `: ${CLOSED[view.closeReason]}`;
  return `The request was closed before your click${why}.`;
}

function decidedText(view: ApprovalView | null): string {
  if (view?.decidedAt == null) return 'Somebody decided before you.';
  const { decidedBy, decidedVia, decision, decidedAt } = view;
  const who = decidedBy === null ? 'A rule' : notification(deciderName(decidedBy));
  const how = decidedVia === null ? '' : ` ${SURFACE[decidedVia]}`;
  return `${who} ${decision === 'deny' ? 'denied' : 'approved'} it already${how}, ${when(decidedAt)}.`;
}
