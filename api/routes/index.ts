import type { Route } from '../route';
import { approvalRoutes } from './approvals';
import { auditRoutes } from './audit';
import { delegationRoutes } from './delegations';
import { elementContentRoutes } from './element-content';
import { elementRoleRoutes } from './element-roles';
import { elementRoutes } from './elements';
import { guestLinkRoutes } from './guest-links';
import { guestRoutes } from './guests';
import { groupRoutes } from './groups';
import { invitationRoutes } from './invitations';
import { meRoutes } from './me';
import { memberRoutes } from './members';
import { operationRoutes } from './operations';
import { sessionRoutes } from './sessions';
import { shareRoutes } from './shares';
import { slackSettingsRoutes } from './slack-settings';
import { teamRoutes } from './teams';
import { tokenRoutes } from './tokens';
import { userRoutes } from './users';
import { workspaceMemberRoutes } from './workspace-members';
import { workspaceRoutes } from './workspaces';

/** Every route of the API: what is not listed here is neither served nor documented. */
export const routes: readonly Route[] = [
  ...meRoutes,
  ...sessionRoutes,
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
  ...elementRoleRoutes,
  ...guestLinkRoutes,
  ...guestRoutes,
  ...shareRoutes,
  ...approvalRoutes,
  ...invitationRoutes,
  ...operationRoutes,
  ...auditRoutes,
];
