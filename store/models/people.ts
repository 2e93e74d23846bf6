import type { Plan } from '../../domain/plans';
import type { TeamPolicy } from '../../domain/policy';
import type { TeamRole } from '../../domain/roles';
import { Row } from './row';

/** A team's OIDC issuer (TEAM-7). `clientSecret` is sealed, in base64. */
export interface SsoSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly domains: readonly string[];
}

/** A person's account (TEAM-1). `email` is lower-case. */
export class User extends Row {
  static override tableName = 'users';
  id!: string;
  email!: string;
  name!: string;
  emailVerifiedAt!: Date | null;
  createdAt!: Date;
}

/** A team; its row is the lock under which seats are counted (TEAM-3). */
export class Team extends Row {
  static override tableName = 'teams';
  static override jsonAttributes = ['policy', 'sso'];
  id!: string;
  name!: string;
  slug!: string;
  plan!: Plan;
  seats!: number;
  autoFlex!: boolean;
  sso!: SsoSettings | null;
  policy!: Partial<TeamPolicy>;
  createdAt!: Date;
}

/** A person in a team, with their roles there. */
export class Member extends Row {
  static override tableName = 'members';
  static override idColumn = ['teamId', 'userId'];
  teamId!: string;
  userId!: string;
  roles!: TeamRole[];
  joinedAt!: Date;
}

/** A named set of members (TEAM-5). */
export class Group extends Row {
  static override tableName = 'groups';
  id!: string;
  teamId!: string;
  name!: string;
  createdAt!: Date;
}

/** A member in a group. */
export class GroupMember extends Row {
  static override tableName = 'group_members';
  static override idColumn = ['groupId', 'userId'];
  groupId!: string;
  teamId!: string;
  userId!: string;
}

/** A user or service token; only its hash is kept. */
export class Token extends Row {
  static override tableName = 'tokens';
  id!: string;
  kind!: 'user' | 'service';
  userId!: string | null;
  teamId!: string | null;
  name!: string;
  hash!: Buffer;
  createdAt!: Date;
  expiresAt!: Date | null;
  revokedAt!: Date | null;
}

/** A single-use sign-in link, by the hash of its token. */
export class LoginLink extends Row {
  static override tableName = 'login_links';
  static override idColumn = 'hash';
  hash!: Buffer;
  email!: string;
  returnTo!: string | null;
  createdAt!: Date;
  expiresAt!: Date;
  usedAt!: Date | null;
  /** Set together: the subject of a team's issuer that the link ties to the address's account. */
  teamId!: string | null;
  issuer!: string | null;
  subject!: string | null;
}

/** Which account a subject of a team's issuer is (TEAM-7). */
export class SsoIdentity extends Row {
  static override tableName = 'sso_identities';
  static override idColumn = ['teamId', 'issuer', 'subject'];
  teamId!: string;
  issuer!: string;
  subject!: string;
  userId!: string;
  tiedAt!: Date;
}

/** The first answer to an Idempotency-Key, and the id that its call makes. */
export class IdempotencyKey extends Row {
  static override tableName = 'idempotency_keys';
  static override idColumn = ['scope', 'key'];
  static override jsonAttributes = ['body', 'headers'];
  scope!: string;
  key!: string;
  requestHash!: string;
  madeId!: string;
  lockedUntil!: Date;
  status!: number | null;
  body!: unknown;
  headers!: Record<string, string> | null;
  createdAt!: Date;
}
