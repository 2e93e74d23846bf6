import { knownUser } from '../access';
import { ApiError } from '../api-error';
import { page } from '../paging';
import { userJson } from '../presentation';
import type { Methods } from './method';

/** `auth.test` and `users.*` */
export const userMethods: Methods = {
  'auth.test': {
    run: ({ state, workspace }) => ({
      url: `https://${workspace.domain}.slack.com/`,
      team: workspace.name,
      user: state.user(workspace.id, workspace.botUserId)?.name ?? '',
      team_id: workspace.id,
      user_id: workspace.botUserId,
      bot_id: workspace.botId,
      is_enterprise_install: false,
    }),
  },
  'users.info': {
    scope: 'users:read',
    run: ({ state, workspace, args }) => ({
      user: userJson(knownUser(state, workspace, args.required('user')), workspace),
    }),
  },
  'users.list': {
    scope: 'users:read',
    run: ({ state, workspace, args }) => {
      const { items, nextCursor } = page(state.usersOf(workspace.id), args, 1000, 1000);
      return {
        members: items.map((user) => userJson(user, workspace)),
        cache_ts: state.clock.seconds(),
        response_metadata: { next_cursor: nextCursor },
      };
    },
  },
  'users.lookupByEmail': {
    scope: 'users:read.email',
    run: ({ state, workspace, args }) => {
      const email = args.required('email').toLowerCase();
      const user = state.usersOf(workspace.id).find((one) => one.email === email && !one.deleted);
      if (user === undefined) throw new ApiError('users_not_found');
      return { user: userJson(user, workspace) };
    },
  },
};
