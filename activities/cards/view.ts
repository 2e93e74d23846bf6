import { seatFigures, seatKind } from '../../domain/seats';
import type { CardView } from '../../bot/cards/card-view';
import type { Happened } from '../../bot/cards/lines';
import type { Tx } from '../../store/database';
import { ApprovalEvent, Element, Member, Team, TeamSlack, User } from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { seatSituation } from '../../store/queries/seats';

/** All that Slack shows of a request, as the rows have it now, and where the team wants it. */
export interface Facts {
  readonly view: CardView;
  readonly events: readonly Happened[];
  readonly settings: TeamSlack;
}

/** Reads them; null where there is no such request, or the team has no Slack. */
export async function factsOf(
  tx: Tx,
  { approvalId, teamId }: { readonly approvalId: string; readonly teamId: string },
  asOf: Date,
): Promise<Facts | null> {
  const settings = await TeamSlack.query(tx).findById(teamId);
  if (settings === undefined) return null;
  const view = await cardView(tx, approvalId, asOf);
  if (view === null) return null;
  return { view, settings, events: await eventsOf(tx, approvalId) };
}

async function cardView(tx: Tx, approvalId: string, asOf: Date): Promise<CardView | null> {
  const view = await approvalView(tx, approvalId, asOf);
  if (view === null) return null;
  const team = await Team.query(tx).findById(view.teamId).throwIfNotFound();
  const elements = await Element.query(tx).whereIn(
    'id',
    view.requesters.map(({ elementId }) => elementId),
  );
  const figures = seatFigures(await seatSituation(tx, team));
  const seat = {
    takes: view.teamRole !== null && seatKind([view.teamRole]) === 'seat',
    left: team.autoFlex ? null : figures.seatsFree,
  };
  return {
    ...view,
    teamName: team.name,
    elementNames: Object.fromEntries(elements.map(({ id, name }) => [id, name])),
    seat: view.state === 'pending' ? seat : null,
    isFirstOfDomain: !(await knowsDomain(tx, view.teamId, view.subject.email)),
  };
}

/** Whether somebody with an address of the same domain is in the team. */
async function knowsDomain(tx: Tx, teamId: string, email: string): Promise<boolean> {
  const domain = email.slice(email.lastIndexOf('@'));
  const known = await Member.query(tx)
    .where({ teamId })
    .whereIn('userId', User.query(tx).whereRaw('right(email, ?) = ?', [domain.length, domain]).select('id'))
    .first();
  return known !== undefined;
}

async function eventsOf(tx: Tx, approvalId: string): Promise<readonly Happened[]> {
  const events = await ApprovalEvent.query(tx).where({ approvalId }).orderBy('id');
  const behalfOf = ({ data }: ApprovalEvent) =>
    typeof data['onBehalfOf'] === 'string' ? data['onBehalfOf'] : null;
  const ids = events.flatMap((event) => [event.userId, behalfOf(event)].filter((id) => id !== null));
  const people = new Map((await User.query(tx).whereIn('id', ids)).map(({ id, name }) => [id, name]));
  const nameOf = (id: string | null) => (id === null ? null : (people.get(id) ?? null));
  return events.map((event) => {
    const { id, type, at, userId, data } = event;
    const [name, principal] = [nameOf(userId), nameOf(behalfOf(event))];
    const by = name === null || principal === null ? name : `${name} for ${principal}`;
    return { id, type, at, data, by, byId: userId };
  });
}
