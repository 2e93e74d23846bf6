import { Approval } from '../../store/models';
import type { BotDeps } from '../deps';

/** Whether a request's pinned policy wants a reason for a denial (INVITE-5). */
export async function isReasonRequired({ store }: BotDeps, approvalId: string): Promise<boolean> {
  const approval = await store.acrossTeams((tx) => Approval.query(tx).findById(approvalId));
  return approval?.policy.denyReasonRequired ?? true;
}
