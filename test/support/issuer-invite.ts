import type { WholeApi } from './whole-api';

const COLLECTION = {
  info: { name: 'Orders', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' },
  item: [],
};

/** Shares a new collection of the team with an outsider, as its Super Admin. @returns the mailed link's token */
export async function inviteOf(
  api: WholeApi,
  teamId: string,
  adminId: string,
  email: string,
): Promise<string> {
  const admin = await api.person(adminId);
  const workspace = await admin('POST', `/v1/teams/${teamId}/workspaces`, {
    body: { name: 'Shop', visibility: 'team' },
  });
  const element = await admin('POST', `/v1/workspaces/${String(workspace.body['id'])}/elements`, {
    body: { type: 'collection', content: COLLECTION },
  });
  const share = await admin('POST', `/v1/elements/${String(element.body['id'])}/shares`, {
    body: { recipients: [{ email, role: 'viewer' }] },
  });
  const [recipient] = share.body['recipients'] as { inviteId?: string; outcome: string }[];
  if (recipient?.inviteId === undefined) throw new Error(`not invited: ${share.text}`);
  return api.mailInvitation(teamId, recipient.inviteId);
}
