import { accessChangeActivities } from './access-changes';
import { cardActivities, type CardDependencies } from './cards';
import type { ActivityDependencies } from './dependencies';
import { inviteActivities } from './invites';
import { keyringActivities } from './keyring';
import { noticeActivities } from './notices';
import { shareActivities } from './shares';
import { slackNoticeActivities } from './slack-notices';
import { tellingActivities } from './telling';

/** Activities that write rows or send mail; they run on the main queue. */
export function createActivities(deps: ActivityDependencies) {
  return {
    ...inviteActivities(deps),
    ...tellingActivities(deps),
    ...shareActivities(deps),
    ...keyringActivities(deps),
    ...noticeActivities(deps),
    ...accessChangeActivities(deps),
  };
}

/** Activities that call Slack; they run on a queue of their own. */
export function createSlackActivities(deps: CardDependencies) {
  return { ...cardActivities(deps), ...slackNoticeActivities(deps) };
}
