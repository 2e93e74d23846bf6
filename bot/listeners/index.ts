import type { App } from '@slack/bolt';
import { SlackInstallation } from '../../store/models';
import { ACTIONS, DENY_MODAL } from '../cards/control-ids';
import type { BotDeps } from '../deps';
import { notePrivately } from '../private-note';
import { NO_LONGER_AVAILABLE } from '../refusals';
import { approve } from './actions/approve';
import { deny } from './actions/deny';
import { clickOf, type ButtonArgs } from './click';
import { denySubmit } from './views/deny-submit';

/** Bolt calls every listener that fits, so the ones for all else must not fit these. */
const OTHER_ACTIONS = new RegExp(`^(?!(${Object.values(ACTIONS).join('|')})$)`);
const OTHER_VIEWS = new RegExp(`^(?!${DENY_MODAL}$)`);

/** Ids and their listeners; each listener is a file of its own. */
export function registerListeners(app: App, deps: BotDeps): void {
  app.action(ACTIONS.approve, approve(deps));
  app.action(ACTIONS.deny, deny(deps));
  // A button with a URL is opened by the person's own Slack; it is clicked here all the same.
  app.action(ACTIONS.open, async ({ ack }) => ack());
  app.view(DENY_MODAL, denySubmit(deps));
  for (const event of ['app_uninstalled', 'tokens_revoked']) {
    app.event(event, async ({ context }) => shutOut(deps, context.teamId ?? ''));
  }
  // Cards and modals outlive our releases: a control that nobody answers any more says so.
  app.action(OTHER_ACTIONS, async (args) => {
    await args.ack();
    await notePrivately(deps, clickOf(args as unknown as ButtonArgs).place, NO_LONGER_AVAILABLE);
  });
  app.view(OTHER_VIEWS, async ({ ack }) => ack());
  app.command(/.*/, async ({ ack }) => ack(NO_LONGER_AVAILABLE));
}

/** The app was removed from a workspace: nothing more is sent there, and the queue goes on without it (SLACK-3). */
async function shutOut({ store }: BotDeps, slackTeamId: string): Promise<void> {
  await SlackInstallation.query(store.knex)
    .findById(slackTeamId)
    .whereNull('revokedAt')
    .patch({ revokedAt: store.clock.now() });
}
