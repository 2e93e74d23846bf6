import type { Cause } from '../domain/actor';
import type { Plan } from '../domain/plans';
import type { TeamPolicy } from '../domain/policy';
import { appendAudit } from '../store/audit';
import type { Store } from '../store/database';
import { Team, type SsoSettings } from '../store/models';
import { requireOperator } from './parts/caller-rights';
import { auditableTeam } from './parts/team-changes';
import { orTaken } from './parts/unique';

/** A team to make. */
export interface NewTeam {
  readonly id: string;
  readonly name: string;
  readonly slug: string;
  readonly plan: Plan;
  readonly seats: number;
  readonly autoFlex: boolean;
  readonly sso?: SsoSettings;
  readonly policy?: Partial<TeamPolicy>;
}

/**
 * Makes a team (TEAM-2, TEAM-3). The same id again gives the team that is there.
 * @throws {Refusal} `forbidden` to all but the operator, `already_exists` when the slug is taken
 */
export async function createTeam(store: Store, cause: Cause, input: NewTeam): Promise<Team> {
  requireOperator(cause.actor);
  const { id, name, slug, plan, seats, autoFlex, sso, policy = {} } = input;
  return store.inTeam(id, async (tx) => {
    const made = await Team.query(tx).findById(id);
    if (made !== undefined) return made;
    const team = await orTaken('teams_slug_key', 'Another team has this slug.', () =>
      Team.query(tx)
        .insert({
          ...{ id, name, slug, plan, seats, autoFlex, policy, createdAt: cause.asOf },
          ...(sso === undefined ? {} : { sso }),
        })
        .returning('*'),
    );
    await appendAudit(tx, id, cause, [
      { action: 'team.created', target: { type: 'team', id }, after: auditableTeam(team) },
    ]);
    return team;
  });
}
