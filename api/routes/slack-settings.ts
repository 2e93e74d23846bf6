import { z } from 'zod';
import { setTeamSlack } from '../../operations/set-team-slack';
import { defineRoute } from '../route';
import { id, slackId } from './shapes';

const settings = z
  .strictObject({
    slackTeamId: slackId,
    approvalsChannel: slackId,
    announceChannel: slackId.nullable(),
    decideByEmail: z.boolean(),
  })
  .meta({ id: 'SlackSettings' });

/** Where a team's cards go (SLACK-1, SLACK-2). */
export const slackSettingsRoutes = [
  defineRoute({
    method: 'put',
    path: '/v1/teams/{teamId}/slack',
    summary: 'Set a team’s Slack workspace and channels',
    tags: ['Teams'],
    auth: ['person', 'operator'],
    params: z.strictObject({ teamId: id }),
    body: z.strictObject({
      slackTeamId: slackId,
      approvalsChannel: slackId,
      announceChannel: slackId.nullable().exactOptional(),
      decideByEmail: z.boolean().exactOptional(),
    }),
    responses: { 200: settings },
    handler: async ({ deps: { store }, params, body, cause }) => {
      const { slackTeamId, approvalsChannel, announceChannel, decideByEmail } = await setTeamSlack(
        store,
        cause(),
        { announceChannel: null, decideByEmail: false, ...body, ...params },
      );
      return { status: 200, body: { slackTeamId, approvalsChannel, announceChannel, decideByEmail } };
    },
  }),
];
