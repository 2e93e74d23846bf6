import { render, type Rendered } from '../layout';
import { day } from './invitation';

/** What the mails about a request say; they go to people whom Slack does not reach. */
export interface ApprovalLetter {
  /** The request's page. */
  readonly url: string;
  readonly requesterName: string;
  readonly subjectEmail: string;
  readonly elementName: string;
  readonly elementType: string;
  readonly role: string;
  /** What was granted, once something was. */
  readonly grantedRole: string | null;
  readonly reason: string | null;
  readonly expiresAt: Date;
}

/** Asks an approver to decide, the first time or again (INVITE-3, INVITE-7). */
export function askMail(letter: ApprovalLetter, isReminder: boolean): Rendered {
  return render({
    subject: `${isReminder ? 'Still waiting: ' : ''}Let ${letter.subjectEmail} in to “${letter.elementName}”?`,
    paragraphs: [
      `${letter.requesterName} asks to share the ${letter.elementType} “${letter.elementName}” with ${letter.subjectEmail} as ${letter.role}.`,
      `It waits for a Team Admin until ${day(letter.expiresAt)}; then nothing is granted.`,
    ],
    quote: letter.reason,
    button: { label: 'Decide', url: letter.url },
    footer:
      'You get this because you can decide on it: as an Admin of the team, or for one who handed over to you.',
  });
}

/** It waits for too long: asks an approver afresh, or tells the operator's address of last resort (INVITE-7). */
export function escalationMail(
  letter: ApprovalLetter,
  approverNames: readonly string[],
  isApprover: boolean,
): Rendered {
  const asked =
    approverNames.length === 0
      ? 'nobody, since the team has no Admin who could decide'
      : approverNames.join(', ');
  return render({
    subject: `Waiting for too long: let ${letter.subjectEmail} in to “${letter.elementName}”?`,
    paragraphs: [
      `${letter.requesterName} asked to share the ${letter.elementType} “${letter.elementName}” with ${letter.subjectEmail} as ${letter.role}, and nobody has decided on it.`,
      ...(isApprover ? [] : [`Asked were: ${asked}.`]),
      `It waits until ${day(letter.expiresAt)}; then nothing is granted.`,
    ],
    quote: isApprover ? letter.reason : null,
    button: { label: isApprover ? 'Decide' : 'See the request', url: letter.url },
    footer: isApprover
      ? 'You get this because you can decide on it.'
      : 'This went to the approvers and to the operator’s address of last resort.',
  });
}

/** How a request went on, for those who have a part in it. */
export type Ending =
  'changed' | 'approved' | 'denied' | 'expired' | 'closed' | 'accepted' | 'invitation_expired' | 'failed';

const ENDINGS: Readonly<Record<Ending, (letter: ApprovalLetter, by: string) => string>> = {
  changed: () =>
    'It changed: others ask for the same person too, or a part of it was taken back. It is still one request, and it was put to the approvers again.',
  approved: ({ subjectEmail, role, grantedRole }, by) => {
    const as = grantedRole === null || grantedRole === role ? '' : `, as ${grantedRole} instead of ${role}`;
    return `${by} approved it${as}. ${subjectEmail} gets an invitation by mail.`;
  },
  denied: (_letter, by) => `${by} denied it.`,
  expired: () => 'Nobody decided in time, so nothing was granted. You can ask again.',
  closed: () => 'It was closed, because something that it needed is gone.',
  accepted: ({ subjectEmail }) => `${subjectEmail} is in the team now, with what was granted.`,
  invitation_expired: ({ subjectEmail }) =>
    `${subjectEmail} did not accept in time, so the invitation ended.`,
  failed: ({ subjectEmail }) =>
    `It was approved, but the mail to ${subjectEmail} cannot be sent for now. We keep trying.`,
};

/** Tells a requester, or who approved, how it went on, with an approver's reason as it was typed (INVITE-5, INVITE-11). */
export function outcomeMail(
  letter: ApprovalLetter,
  ending: Ending,
  told: { readonly by: string | null; readonly reason: string | null; readonly isApprover?: boolean },
): Rendered {
  const { elementName, elementType, subjectEmail, requesterName } = letter;
  const isApprover = told.isApprover === true;
  const did = isApprover ? `You approved the request of ${requesterName}` : 'You asked';
  return render({
    subject: `${isApprover ? 'The' : 'Your'} request for ${subjectEmail}: ${ending.replaceAll('_', ' ')}`,
    paragraphs: [
      `${did} to share the ${elementType} “${elementName}” with ${subjectEmail}.`,
      ENDINGS[ending](letter, told.by ?? 'A Team Admin'),
    ],
    quote: told.reason,
    button: { label: 'See the request', url: letter.url },
    footer: `You get this because you ${isApprover ? 'approved' : 'made'} the request.`,
  });
}

/** Nobody could decide: said at once to the requester and to the operator's address of last resort (INVITE-3). */
export function noApproverMail(letter: ApprovalLetter): Rendered {
  return render({
    subject: `Nobody can decide on ${letter.subjectEmail}`,
    paragraphs: [
      `${letter.requesterName} asked to share the ${letter.elementType} “${letter.elementName}” with ${letter.subjectEmail}, and the team has no Admin who could decide on it.`,
      'It waits until the team has one, or until it expires.',
    ],
    button: { label: 'See the request', url: letter.url },
    footer: 'This went to the requester and to the operator’s address of last resort.',
  });
}
