import type { AccessChangeType, OperationState, Origin } from '../../domain/access-change';
import type { Source } from '../../domain/actor';
import { Row } from './row';

/** Work that a caller can follow under `/v1/operations/{id}`; of no team when it is about an account's own things. */
export class OperationRow extends Row {
  static override tableName = 'operations';
  static override jsonAttributes = ['result', 'action', 'cause'];
  id!: string;
  teamId!: string | null;
  type!: AccessChangeType;
  state!: OperationState;
  done!: number;
  total!: number;
  result!: Record<string, unknown> | null;
  actorId!: string | null;
  createdAt!: Date;
  finishedAt!: Date | null;
  /** What is to be done when it is confirmed: the input of its kind of change. */
  action!: Record<string, unknown> | null;
  /** Who did it and from where, for what is written down later. */
  cause!: Origin | null;
  /** Who is told of it besides the guests themselves. */
  audience!: string[];
  /** Whether an `accessChange` run belongs to it. */
  hasRun!: boolean;
  workflowStartedAt!: Date | null;
}

/** What an operation took from one guest. Settled: it is in the audit log, and their requests are closed. */
export class GuestLossRow extends Row {
  static override tableName = 'guest_losses';
  static override idColumn = ['operationId', 'userId'];
  operationId!: string;
  userId!: string;
  teamId!: string;
  elementIds!: string[];
  leaves!: boolean;
  settledAt!: Date | null;
}

/** Who did it, as the audit log shows it: the name at that moment goes along. */
export interface AuditActor {
  readonly type: 'person' | 'rule' | 'operator' | 'service';
  readonly userId?: string;
  readonly onBehalfOf?: string;
  readonly name: string;
}

/** One link of a team's audit chain. */
export class AuditEvent extends Row {
  static override tableName = 'audit_events';
  static override idColumn = ['teamId', 'seq'];
  static override jsonAttributes = ['actor', 'before', 'after'];
  teamId!: string;
  /** A bigint, which pg hands over as text. */
  seq!: string;
  id!: string;
  at!: Date;
  actor!: AuditActor;
  source!: Source;
  action!: string;
  targetType!: string;
  targetId!: string;
  before!: unknown;
  after!: unknown;
  requestId!: string | null;
  prevHash!: string;
  hash!: string;
}

/** The newest link of a team's chain: its lock is taken last in every transaction. */
export class AuditHead extends Row {
  static override tableName = 'audit_heads';
  static override idColumn = 'teamId';
  teamId!: string;
  seq!: string;
  hash!: string;
}
