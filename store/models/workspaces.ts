import type { ElementRole, ElementType, Visibility, WorkspaceRole } from '../../domain/roles';
import { Row } from './row';

/** A workspace; personal ones have an owner, and those of an account outside teams no team (WORK-1). */
export class Workspace extends Row {
  static override tableName = 'workspaces';
  id!: string;
  teamId!: string | null;
  name!: string;
  description!: string | null;
  visibility!: Visibility;
  ownerId!: string | null;
  createdBy!: string | null;
  createdAt!: Date;
  deletedAt!: Date | null;
}

/** A role by name in a workspace, of a person or a group. */
export class WorkspaceRoleRow extends Row {
  static override tableName = 'workspace_roles';
  id!: string;
  workspaceId!: string;
  teamId!: string;
  userId!: string | null;
  groupId!: string | null;
  role!: WorkspaceRole;
  createdAt!: Date;
}

/** A collection, API or environment. `version` is its newest. */
export class Element extends Row {
  static override tableName = 'elements';
  id!: string;
  teamId!: string | null;
  workspaceId!: string;
  type!: ElementType;
  name!: string;
  version!: number;
  /** Whether whoever signs in and has the URL may join as guest (GUEST-1). */
  guestLink!: boolean;
  createdBy!: string | null;
  createdAt!: Date;
  updatedAt!: Date;
  deletedAt!: Date | null;
}

/** One version's document, its JSON text as it was sent (SHARE-8). */
export class ElementVersion extends Row {
  static override tableName = 'element_versions';
  static override idColumn = ['elementId', 'version'];
  elementId!: string;
  version!: number;
  teamId!: string | null;
  content!: string;
  etag!: string;
  createdBy!: string | null;
  createdAt!: Date;
}

/** A role by name on an element, of a person or a group. */
export class ElementRoleRow extends Row {
  static override tableName = 'element_roles';
  id!: string;
  elementId!: string;
  teamId!: string;
  userId!: string | null;
  groupId!: string | null;
  role!: ElementRole;
  createdAt!: Date;
}
