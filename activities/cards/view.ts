import { seatFigures, seatKind } from '../../domain/seats';
import type { CardView } from '../../bot/cards/card-view';
import type { Tx } from '../../store/database';
import { Element, Team } from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { seatSituation } from '../../store/queries/seats';

/** All that a request's cards show, as the rows have it now; null when there is no such request. */
export async function cardView(tx: Tx, approvalId: string): Promise<CardView | null> {
  const view = await approvalView(tx, approvalId);
  if (view === null) return null;
  const team = await Team.query(tx).findById(view.teamId).throwIfNotFound();
  const elements = await Element.query(tx).whereIn(
    'id',
    view.requesters.map(({ elementId }) => elementId),
  );
  const figures = seatFigures(await seatSituation(tx, team));
  const seat = {
    takes: seatKind([view.teamRole]) === 'seat',
    left: team.autoFlex ? null : figures.seatsFree,
  };
  return {
    ...view,
    teamName: team.name,
    elementNames: Object.fromEntries(elements.map(({ id, name }) => [id, name])),
    seat: view.state === 'pending' ? seat : null,
  };
}
