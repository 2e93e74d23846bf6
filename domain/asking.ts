import type { ApprovalKind, CloseReason, DecisionSurface, InvitationState } from './approval';
import type { AssignableTeamRole, ElementType, ShareRole, TeamRole } from './roles';
import { ROLE_NAMES } from './who-could';

/** A request, as far as sentences about it need it. Names and addresses are as people typed them: escape the sentences. */
export interface Asking {
  readonly kind: ApprovalKind;
  readonly subject: { readonly email: string; readonly userId: string | null; readonly name: string | null };
  readonly requesters: readonly { readonly userId: string; readonly name: string }[];
  readonly element: { readonly type: ElementType; readonly name: string };
  readonly requestedRole: ShareRole;
  /** Null where the person keeps the team roles that they have. */
  readonly teamRole: AssignableTeamRole | null;
}

/** What is said of a request, by everything that shows it: cards, mails and pages. */
interface Sentences {
  /** Asks for the decision: “Let zoe@partner.example in to “Orders”?” */
  readonly question: (asking: Asking) => string;
  /** Who asks for what, as a clause: “Ben asks to let zoe@partner.example in to “Orders” as Viewer”. */
  readonly wish: (asking: Asking) => string;
  /** What it is about, for headings once it is settled: “zoe@partner.example to “Orders””. */
  readonly matter: (asking: Asking) => string;
  /** The same for one of those who asked: “Your invitation of zoe@partner.example to “Orders””. */
  readonly yours: (asking: Asking, readerId: string | null) => string;
  /** What the approval of an Editor or Admin has led to; null where something of its own, such as an invitation, says so. */
  readonly done: (asking: Asking) => string | null;
  /** What it comes to that nothing was granted. */
  readonly nothing: string;
  /** Labels of whom it is about. */
  readonly subjectLabel: string;
  /** Who decides, for somebody who may not. */
  readonly whoDecides: string;
  /** Whether approving with a lower role makes sense (INVITE-5). */
  readonly takesLowerRole: boolean;
  /** What its run does, for an operator; roles and enums alone (OPS-3). */
  readonly run: (asking: Pick<Asking, 'requestedRole' | 'teamRole'>) => string;
}

const invite: Sentences = {
  question: ({ subject, element }) => `Let ${subject.email} in to “${element.name}”?`,
  wish: (asking) =>
    `${requesterNames(asking)} asks to let ${asking.subject.email} in to “${asking.element.name}” as ${ROLE_NAMES[asking.requestedRole]}`,
  matter: ({ subject, element }) => `${subject.email} to “${element.name}”`,
  yours: ({ subject, element }) => `Your invitation of ${subject.email} to “${element.name}”`,
  done: () => null,
  nothing: 'Nobody was let in.',
  subjectLabel: 'Invited',
  whoDecides: 'Only an Admin or Super Admin of the team, or whom they handed over to, decides on this.',
  takesLowerRole: true,
  run: ({ requestedRole, teamRole }) =>
    `Let an external person in as ${teamRole}, ${requestedRole} of one element`,
};

const accessRequest: Sentences = {
  question: (asking) => `Make ${subjectName(asking)} ${roleOf(asking)}?`,
  wish: (asking) =>
    isOwn(asking)
      ? `${subjectName(asking)}${guestWord(asking)} asks to become ${roleOf(asking)}`
      : `${requesterNames(asking)} asks to make ${subjectName(asking)}${guestWord(asking)} ${roleOf(asking)}`,
  matter: (asking) => `${subjectName(asking)} as ${roleOf(asking)}`,
  yours: (asking, readerId) =>
    asking.subject.userId === readerId
      ? `Your request to edit “${asking.element.name}”`
      : `Your promotion of ${subjectName(asking)}`,
  done: (asking) =>
    asking.teamRole === null
      ? `${subjectName(asking)} edits “${asking.element.name}” now.`
      : `${subjectName(asking)} edits “${asking.element.name}” now, and is ${ROLE_NAMES[asking.teamRole]} of the team.`,
  nothing: 'Nothing was granted.',
  subjectLabel: 'For',
  whoDecides:
    'An Editor of the element decides on this. Where a guest would come to take a seat, it may take a Team Admin as well.',
  takesLowerRole: false,
  run: ({ requestedRole, teamRole }) =>
    teamRole === null
      ? `Make a member ${requestedRole} of one element`
      : `Make a guest ${requestedRole} of one element, and ${teamRole} of the team`,
};

/** The sentences of each kind. */
export const SENTENCES: Readonly<Record<ApprovalKind, Sentences>> = {
  invite,
  access_request: accessRequest,
};

/** What is said of this request. */
export function sentencesOf({ kind }: Pick<Asking, 'kind'>): Sentences {
  return SENTENCES[kind];
}

/** Where a decision came from. */
export const SURFACE: Readonly<Record<DecisionSurface, string>> = {
  slack: 'in Slack',
  web: 'in the console',
  api: 'through the API',
  timer: 'by its deadline',
  rule: 'by a rule of the team’s plan',
};

/** Why a request closed without a decision (INVITE-12). */
export const CLOSED: Readonly<Record<CloseReason, string>> = {
  element_gone: 'what it asked for was deleted',
  workspace_gone: 'its workspace was deleted',
  requester_gone: 'whoever asked has left the team',
  subject_gone: 'the person that it is about has left, or can no longer open it',
};

/** What has become of the invitation of an approved request; null: its first mail is on its way. */
export const INVITATION: Readonly<Record<InvitationState | 'sending', string>> = {
  sending: 'The invitation is being sent.',
  sent: 'The invitation is sent and waits to be accepted.',
  failed: 'Approved, but sending the invitation failed. Doorlist keeps trying.',
  waiting_for_seat: 'Approved, but no seat is free. It goes on by itself when one is.',
  accepted: 'The invitation is done: the person is in.',
  cancelled: 'The invitation was cancelled.',
  expired: 'The invitation expired unanswered.',
};

/** How a request ended that nobody decided on, and what that comes to. */
export function undecidedWords(
  asking: Pick<Asking, 'kind'> & {
    readonly state: 'withdrawn' | 'expired' | 'closed';
    readonly closeReason: CloseReason | null;
  },
): string {
  const { nothing } = sentencesOf(asking);
  if (asking.state === 'withdrawn') return `Withdrawn by whoever asked. ${nothing}`;
  if (asking.state === 'expired') return `Expired without a decision. ${nothing}`;
  return `Closed: ${asking.closeReason === null ? 'it is settled' : CLOSED[asking.closeReason]}. ${nothing}`;
}

/** Who asked, each once; a request by a service token has nobody. */
export function requesterNames({ requesters }: Pick<Asking, 'requesters'>): string {
  const names = new Map(requesters.map(({ userId, name }) => [userId, name]));
  return names.size === 0 ? 'A service of the team' : [...names.values()].join(', ');
}

/** The team role that somebody comes to have, for people. @param kept said where they keep what they have */
export function teamRoleName(teamRole: TeamRole | null, kept = 'as now'): string {
  return teamRole === null ? kept : ROLE_NAMES[teamRole];
}

function subjectName({ subject }: Asking): string {
  return subject.name ?? subject.email;
}

function roleOf({ element, requestedRole }: Asking): string {
  return `${ROLE_NAMES[requestedRole]} of “${element.name}”`;
}

/** Who takes a team role is a guest until then. */
function guestWord({ teamRole }: Asking): string {
  return teamRole === null ? '' : ' (guest)';
}

function isOwn({ requesters, subject }: Asking): boolean {
  return requesters.every(({ userId }) => userId === subject.userId);
}
