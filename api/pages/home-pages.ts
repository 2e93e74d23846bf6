import { Router } from 'express';
import type { Tx } from '../../store/database';
import { Invitation, Team, User } from '../../store/models';
import { approvalViews } from '../../store/queries/approval-view';
import { OPEN_INVITATION_STATES } from '../../store/queries/invitations';
import { listApprovalIds, type ApprovalFilter } from '../../store/queries/list-approvals';
import type { ApiDeps } from '../deps';
import { Home, type OpenInvitation } from './home';
import { sendPage } from './layout';
import { causeOrSignIn } from './page-caller';

const SHOWN = 50;

/** `/`: what waits for the person. */
export function homePages(deps: ApiDeps): Router {
  const { store } = deps;
  const router = Router();
  router.get('/', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause?.actor.type !== 'person') return;
    const { actor, asOf } = cause;
    const user = await User.query(store.knex).findById(actor.userId).throwIfNotFound();
    const list = (which: ApprovalFilter['for']) =>
      store.acrossTeams(async (tx) => {
        const ids = await listApprovalIds(tx, actor, { for: which, limit: SHOWN, before: null, asOf });
        return approvalViews(tx, ids, asOf);
      });
    const [waiting, mine] = [await list('me'), await list('mine')];
    const invitations = await store.acrossTeams((tx) => openInvitations(tx, user.email));
    const shown = { name: user.name, email: user.email, waiting, mine, invitations };
    sendPage(request, response, 'Waiting for you', () => Home(shown));
  });
  return router;
}

/** Invitations that were mailed to this address and wait for an answer, newest first. */
async function openInvitations(tx: Tx, email: string): Promise<readonly OpenInvitation[]> {
  const rows = await Invitation.query(tx)
    .where({ email, carriedBy: null })
    .whereIn('state', [...OPEN_INVITATION_STATES])
    .whereNotNull('sentAt')
    .orderBy('id', 'desc')
    .limit(SHOWN);
  const teams = await Team.query(tx).whereIn(
    'id',
    rows.map(({ teamId }) => teamId),
  );
  return rows.map(({ id, teamId, sentAt, expiresAt }) => ({
    ...{ id, sentAt, expiresAt },
    teamName: teams.find((team) => team.id === teamId)?.name ?? 'A team',
  }));
}
