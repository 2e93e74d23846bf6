import { defineSearchAttributeKey } from '@temporalio/common';

/** What a run can be found by in Temporal UI. Opaque ids and enums only (OPS-3). */
export const SEARCH_ATTRIBUTES = [
  { name: 'DoorlistTeamId', type: 'Keyword' },
  { name: 'DoorlistKind', type: 'Keyword' },
  { name: 'DoorlistState', type: 'Keyword' },
  { name: 'DoorlistElementId', type: 'Keyword' },
  { name: 'DoorlistPersonId', type: 'Keyword' },
] as const;

export const teamIdKey = defineSearchAttributeKey('DoorlistTeamId', 'KEYWORD');
/** The kind of run: `share`, `invite`, `access_request`, `keyring`, `heldNotices`, `accessChange`. */
export const kindKey = defineSearchAttributeKey('DoorlistKind', 'KEYWORD');
/** The state that the run is in, as REST names it. */
export const stateKey = defineSearchAttributeKey('DoorlistState', 'KEYWORD');
export const elementIdKey = defineSearchAttributeKey('DoorlistElementId', 'KEYWORD');
/** The account that the run is about: the sharer of a share, the first requester of an invite, who took access away. */
export const personIdKey = defineSearchAttributeKey('DoorlistPersonId', 'KEYWORD');
