import type { CardView } from '../../bot/cards/card-view';
import type { Happened } from '../../bot/cards/lines';
import type { Tx } from '../../store/database';
import { ApprovalEvent, TeamSlack, User } from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { weighed } from '../../store/queries/weighed';

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
  return view === null ? null : { ...view, ...(await weighed(tx, view)) };
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
