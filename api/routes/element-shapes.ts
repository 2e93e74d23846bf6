import { z } from 'zod';
import type { Cause } from '../../domain/actor';
import type { Viewer } from '../../operations/parts/seen';
import type { Caller } from '../auth/caller';
import type { ElementRole } from '../../domain/roles';
import { ELEMENT_ROLES } from '../../domain/roles';
import type { Element } from '../../store/models';
import { elementType, id, instant } from './shapes';

/** A Postman collection or environment, or an OpenAPI document. What is inside is checked by its type. */
export const document = z.record(z.string(), z.unknown()).meta({ id: 'Document' });

/** An element as somebody sees it; `myRole` is null without a token, `guestLink` for guests and for what has none. */
export const element = z
  .strictObject({
    id,
    type: elementType,
    name: z.string(),
    workspaceId: id,
    teamId: id.nullable(),
    url: z.url(),
    version: z.int(),
    createdAt: instant,
    updatedAt: instant,
    myRole: z.enum(ELEMENT_ROLES).nullable(),
    guestLink: z.strictObject({ enabled: z.boolean() }).nullable(),
  })
  .meta({ id: 'Element' });

/** An element's row with the caller's role. */
export function elementView(
  row: Element,
  myRole: ElementRole | null,
  publicUrl: string,
): z.input<typeof element> {
  return {
    id: row.id,
    type: row.type,
    name: row.name,
    workspaceId: row.workspaceId,
    teamId: row.teamId,
    url: `${publicUrl}/e/${row.id}`,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    myRole,
    guestLink:
      row.type === 'collection' && myRole !== null && myRole !== 'guest_viewer'
        ? { enabled: row.guestLink }
        : null,
  };
}

/** Who looks at an element: nobody in particular when the caller did not sign in. */
export function viewerOf(caller: Caller, cause: () => Cause): Viewer {
  return caller.type === 'anonymous' ? null : cause().actor;
}
