import type { App } from '@slack/bolt';
import { ACTIONS, APPROVE_MODAL, DENY_MODAL } from '../cards/control-ids';
import { KEY_ACTIONS } from '../cards/key-card';
import type { BotDeps } from '../deps';
import { SHUT_OUT_EVENTS } from '../manifest';
import { NO_LONGER_AVAILABLE } from '../refusals';
import { approve } from './actions/approve';
import { approveWithChanges } from './actions/approve-with-changes';
import { besides } from './actions/besides';
import { deny } from './actions/deny';
import { aboutKey } from './actions/keys';
import { unknownAction } from './actions/unknown';
import { withdraw } from './actions/withdraw';
import type { ButtonArgs } from './click';
import { shutOut } from './events/shut-out';
import { threadComment } from './events/thread-comment';
import { approveSubmit } from './views/approve-submit';
import { denySubmit } from './views/deny-submit';

/** Bolt calls every listener that fits, so the ones for all else must not fit these. */
const OTHER_ACTIONS = new RegExp(`^(?!(${Object.values({ ...ACTIONS, ...KEY_ACTIONS }).join('|')})$)`);
const OTHER_VIEWS = new RegExp(`^(?!(${DENY_MODAL}|${APPROVE_MODAL})$)`);

/** Ids and their listeners; each listener is a file of its own. What nobody answers any more is answered by the last four. */
export function registerListeners(app: App, deps: BotDeps): void {
  app.action(ACTIONS.approve, approve(deps));
  app.action(ACTIONS.approveWithChanges, approveWithChanges(deps));
  app.action(ACTIONS.deny, deny(deps));
  app.action(ACTIONS.claim, besides(deps, 'claim'));
  app.action(ACTIONS.nudge, besides(deps, 'nudge'));
  app.action(ACTIONS.withdraw, withdraw(deps));
  app.action(KEY_ACTIONS.keep, aboutKey(deps, 'keep'));
  app.action(KEY_ACTIONS.revoke, aboutKey(deps, 'revoke'));
  // A button with a URL is opened by the person's own Slack; it is clicked here all the same.
  app.action(ACTIONS.open, async ({ ack }) => ack());
  app.view(APPROVE_MODAL, approveSubmit(deps));
  app.view(DENY_MODAL, denySubmit(deps));
  for (const event of SHUT_OUT_EVENTS) app.event(event, shutOut(deps));
  app.event('message', threadComment(deps));
  app.action(OTHER_ACTIONS, (args) => unknownAction(deps)(args as unknown as ButtonArgs));
  app.view(OTHER_VIEWS, async ({ ack }) => ack());
  app.command(/.*/, async ({ ack }) => ack(NO_LONGER_AVAILABLE));
  app.shortcut(/.*/, async ({ ack }) => ack());
}
