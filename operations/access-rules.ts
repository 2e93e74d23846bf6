import type { AccessChangeType } from '../domain/access-change';
import { elementRolesChange } from './change-element-roles';
import { elementDeletion } from './delete-element';
import { workspaceDeletion } from './delete-workspace';
import { elementMove } from './move-element';
import { memberRemoval } from './remove-member';
import { guestLinkOff } from './set-guest-link';
import { workspaceMemberRemoval } from './set-workspace-member';
import { visibilityChange } from './update-workspace';
import type { AccessRule } from './parts/change-access';

/** The rule of each kind of change, with its input. */
export const ACCESS_RULES = {
  guest_link_off: guestLinkOff,
  roles_change: elementRolesChange,
  workspace_member_remove: workspaceMemberRemoval,
  workspace_visibility: visibilityChange,
  workspace_delete: workspaceDeletion,
  element_delete: elementDeletion,
  element_move: elementMove,
  member_remove: memberRemoval,
} as const;

/** The rule for an operation's row, whose `action` is the input with which that very rule was asked before. */
export function ruleOf(type: AccessChangeType): AccessRule<Record<string, unknown>> {
  return ACCESS_RULES[type] as unknown as AccessRule<Record<string, unknown>>;
}
