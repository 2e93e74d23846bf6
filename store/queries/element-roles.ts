import type { ElementRole } from '../../domain/roles';
import { SEAT_ROLES } from '../../domain/seats';
import type { Tx } from '../database';
import type { Placed } from './access';
import { keyAfter, pageOf, type Page, type PageRequest } from './page';

/** A role on an element, and how its holder comes by it. */
export interface RoleHeld {
  readonly principalType: 'user' | 'group' | 'guest';
  readonly principalId: string;
  readonly name: string;
  readonly role: ElementRole;
  readonly via: 'direct' | 'workspace' | 'group';
}

// One row per principal and way, with the strongest role that this way gives. Workspace Admins and Editors edit (WORK-2);
// the team's team and public workspaces are open to the members whose team roles see content (TEAM-6): the same that
// take a seat.
const HELD = `
  with by_name as (
    select user_id, group_id, role, 'direct' as via from element_roles where element_id = :elementId
    union all
    select user_id, group_id, case role when 'viewer' then 'viewer' else 'editor' end, 'workspace'
      from workspace_roles where workspace_id = :workspaceId
  ), held as (
    select user_id, group_id, role, via from by_name
    union all
    select m.user_id, null, b.role, 'group' from by_name b join group_members m on m.group_id = b.group_id
    union all
    select owner_id, null, 'editor', 'workspace' from workspaces where id = :workspaceId and owner_id is not null
    union all
    select m.user_id, null, 'viewer', 'workspace' from members m join workspaces w on w.team_id = m.team_id
      where w.id = :workspaceId and w.visibility in ('team', 'public') and m.roles && :seeing::text[]
  ), best as (
    select user_id, group_id, via,
           (array['guest_viewer', 'viewer', 'editor'])[
             max(array_position(array['guest_viewer', 'viewer', 'editor'], role))] as role
      from held group by user_id, group_id, via
  )
  select case when b.group_id is not null then 'group' when 'guest' = any (m.roles) then 'guest' else 'user' end
           as "principalType",
         coalesce(b.user_id, b.group_id) as "principalId",
         coalesce(u.name, g.name) as name, b.role, b.via
    from best b
    left join users u on u.id = b.user_id
    left join groups g on g.id = b.group_id
    left join members m on m.user_id = b.user_id and m.team_id = :teamId
   where :afterId::uuid is null or (coalesce(b.user_id, b.group_id), b.via) < (:afterId::uuid, :afterVia)
   order by coalesce(b.user_id, b.group_id) desc, b.via desc
   limit :rows`;

/** Who holds which role on an element, directly and inherited; newest accounts and groups first. */
export async function listElementRoles(
  tx: Tx,
  { element, workspace }: Placed,
  page: PageRequest,
): Promise<Page<RoleHeld>> {
  const [afterId = null, afterVia = ''] = keyAfter(page, 'id', 'word') ?? [];
  const answer = await tx.raw<{ rows: RoleHeld[] }>(HELD, {
    elementId: element.id,
    workspaceId: workspace.id,
    teamId: element.teamId,
    seeing: [...SEAT_ROLES],
    afterId,
    afterVia,
    rows: page.limit + 1,
  });
  return pageOf(answer.rows, page.limit, (row) => `${row.principalId}|${row.via}`);
}
