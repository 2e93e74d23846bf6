import type { Store } from '../store/database';
import { SlackIdentity, TeamSlack, User } from '../store/models';
import type { BotDeps } from './deps';

/** Who clicked, as Slack says. `userTeamId`: the workspace that the person belongs to. */
export interface SlackPerson {
  readonly slackTeamId: string;
  readonly slackUserId: string;
  readonly userTeamId: string;
}

/** Who that is here, or why nobody can say. */
export type Identified = { readonly userId: string } | { readonly unknown: 'foreign' | 'unlinked' };

/**
 * Which account a Slack user is, for a request of a team (SLACK-8): by the link that was made once. An e-mail match decides
 * only where the team opted in. People from other workspaces (Slack Connect) are nobody here.
 */
export async function identify(deps: BotDeps, person: SlackPerson, teamId: string): Promise<Identified> {
  const { store } = deps;
  const { slackTeamId, slackUserId, userTeamId } = person;
  if (userTeamId !== slackTeamId) return { unknown: 'foreign' };
  const linked = await SlackIdentity.query(store.knex).findById([slackTeamId, slackUserId]);
  if (linked !== undefined) return { userId: linked.userId };
  const byEmail = (await mayDecideByEmail(store, slackTeamId, teamId))
    ? await accountByEmail(deps, person)
    : null;
  return byEmail === null ? { unknown: 'unlinked' } : { userId: byEmail };
}

async function mayDecideByEmail(store: Store, slackTeamId: string, teamId: string): Promise<boolean> {
  const settings = await store.inTeam(teamId, (tx) => TeamSlack.query(tx).findById(teamId));
  return settings?.slackTeamId === slackTeamId && settings.decideByEmail;
}

async function accountByEmail(
  { slack, store }: BotDeps,
  { slackTeamId, slackUserId }: SlackPerson,
): Promise<string | null> {
  const client = await slack.clientFor(slackTeamId);
  const answer = await client?.users.info({ user: slackUserId });
  const { profile, deleted, is_bot: isBot, is_email_confirmed: isConfirmed } = answer?.user ?? {};
  if (profile?.email === undefined || deleted === true || isBot === true || isConfirmed !== true) return null;
  const user = await User.query(store.knex).findOne({ email: profile.email.toLowerCase() });
  return user?.id ?? null;
}
