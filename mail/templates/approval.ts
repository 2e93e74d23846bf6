import { sentencesOf, type Asking } from '../../domain/asking';
import type { ShareRole } from '../../domain/roles';
import { render, type Rendered } from '../layout';
import { day } from './invitation';

/** What the mails about a request say; they go to people whom Slack does not reach. */
export interface ApprovalLetter {
  /** The request's page. */
  readonly url: string;
  readonly asking: Asking;
  /** What was granted, once something was. */
  readonly grantedRole: ShareRole | null;
  readonly reason: string | null;
  readonly expiresAt: Date;
}

/** Asks an approver to decide, the first time or again (INVITE-3, INVITE-7, GUEST-6). */
export function askMail({ url, asking, reason, expiresAt }: ApprovalLetter, isReminder: boolean): Rendered {
  const { question, wish } = sentencesOf(asking);
  return render({
    subject: `${isReminder ? 'Still waiting: ' : ''}${question(asking)}`,
    paragraphs: [
      `${wish(asking)}.`,
      `It waits for a decision until ${day(expiresAt)}; then nothing is granted.`,
    ],
    quote: reason,
    button: { label: 'Decide', url },
    footer: 'You get this because you can decide on it: yourself, or for somebody who handed over to you.',
  });
}

/** It waits for too long: asks an approver afresh, or tells the operator's address of last resort (INVITE-7). */
export function escalationMail(
  { url, asking, reason, expiresAt }: ApprovalLetter,
  approverNames: readonly string[],
  isApprover: boolean,
): Rendered {
  const { question, wish } = sentencesOf(asking);
  const asked =
    approverNames.length === 0 ? 'nobody, since nobody in the team could decide' : approverNames.join(', ');
  return render({
    subject: `Waiting for too long: ${question(asking)}`,
    paragraphs: [
      `${wish(asking)}, and nobody has decided on it.`,
      ...(isApprover ? [] : [`Asked were: ${asked}.`]),
      `It waits until ${day(expiresAt)}; then nothing is granted.`,
    ],
    quote: isApprover ? reason : null,
    button: { label: isApprover ? 'Decide' : 'See the request', url },
    footer: isApprover
      ? 'You get this because you can decide on it.'
      : 'This went to the approvers and to the operator’s address of last resort.',
  });
}

/** How a request went on, for those who have a part in it. */
export type Ending =
  'changed' | 'approved' | 'denied' | 'expired' | 'closed' | 'accepted' | 'invitation_expired' | 'failed';

const ENDINGS: Readonly<Record<Ending, (asking: Asking, by: string, granted: ShareRole | null) => string>> = {
  changed: () =>
    'It changed: others ask for the same person too, or a part of it was taken back. It is still one request, and it was put to the approvers again.',
  approved: (asking, by, granted) => {
    const { requestedRole, subject } = asking;
    const as =
      granted === null || granted === requestedRole ? '' : `, as ${granted} instead of ${requestedRole}`;
    const next = sentencesOf(asking).done(asking) ?? `${subject.email} gets an invitation by mail.`;
    return `${by} approved it${as}. ${next}`;
  },
  denied: (_asking, by) => `${by} denied it.`,
  expired: () => 'Nobody decided in time, so nothing was granted. You can ask again.',
  closed: () => 'It was closed, because something that it needed is gone.',
  accepted: ({ subject }) => `${subject.email} is in the team now, with what was granted.`,
  invitation_expired: ({ subject }) => `${subject.email} did not accept in time, so the invitation ended.`,
  failed: ({ subject }) =>
    `It was approved, but the mail to ${subject.email} cannot be sent for now. We keep trying.`,
};

/**
 * Tells a requester, or who approved, how it went on, with an approver's reason as it was typed (INVITE-5, INVITE-11).
 * @param told whom: `readerId` their account
 */
export function outcomeMail(
  { url, asking, grantedRole }: ApprovalLetter,
  ending: Ending,
  told: {
    readonly readerId: string;
    readonly by: string | null;
    readonly reason: string | null;
    readonly isApprover?: boolean;
  },
): Rendered {
  const isApprover = told.isApprover === true;
  const { yours, wish } = sentencesOf(asking);
  const title = isApprover ? `The request for ${asking.subject.email}` : yours(asking, told.readerId);
  return render({
    subject: `${title}: ${ending.replaceAll('_', ' ')}`,
    paragraphs: [
      isApprover ? `You approved this: ${wish(asking)}.` : `${title}.`,
      ENDINGS[ending](asking, told.by ?? 'Somebody who may decide', grantedRole),
    ],
    quote: told.reason,
    button: { label: 'See the request', url },
    footer: `You get this because you ${isApprover ? 'approved' : 'made'} the request.`,
  });
}

/** Nobody could decide: said at once to the requester and to the operator's address of last resort (INVITE-3). */
export function noApproverMail({ url, asking }: ApprovalLetter): Rendered {
  const { matter, wish } = sentencesOf(asking);
  return render({
    subject: `Nobody can decide on ${matter(asking)}`,
    paragraphs: [
      `${wish(asking)}, and the team has nobody who could decide on it.`,
      'It waits until the team has somebody, or until it expires.',
    ],
    button: { label: 'See the request', url },
    footer: 'This went to the requester and to the operator’s address of last resort.',
  });
}
