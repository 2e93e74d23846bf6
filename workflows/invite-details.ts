import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import type { InviteStanding } from '../activities/invites';
import { stateKey } from './contracts/search-attributes';

/** Shows an operator where a run stands: its state as a search attribute, and the story in two lines (OPS-3). */
export function showStanding(standing: InviteStanding, nextAt: number | null): void {
  const { state, invitation, revision, approvers } = standing;
  const shown = state === 'approved' && invitation !== null ? invitation : state;
  upsertSearchAttributes([{ key: stateKey, value: shown }]);
  const lines = [
    `**${shown}**, revision ${revision}.`,
    ...(state === 'pending' ? [`${approvers} people can decide.`] : []),
    ...(nextAt === null ? [] : [`Next by itself: ${new Date(nextAt).toISOString()}.`]),
  ];
  setCurrentDetails(lines.join('\n\n'));
}
