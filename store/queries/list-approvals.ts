import type { QueryBuilder } from 'objection';
import type { Actor } from '../../domain/actor';
import { isTeamAdmin, type ApprovalKind, type ApprovalState } from '../../domain/approval';
import type { Tx } from '../database';
import { Approval, ApprovalGrant, Member, User } from '../models';
import { approversOfAll, askedOf } from './approvers';
import { principalsOf } from './delegations';
import { EDITED_BY } from './editors';
import { holding } from './page';

/** Which requests a list shows. */
export interface ApprovalFilter {
  readonly teamId?: string;
  readonly state?: ApprovalState;
  readonly kind?: ApprovalKind;
  /** `me`: those that the person could decide on; `mine`: those that they asked for; `all`: all that they may see. */
  readonly for: 'me' | 'mine' | 'all';
  /** Part of the invited address or of the element's name. */
  readonly q?: string;
  readonly limit: number;
  /** Show what came before this id. */
  readonly before: string | null;
  /** Who could decide, and who sees, is asked at this instant. */
  readonly asOf: Date;
}

/**
 * Ids of the requests that somebody may see, newest first, in one transaction across teams: those of the teams they are
 * an Admin of, those that they asked for, and those about elements that they edit, where Editors have a say (GUEST-6).
 */
export async function listApprovalIds(
  tx: Tx,
  actor: Actor,
  filter: ApprovalFilter,
): Promise<readonly string[]> {
  if (filter.for === 'me' && actor.type === 'person') return waitingFor(tx, actor.userId, filter);
  const found = await candidates(tx, actor, filter);
  return found.map(({ id }) => id);
}

/** Requests that wait for somebody: of those that might, page by page, the ones of which they are an approver now. */
async function waitingFor(tx: Tx, userId: string, filter: ApprovalFilter): Promise<readonly string[]> {
  const ids: string[] = [];
  let { before } = filter;
  while (ids.length < filter.limit) {
    const page = await candidates(tx, { type: 'person', userId }, { ...filter, before });
    const approvers = await approversOfAll(tx, await askedOf(tx, page), filter.asOf);
    const isAsked = ({ id }: Approval) => approvers.get(id)?.people.some((one) => one.userId === userId);
    ids.push(...page.filter(isAsked).map(({ id }) => id));
    const last = page.at(-1);
    if (last === undefined || page.length < filter.limit) break;
    before = last.id;
  }
  return ids.slice(0, filter.limit);
}

async function candidates(tx: Tx, actor: Actor, filter: ApprovalFilter): Promise<readonly Approval[]> {
  const query = Approval.query(tx).select('approvals.*').orderBy('approvals.id', 'desc').limit(filter.limit);
  if (actor.type === 'person') await onlySeenBy(tx, query, actor.userId, filter);
  else if (actor.type === 'service') void query.where('approvals.teamId', actor.teamId);
  else return [];
  if (filter.teamId !== undefined) void query.where('approvals.teamId', filter.teamId);
  if (filter.state !== undefined) void query.where('approvals.state', filter.state);
  if (filter.kind !== undefined) void query.where('approvals.kind', filter.kind);
  if (filter.before !== null) void query.where('approvals.id', '<', filter.before);
  return filter.q === undefined ? query : found(tx, query, filter.q, filter.limit);
}

/**
 * Of some requests those that a word finds, by views that let indexes serve it (migration 045). Addresses and names are
 * asked for apart: no index serves either of both.
 */
async function found(tx: Tx, query: Approvals, q: string, limit: number): Promise<readonly Approval[]> {
  // Which index serves depends on the word: a plan for any word would read everything.
  await tx.raw('set local plan_cache_mode = force_custom_plan');
  const like = holding(q);
  const named = 'select id from seen_elements where name like lower(?)';
  const among = query.from('seen_approvals as approvals').clearSelect().select('approvals.id');
  const byAddress = await among.clone().whereRaw('approvals.email like lower(?)', [like]);
  const byName = await among
    .clone()
    .whereRaw(`exists (${named}) and approvals.element_id = any (array(${named}))`, [like, like]);
  const ids = [...byAddress, ...byName].map(({ id }) => id);
  return Approval.query(tx).findByIds(ids).orderBy('id', 'desc').limit(limit);
}

type Approvals = QueryBuilder<Approval>;

async function onlySeenBy(
  tx: Tx,
  query: Approvals,
  userId: string,
  { for: which, asOf }: Pick<ApprovalFilter, 'for' | 'asOf'>,
): Promise<void> {
  const asked = ApprovalGrant.query(tx).where({ requesterId: userId }).select('approvalId');
  if (which === 'mine') {
    void query.whereIn('approvals.id', asked);
    return;
  }
  const memberships = await Member.query(tx).where({ userId });
  const admin = memberships.filter(({ roles }) => isTeamAdmin(roles)).map(({ teamId }) => teamId);
  const handed = await handedOver(tx, memberships, userId, asOf);
  if (which === 'all') {
    const teams = [...admin, ...handed.map(({ teamId }) => teamId)];
    void query.where(
      (by) =>
        void by
          .whereIn('approvals.teamId', teams)
          .orWhereIn('approvals.id', asked)
          .orWhere((one) => aboutEdited(one, userId)),
    );
    return;
  }
  // Whoever is involved cannot decide (INVITE-3), so it does not wait for them.
  const own = await User.query(tx).findById(userId).throwIfNotFound();
  void query
    .where('approvals.state', 'pending')
    .whereNotIn('approvals.id', asked)
    .whereNot('approvals.email', own.email)
    .where((by) => {
      void by.whereIn('approvals.teamId', admin).orWhere((one) => aboutEdited(one, userId));
      // Nor does it for the delegate of whoever is involved: another one of theirs may be free to decide (INVITE-9).
      for (const { teamId, userId: principal, email } of handed) {
        void by.orWhere(
          (one) =>
            void one
              .where('approvals.teamId', teamId)
              .whereNotIn(
                'approvals.id',
                ApprovalGrant.query(tx).where({ requesterId: principal }).select('approvalId'),
              )
              .whereNot('approvals.email', email),
        );
      }
    });
}

/** About elements that a person edits, where Editors have a say (GUEST-6). */
function aboutEdited(query: Approvals, userId: string): void {
  void query
    .whereRaw(`jsonb_path_exists(approvals.policy, '$.quorum[*].editor')`)
    .whereRaw(`approvals.element_id in (${EDITED_BY})`, { userId });
}

/** The Admins for whom a person decides now, with their teams (INVITE-9). */
async function handedOver(
  tx: Tx,
  memberships: readonly Member[],
  delegateId: string,
  asOf: Date,
): Promise<readonly { teamId: string; userId: string; email: string }[]> {
  const handed = [];
  for (const { teamId, roles } of memberships) {
    if (roles.includes('guest')) continue;
    const principals = await principalsOf(tx, teamId, delegateId, asOf);
    const admins = principals.filter(({ teamRoles }) => isTeamAdmin(teamRoles));
    const ids = admins.map(({ userId }) => userId);
    for (const { id, email } of await User.query(tx).whereIn('id', ids)) {
      handed.push({ teamId, userId: id, email });
    }
  }
  return handed;
}
