import type { Store, Tx } from '../database';
import {
  AccessKey,
  Approval,
  Element,
  Group,
  InvitationToken,
  OperationRow,
  Share,
  Workspace,
} from '../models';

/** Where a thing lies: its team, or null for what belongs to an account outside teams. */
export interface Place {
  readonly id: string;
  readonly teamId: string | null;
}

/** Things that are addressed by their id alone. */
export type Located = 'access_key' | 'approval' | 'element' | 'operation' | 'share' | 'workspace' | 'group';

/** The team of a thing by its id, or null when there is no such thing. What is done then happens inside that team. */
export async function locate(store: Store, kind: Located, id: string): Promise<Place | null> {
  return store.acrossTeams((tx) => find(tx, kind, id));
}

/** The invitation that a link's token belongs to, by the token's SHA-256. */
export async function locateInvitation(store: Store, hash: Buffer): Promise<Place | null> {
  return store.acrossTeams(async (tx) => {
    const token = await InvitationToken.query(tx).findById(hash);
    return token === undefined ? null : { id: token.invitationId, teamId: token.teamId };
  });
}

async function find(tx: Tx, kind: Located, id: string): Promise<Place | null> {
  switch (kind) {
    case 'access_key':
      return (await AccessKey.query(tx).findById(id).select('id', 'teamId')) ?? null;
    case 'approval':
      return (await Approval.query(tx).findById(id).select('id', 'teamId')) ?? null;
    case 'element':
      return (await Element.query(tx).findById(id).select('id', 'teamId')) ?? null;
    case 'operation':
      return (await OperationRow.query(tx).findById(id).select('id', 'teamId')) ?? null;
    case 'share':
      return (await Share.query(tx).findById(id).select('id', 'teamId')) ?? null;
    case 'workspace':
      return (await Workspace.query(tx).findById(id).select('id', 'teamId')) ?? null;
    case 'group':
      return (await Group.query(tx).findById(id).select('id', 'teamId')) ?? null;
  }
}
