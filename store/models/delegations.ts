import { Row } from './row';

/** A hand-over of one's decisions to another member for a time (INVITE-9); `validUntil` is exclusive. */
export class Delegation extends Row {
  static override tableName = 'delegations';
  id!: string;
  teamId!: string;
  delegatorId!: string;
  delegateId!: string;
  validFrom!: Date;
  validUntil!: Date;
  createdAt!: Date;
}

/** A person whose voice an approval used up: who clicked, and for whom they did (INVITE-6, INVITE-9). */
export class ApprovalVoice extends Row {
  static override tableName = 'approval_voices';
  static override idColumn = ['approvalId', 'revision', 'userId'];
  approvalId!: string;
  revision!: number;
  userId!: string;
  teamId!: string;
  attemptId!: string;
}
