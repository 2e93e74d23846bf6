import type { Cause } from '../domain/actor';
import type { Store } from '../store/database';
import { SlackIdentity, User } from '../store/models';
import { notFound, requireOperator } from './parts/caller-rights';

/** Which Slack user an account is, in which Slack workspace. */
export interface SlackLink {
  readonly userId: string;
  readonly slackTeamId: string;
  readonly slackUserId: string;
}

/**
 * Links an account to a Slack user without the sign-in step (SLACK-8). What either of the two was linked to in that Slack
 * workspace before no longer holds.
 * @throws {Refusal} `forbidden` to all but the operator; `not_found` when there is no such account
 */
export async function linkSlackIdentity(store: Store, cause: Cause, link: SlackLink): Promise<SlackIdentity> {
  requireOperator(cause.actor);
  const { userId, slackTeamId, slackUserId } = link;
  return store.inTeam(null, async (tx) => {
    const user = await User.query(tx).findById(userId).forNoKeyUpdate();
    if (user === undefined) throw notFound('user');
    await SlackIdentity.query(tx).where({ slackTeamId, userId }).whereNot({ slackUserId }).delete();
    return SlackIdentity.query(tx)
      .insert({ ...link, method: 'operator', linkedAt: cause.asOf })
      .onConflict(['slack_team_id', 'slack_user_id'])
      .merge()
      .returning('*');
  });
}
