import type { Cause } from '../domain/actor';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { TeamSlack } from '../store/models';
import { requireTeamAdmin } from './parts/caller-rights';

/** Where a team's cards and announcements go; channels by id. */
export interface SlackSettings {
  readonly teamId: string;
  readonly slackTeamId: string;
  readonly approvalsChannel: string;
  readonly announceChannel: string | null;
  readonly decideByEmail: boolean;
}

/**
 * Sets a team's Slack workspace and channels (SLACK-1, SLACK-2).
 * @throws {Refusal} `not_found`, `forbidden` to all but the operator and Team Admins
 */
export async function setTeamSlack(store: Store, cause: Cause, input: SlackSettings): Promise<TeamSlack> {
  const { teamId } = input;
  return store.inTeam(teamId, async (tx) => {
    await requireTeamAdmin(tx, teamId, cause.actor);
    const before = await TeamSlack.query(tx).findById(teamId);
    const after = await TeamSlack.query(tx)
      .insert({ ...input, updatedAt: cause.asOf })
      .onConflict('team_id')
      .merge()
      .returning('*');
    await appendAudit(tx, teamId, cause, [
      {
        action: 'team.slack_updated',
        target: { type: 'team', id: teamId },
        before: before === undefined ? null : auditable(before),
        after: auditable(after),
      },
    ]);
    return after;
  });
}

function auditable(settings: TeamSlack): Record<string, unknown> {
  const { slackTeamId, approvalsChannel, announceChannel, decideByEmail } = settings;
  return { slackTeamId, approvalsChannel, announceChannel, decideByEmail };
}
