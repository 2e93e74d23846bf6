import type { ShareRole } from '../../domain/roles';
import type { Tx } from '../database';

/** Somebody whom a share gave a role, and the stronger one where it gave several. */
export interface Reached {
  readonly userId: string;
  readonly role: ShareRole;
}

/**
 * Whom a share reached, by name or by a group: each once, never the sharer, and only who still holds a role on the element
 * by name or by a group (SHARE-3). In the order of their ids.
 * @param among a page of all (after an id, at most `limit`), or these people alone
 */
export async function shareAudience(
  tx: Tx,
  shareId: string,
  among: { readonly after: string | null; readonly limit: number } | { readonly userIds: readonly string[] },
): Promise<readonly Reached[]> {
  const [condition, values] =
    'userIds' in among
      ? ['given.user_id = any(?::uuid[])', [[...among.userIds]]]
      : ['given.user_id > ?::uuid', [among.after ?? '00000000-0000-0000-0000-000000000000']];
  const { rows } = await tx.raw<{ rows: { user_id: string; is_editor: boolean }[] }>(
    `with given as (
       select user_id, role from share_recipients
        where share_id = ? and outcome = 'shared' and user_id is not null
       union all
       select members.user_id, named.role from share_recipients named
         join group_members members on members.group_id = named.group_id
        where named.share_id = ? and named.outcome = 'shared'
     )
     select given.user_id, bool_or(given.role = 'editor') as is_editor
       from given
       join shares on shares.id = ?
       join elements on elements.id = shares.element_id and elements.deleted_at is null
       join workspaces on workspaces.id = elements.workspace_id and workspaces.deleted_at is null
       join members on members.team_id = shares.team_id and members.user_id = given.user_id
      where given.user_id is distinct from shares.sharer_id
        and ${condition}
        and exists (
          select from element_roles held
           where held.element_id = elements.id
             and (held.user_id = given.user_id
               or held.group_id in (select mine.group_id from group_members mine where mine.user_id = given.user_id))
        )
      group by given.user_id
      order by given.user_id
      limit ?`,
    [shareId, shareId, shareId, ...values, 'userIds' in among ? among.userIds.length : among.limit],
  );
  return rows.map(({ user_id: userId, is_editor: isEditor }) => ({
    userId,
    role: isEditor ? 'editor' : 'viewer',
  }));
}
