import { render, type Rendered } from '../layout';

/** What an invitation's mail says. */
export interface InvitationLetter {
  readonly url: string;
  readonly teamName: string;
  readonly requesterNames: readonly string[];
  readonly elementName: string;
  readonly elementType: string;
  readonly message: string | null;
  readonly expiresAt: Date;
}

/** The mail that lets an external person in (INVITE-11). */
export function invitationMail(letter: InvitationLetter): Rendered {
  const { url, teamName, requesterNames, elementName, elementType, message, expiresAt } = letter;
  const who = requesterNames.length === 0 ? teamName : requesterNames.join(', ');
  return render({
    subject: `${who} shared “${elementName}” with you`,
    paragraphs: [
      `${who} invites you to the team ${teamName} and shares the ${elementType} “${elementName}” with you.`,
      `Sign in with the address that this mail went to and accept by ${day(expiresAt)}.`,
    ],
    quote: message,
    button: { label: 'See the invitation', url },
    footer:
      'The link is for you alone. If you did not expect it, do nothing: nobody joins a team by doing nothing.',
  });
}

/** A day as a person reads it, in UTC. */
export function day(at: Date): string {
  return at.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
}
