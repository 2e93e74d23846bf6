import { seatFigures, seatKind } from '../../domain/seats';
import type { SeatEffect, Weighing } from '../../domain/weighing';
import type { Tx } from '../database';
import { Element, Member, Team, User } from '../models';
import type { ApprovalView } from './approval-view';
import { seatSituation } from './seats';

/** What an approver weighs of a request, with the names that this takes. */
export interface Weighed extends Weighing {
  readonly teamName: string;
  /** Names of the elements that are asked for, by id: a merged request asks for several (INVITE-10). */
  readonly elementNames: Readonly<Record<string, string>>;
}

/** Reads what an approver weighs beside what is asked for (SLACK-2). */
export async function weighed(
  tx: Tx,
  view: Pick<ApprovalView, 'teamId' | 'state' | 'teamRole' | 'requesters' | 'subject'>,
): Promise<Weighed> {
  const team = await Team.query(tx).findById(view.teamId).throwIfNotFound();
  const elements = await Element.query(tx).whereIn(
    'id',
    view.requesters.map(({ elementId }) => elementId),
  );
  return {
    teamName: team.name,
    elementNames: Object.fromEntries(elements.map(({ id, name }) => [id, name])),
    seat: view.state === 'pending' ? await seatEffect(tx, team, view.teamRole) : null,
    isFirstOfDomain: !(await knowsDomain(tx, view.teamId, view.subject.email)),
  };
}

async function seatEffect(tx: Tx, team: Team, teamRole: ApprovalView['teamRole']): Promise<SeatEffect> {
  return {
    takes: teamRole !== null && seatKind([teamRole]) === 'seat',
    left: team.autoFlex ? null : seatFigures(await seatSituation(tx, team)).seatsFree,
  };
}

/** Whether somebody with an address of the same domain is in the team. */
async function knowsDomain(tx: Tx, teamId: string, email: string): Promise<boolean> {
  const domain = email.slice(email.lastIndexOf('@'));
  const known = await Member.query(tx)
    .where({ teamId })
    .whereIn('userId', User.query(tx).whereRaw('right(email, ?) = ?', [domain.length, domain]).select('id'))
    .limit(1);
  return known.length > 0;
}
