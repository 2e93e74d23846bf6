import { z } from 'zod';
import { createUser } from '../../operations/create-user';
import { linkSlackIdentity } from '../../operations/link-slack-identity';
import { defineRoute } from '../route';
import { email, id, name, slackId } from './shapes';

const tags = ['Accounts'];
const user = z.strictObject({ userId: id, email: z.string(), name: z.string() }).meta({ id: 'User' });
const identity = z
  .strictObject({ userId: id, slackTeamId: z.string(), slackUserId: z.string() })
  .meta({ id: 'SlackIdentity' });

/** Accounts without a team, and which Slack user an account is (TEAM-1, SLACK-8). */
export const userRoutes = [
  defineRoute({
    method: 'post',
    path: '/v1/users',
    summary: 'Make an account without a team',
    tags,
    auth: ['operator'],
    body: z.strictObject({ email, name }),
    responses: { 201: user },
    handler: async ({ deps: { store }, body, madeId, cause }) => {
      const made = await createUser(store, cause(), { ...body, id: madeId });
      return { status: 201, body: { userId: made.id, email: made.email, name: made.name } };
    },
  }),
  defineRoute({
    method: 'put',
    path: '/v1/users/{userId}/slack-identity',
    summary: 'Link an account to a Slack user, without the sign-in step',
    tags,
    auth: ['operator'],
    params: z.strictObject({ userId: id }),
    body: z.strictObject({ slackTeamId: slackId, slackUserId: slackId }),
    responses: { 200: identity },
    handler: async ({ deps: { store }, params, body, cause }) => {
      const { userId, slackTeamId, slackUserId } = await linkSlackIdentity(store, cause(), {
        ...params,
        ...body,
      });
      return { status: 200, body: { userId, slackTeamId, slackUserId } };
    },
  }),
];
