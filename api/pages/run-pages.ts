import { Router } from 'express';
import { publicCollection } from '../../operations/parts/public-collection';
import { newestVersion } from '../../store/queries/workspaces';
import type { ApiDeps } from '../deps';
import { elementPlace } from '../routes/places';
import { sendPage } from './layout';
import { descriptionOf } from './listed-requests';
import { knownId } from './page-caller';
import { RunLanding } from './run-landing';

/** `/run/{id}`: where the run button of a public collection leads, for anyone (SHARE-7). */
export function runPages({ store, config: { publicUrl } }: ApiDeps): Router {
  const router = Router();
  router.param('id', knownId);
  router.get('/run/:id', async (request, response) => {
    const { elementId, teamId } = await elementPlace(store, request.params.id);
    const shown = await store.inTeam(teamId, async (tx) => {
      const { element, workspace } = await publicCollection(tx, elementId);
      const { content } = await newestVersion(tx, element);
      return { name: element.name, workspaceName: workspace.name, description: descriptionOf(content) };
    });
    sendPage(request, response, shown.name, () => RunLanding({ publicUrl, elementId, ...shown }));
  });
  return router;
}
