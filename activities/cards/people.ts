import type { WebClient } from '@slack/web-api';
import type { Store } from '../../store/database';
import { SlackIdentity, User } from '../../store/models';
import { slackFailure } from '../../bot/web-client';

/**
 * The direct message conversation with a person, or null when Slack does not know them. A linked identity wins; an e-mail
 * match serves for notices alone (SLACK-8).
 * @throws the Web API client's error when it is not known whether there is one
 */
export async function openDirectMessage(
  store: Store,
  client: WebClient,
  slackTeamId: string,
  userId: string,
): Promise<string | null> {
  try {
    const slackUserId = await slackUserOf(store, client, slackTeamId, userId);
    if (slackUserId === null) return null;
    const { channel } = await client.conversations.open({ users: slackUserId });
    return channel?.id ?? null;
  } catch (error) {
    // Deactivated, unknown, or a scope that lacks: this person is told by mail.
    if (slackFailure(error).kind === 'refused') return null;
    throw error;
  }
}

async function slackUserOf(
  store: Store,
  client: WebClient,
  slackTeamId: string,
  userId: string,
): Promise<string | null> {
  const linked = await SlackIdentity.query(store.knex).findOne({ slackTeamId, userId });
  if (linked !== undefined) return linked.slackUserId;
  const { email } = await User.query(store.knex).findById(userId).throwIfNotFound();
  const { user } = await client.users.lookupByEmail({ email });
  return user?.id ?? null;
}
