import type { Cause } from '../domain/actor';
import type { Plan } from '../domain/plans';
import { POLICY_DURATIONS, type TeamPolicy } from '../domain/policy';
import type { Store, Tx } from '../store/database';
import { Team, type SsoSettings } from '../store/models';
import { lockTeam } from '../store/queries/seats';
import { allows, forbidden, requireTeamAdmin } from './parts/caller-rights';
import { endOverdueKeys, keyEndedLine } from './parts/end-keys';
import { auditAndSeat } from './parts/seat-waiting';
import { teamChanges } from './parts/team-changes';

/** Settings to change; what is left out stays. `policy` merges, `sso: null` switches the issuer off. */
export interface TeamUpdate {
  readonly teamId: string;
  readonly name?: string;
  readonly plan?: Plan;
  readonly seats?: number;
  readonly autoFlex?: boolean;
  readonly sso?: SsoSettings | null;
  readonly policy?: Partial<TeamPolicy>;
}

const OPERATOR_ALONE = ['plan', 'seats', 'autoFlex', 'sso'] as const;

/**
 * Changes a team's settings (TEAM-2, TEAM-3). `seats` may go below what is used: nobody is removed, nobody new gets in.
 * @throws {Refusal} `forbidden` to members who are no Admin, and to Admins for what the operator alone may change: `plan`,
 * `seats`, `autoFlex`, `sso` and durations; `not_found` to strangers
 */
export async function updateTeam(store: Store, cause: Cause, input: TeamUpdate): Promise<Team> {
  const { teamId, policy, ...given } = input;
  return store.inTeam(teamId, async (tx) => {
    const standing = await requireTeamAdmin(tx, teamId, cause.actor);
    if (!allows(standing, 'set_terms')) refuseOperatorFields(input);
    const before = await lockTeam(tx, teamId);
    const changes = {
      ...given,
      ...(policy === undefined ? {} : { policy: { ...before.policy, ...policy } }),
    };
    if (Object.keys(changes).length === 0) return before;
    // Under the old policy still: what it ended stays ended when the new one is longer (KEY-4).
    const overdue =
      policy?.keyInactivity === undefined ? [] : await endOverdueKeys(tx, { teamId, asOf: cause.asOf });
    const after = await Team.query(tx).patchAndFetchById(teamId, changes);
    if (input.sso !== undefined) await endIssuerSessions(tx, before, after);
    await auditAndSeat(tx, after, cause, [
      ...overdue.map((key) => keyEndedLine(key, 'expired')),
      ...teamChanges(before, after),
    ]);
    return after;
  });
}

/** Whom another issuer vouched for, or the same one for another client, signs in anew (TEAM-7). */
async function endIssuerSessions(tx: Tx, before: Team, after: Team): Promise<void> {
  const isSame = before.sso?.issuer === after.sso?.issuer && before.sso?.clientId === after.sso?.clientId;
  if (!isSame) await tx.raw(`delete from session where sess->>'ssoTeamId' = ?`, [after.id]);
}

function refuseOperatorFields(input: TeamUpdate): void {
  const fields = OPERATOR_ALONE.filter((field) => input[field] !== undefined);
  const durations = POLICY_DURATIONS.filter((name) => input.policy?.[name] !== undefined);
  const names = [...fields, ...durations.map((name) => `policy.${name}`)];
  if (names.length > 0) throw forbidden(`Only the operator could change ${names.join(', ')}.`);
}
