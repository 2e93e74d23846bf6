import type { GuestCause } from '../../domain/guest-cascade';
import type { AuditEntry } from '../../store/audit';
import type { Tx } from '../../store/database';
import { Element } from '../../store/models';

/** Turns the guest links of elements off that come to lie in a private workspace (GUEST-4). @returns their audit lines */
export async function closeGuestLinks(
  tx: Tx,
  elements: readonly Element[],
  why: Extract<GuestCause, 'workspace_visibility' | 'element_move'>,
): Promise<readonly AuditEntry[]> {
  const linked = elements.filter(({ guestLink }) => guestLink).map(({ id }) => id);
  await Element.query(tx).whereIn('id', linked).patch({ guestLink: false });
  return linked.map((id) => ({
    action: 'collection.guest_link_disabled',
    target: { type: 'collection', id },
    before: { enabled: true },
    after: { enabled: false, cause: why },
  }));
}
