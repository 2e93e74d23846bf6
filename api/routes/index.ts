import type { Route } from '../route';
import { accessKeyRoutes } from './access-keys';
import { accessRequestRoutes } from './access-requests';
import { approvalRoutes } from './approvals';
import { auditRoutes } from './audit';
import { delegationRoutes } from './delegations';
import { elementContentRoutes } from './element-content';
import { elementLinkRoutes } from './element-links';
import { elementRoleRoutes } from './element-roles';
import { elementRoutes } from './elements';
import { forkRoutes } from './forks';
import { guestLinkRoutes } from './guest-links';
import { guestRoutes } from './guests';
import { groupRoutes } from './groups';
import { impactRoutes } from './impact';
import { invitationRoutes } from './invitations';
import { meRoutes } from './me';
import { memberRoutes } from './members';
import { notificationRoutes } from './notifications';
import { operationRoutes } from './operations';
import { runRoutes } from './run';
import { mySessionRoutes } from './sessions';
import { shareRoutes } from './shares';
import { slackSettingsRoutes } from './slack-settings';
import { teamRoutes } from './teams';
import { tokenRoutes } from './tokens';
import { userRoutes } from './users';
import { workspaceMemberRoutes } from './workspace-members';
import { workspaceRoutes } from './workspaces';

/** Routes that know no session: their answers set no cookie, so that any cache may keep them. */
export const openRoutes: readonly Route[] = [...runRoutes];

/** Routes of people with a token or a session. */
export const sessionRoutes: readonly Route[] = [
  ...meRoutes,
  ...notificationRoutes,
  ...mySessionRoutes,
  ...delegationRoutes,
  ...teamRoutes,
  ...memberRoutes,
  ...userRoutes,
  ...tokenRoutes,
  ...groupRoutes,
  ...slackSettingsRoutes,
  ...workspaceRoutes,
  ...workspaceMemberRoutes,
  ...elementRoutes,
  ...elementContentRoutes,
  ...elementLinkRoutes,
  ...elementRoleRoutes,
  ...forkRoutes,
  ...guestLinkRoutes,
  ...guestRoutes,
  ...impactRoutes,
  ...shareRoutes,
  ...accessKeyRoutes,
  ...accessRequestRoutes,
  ...approvalRoutes,
  ...invitationRoutes,
  ...operationRoutes,
  ...auditRoutes,
];

/** Every route of the API: what is not listed here is neither served nor documented. */
export const routes: readonly Route[] = [...openRoutes, ...sessionRoutes];
