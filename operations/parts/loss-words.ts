import type { GuestCause } from '../../domain/guest-cascade';

/** What happened, as it is told to those who lost something by it and to those who look after them. */
const HAPPENED: Readonly<Record<GuestCause, string>> = {
  guest_link_off: 'guest links were turned off',
  roles_remove: 'access to the collection was taken away',
  workspace_member_remove: 'access to the workspace was taken away',
  workspace_visibility: 'the workspace was made private',
  workspace_delete: 'the workspace was deleted',
  element_delete: 'the collection was deleted',
  element_move: 'the collection was moved to a private workspace',
  member_remove: 'an Admin removed them from the team',
};

/** Names in a sentence; of more than these the rest is a number. */
const NAMED = 3;
/** Names in a list of their own. */
const LISTED = 20;

/** What a guest is told: what they lost, and why (GUEST-7). */
export function lossTitle(loss: {
  readonly teamName: string;
  readonly collections: readonly string[];
  readonly leaves: boolean;
  readonly cause: GuestCause;
}): string {
  const { teamName, collections, leaves, cause } = loss;
  const why = cause === 'member_remove' ? 'an Admin removed you from the team' : HAPPENED[cause];
  const lost = joined(
    collections.map((name) => `“${name}”`),
    NAMED,
  );
  if (!leaves) return `You can no longer open ${lost} of ${teamName}: ${why}`;
  const open = collections.length === 0 ? '' : ` and can no longer open ${lost}`;
  return `You are no longer a guest of ${teamName}${open}: ${why}`;
}

/** What whoever did it and the Workspace Admins are told. */
export function summaryTitle(summary: {
  readonly teamName: string;
  readonly left: number;
  readonly lost: number;
  readonly cause: GuestCause;
}): string {
  const { teamName, left, lost, cause } = summary;
  const parts = [
    ...(left === 0 ? [] : [`${guests(left)} left ${teamName}`]),
    ...(lost === 0 ? [] : [`${guests(lost)} lost a collection${left === 0 ? ` of ${teamName}` : ''}`]),
  ];
  return `${parts.join(', ')}: ${HAPPENED[cause]}`;
}

/** Whom it concerns, by name. @param total how many they are in all */
export function summaryNames(names: readonly string[], total: number): string {
  return joined(names, LISTED, total);
}

/** How many names a summary needs at most. */
export const SUMMARY_NAMES = LISTED;

function guests(count: number): string {
  return count === 1 ? '1 guest' : `${count} guests`;
}

function joined(names: readonly string[], most: number, total = names.length): string {
  const named = names.slice(0, most);
  const more = total - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}
