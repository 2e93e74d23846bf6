import { Router } from 'express';
import { User } from '../../store/models';
import { approvalView } from '../../store/queries/approval-view';
import { listApprovalIds, type ApprovalFilter } from '../../store/queries/list-approvals';
import type { ApiDeps } from '../deps';
import { Home } from './home';
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
    const { actor } = cause;
    const user = await User.query(store.knex).findById(actor.userId).throwIfNotFound();
    const list = (which: ApprovalFilter['for']) =>
      store.acrossTeams(async (tx) => {
        const views = [];
        for (const id of await listApprovalIds(tx, actor, { for: which, limit: SHOWN, before: null })) {
          views.push(await approvalView(tx, id));
        }
        return views.filter((view) => view !== null);
      });
    const [waiting, mine] = [await list('me'), await list('mine')];
    sendPage(request, response, 'Waiting for you', () => Home({ name: user.name, waiting, mine }));
  });
  return router;
}
