import { lostByStaying, type GuestHolding, type GuestLoss } from '../../domain/guest-cascade';
import type { Tx } from '../database';
import { Element, ElementRoleRow, Workspace } from '../models';
import { idAfter, pageOf, type Page, type PageRequest } from './page';

interface Rows<T> {
  readonly rows: readonly T[];
}

// A collection is open to its guests while it lies in a team or public workspace (GUEST-4).
const OPEN = `
  join elements e on e.id = r.element_id and e.deleted_at is null and e.type = 'collection'
  join workspaces w on w.id = e.workspace_id and w.deleted_at is null and w.visibility in ('team', 'public')`;

/** All collections open to those guests of the team who hold a role on one of the given elements, and to those named. */
export async function holdingsOfGuests(
  tx: Tx,
  teamId: string,
  of: { readonly elementIds: readonly string[]; readonly userIds: readonly string[] },
): Promise<readonly GuestHolding[]> {
  const { rows } = await tx.raw<Rows<{ user_id: string; element_id: string; guest_link: boolean }>>(
    `select r.user_id, r.element_id, e.guest_link from element_roles r
     join members m on m.team_id = r.team_id and m.user_id = r.user_id and 'guest' = any (m.roles) ${OPEN}
     where r.team_id = :teamId and (
       r.user_id = any (:userIds::uuid[])
       or r.user_id in (select user_id from element_roles where element_id = any (:elementIds::uuid[])))
     order by r.user_id, r.element_id`,
    { teamId, elementIds: [...of.elementIds], userIds: [...of.userIds] },
  );
  return rows.map((row) => ({ userId: row.user_id, elementId: row.element_id, linkOn: row.guest_link }));
}

/** The Admins by name, own or through a group, of the workspaces in which some elements lie. */
export async function workspaceAdminsOver(
  tx: Tx,
  teamId: string,
  elementIds: readonly string[],
): Promise<readonly string[]> {
  const { rows } = await tx.raw<Rows<{ user_id: string }>>(
    `select distinct m.user_id from workspace_roles r
     left join group_members g on g.group_id = r.group_id
     join members m on m.team_id = r.team_id and m.user_id = coalesce(r.user_id, g.user_id)
     where r.team_id = :teamId and r.role = 'admin'
       and r.workspace_id in (select workspace_id from elements where id = any (:elementIds::uuid[]))
     order by m.user_id`,
    { teamId, elementIds: [...elementIds] },
  );
  return rows.map((row) => row.user_id);
}

/**
 * The pending requests of a team that close when elements go away, people leave it, and guests who stay lose collections
 * (INVITE-12, GUEST-7): those about these people, those of which nothing is left, and those for what is lost.
 */
export async function requestsThatClose(
  tx: Tx,
  teamId: string,
  gone: {
    readonly elementIds: readonly string[];
    readonly userIds: readonly string[];
    readonly losses: readonly GuestLoss[];
  },
): Promise<readonly string[]> {
  const moot = await accessRequestsFor(tx, teamId, gone.losses);
  const { rows } = await tx.raw<Rows<{ id: string }>>(
    `with asked as (
       select g.approval_id,
              bool_and(g.element_id = any (:elementIds::uuid[])
                       or coalesce(g.requester_id = any (:userIds::uuid[]), false)) as is_gone
         from approval_grants g where g.team_id = :teamId group by g.approval_id)
     select a.id from approvals a left join asked on asked.approval_id = a.id
      where a.team_id = :teamId and a.state = 'pending' and (
        asked.is_gone
        or a.subject_user_id = any (:userIds::uuid[])
        or a.email in (select email from users where id = any (:userIds::uuid[]))
        or a.id = any (:moot::uuid[]))
      order by a.id`,
    { teamId, elementIds: [...gone.elementIds], userIds: [...gone.userIds], moot: [...moot] },
  );
  return rows.map((row) => row.id);
}

/** The pending requests to make guests who stay in the team Editor of a collection that they lose (GUEST-6). */
export async function accessRequestsFor(
  tx: Tx,
  teamId: string,
  losses: readonly GuestLoss[],
): Promise<readonly string[]> {
  const pairs = lostByStaying(losses);
  const { rows } = await tx.raw<Rows<{ id: string }>>(
    `select a.id from approvals a
     join unnest(:userIds::uuid[], :elementIds::uuid[]) as lost (user_id, element_id)
       on a.subject_user_id = lost.user_id and a.element_id = lost.element_id
     where a.team_id = :teamId and a.kind = 'access_request' and a.state = 'pending' order by a.id`,
    {
      teamId,
      userIds: pairs.map(({ userId }) => userId),
      elementIds: pairs.map(({ elementId }) => elementId),
    },
  );
  return rows.map((row) => row.id);
}

/** How many guests of the team may view a collection. */
export async function countGuests(tx: Tx, elementId: string): Promise<number> {
  const { rows } = await tx.raw<Rows<{ guests: number }>>(
    `select count(*)::int as guests from element_roles r
     join members m on m.team_id = r.team_id and m.user_id = r.user_id and 'guest' = any (m.roles)
     where r.element_id = ?`,
    [elementId],
  );
  return rows[0]?.guests ?? 0;
}

/** Of some people, those on whom a request or an open invitation of the team hangs. */
export async function withRequests(
  tx: Tx,
  teamId: string,
  userIds: readonly string[],
): Promise<readonly { readonly id: string; readonly email: string }[]> {
  const { rows } = await tx.raw<Rows<{ id: string; email: string }>>(
    `select u.id, u.email from users u where u.id = any (:userIds::uuid[]) and (
       exists (select from approval_grants g join approvals a on a.id = g.approval_id
               where g.team_id = :teamId and g.requester_id = u.id and a.state = 'pending')
       or exists (select from approvals a where a.team_id = :teamId and a.state = 'pending'
                  and (a.subject_user_id = u.id or a.email = u.email))
       or exists (select from invitations i where i.team_id = :teamId and i.email = u.email and i.ended_at is null))
     order by u.id`,
    { teamId, userIds: [...userIds] },
  );
  return rows;
}

/** A collection that a guest may view, with where it lies. */
export interface GuestResource {
  readonly element: Element;
  readonly workspace: Workspace;
  readonly role: ElementRoleRow['role'];
}

/** What a guest has in the team, the newest grant first. */
export async function listGuestResources(
  tx: Tx,
  teamId: string,
  userId: string,
  page: PageRequest,
): Promise<Page<GuestResource>> {
  const after = idAfter(page);
  const grants = await ElementRoleRow.query(tx)
    .where({ teamId, userId })
    .whereIn('elementId', Element.query(tx).where({ teamId }).whereNull('deletedAt').select('id'))
    .modify((query) => {
      if (after !== null) void query.where('id', '<', after);
    })
    .orderBy('id', 'desc')
    .limit(page.limit + 1);
  const { rows, next } = pageOf(grants, page.limit, (grant) => grant.id);
  const elements = await Element.query(tx).findByIds(rows.map((grant) => grant.elementId));
  const workspaces = await Workspace.query(tx).findByIds(elements.map((element) => element.workspaceId));
  const resources = rows.flatMap(({ elementId, role }) => {
    const element = elements.find(({ id }) => id === elementId);
    const workspace = workspaces.find(({ id }) => id === element?.workspaceId);
    return element === undefined || workspace === undefined ? [] : [{ element, workspace, role }];
  });
  return { rows: resources, next };
}
