import type { KeyEndReason } from '../../domain/access-key';
import { Row } from './row';

/** A collection access key (KEY-1). The key itself stands nowhere: its SHA-256 does, and its last four characters. */
export class AccessKey extends Row {
  static override tableName = 'access_keys';
  id!: string;
  teamId!: string;
  elementId!: string;
  name!: string | null;
  hash!: Buffer;
  tail!: string;
  createdBy!: string | null;
  createdAt!: Date;
  lastUsedAt!: Date | null;
  /** The last use, or the creation: inactivity counts from here (KEY-4). */
  idleSince!: Date;
  endedAt!: Date | null;
  endReason!: KeyEndReason | null;
  endedBy!: string | null;
  /** The end that was last warned of, and how long before it, ms (a bigint, which pg hands over as text). */
  warnedEnd!: Date | null;
  warnedBeforeMs!: string | null;
  /** When the team's keyring run was told of it; null: it has to be yet. */
  keyringToldAt!: Date | null;
}
