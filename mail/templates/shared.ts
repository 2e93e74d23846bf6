import { render, type Rendered } from '../layout';

/** Tells a member that something was shared with them (SHARE-3). */
export function sharedMail(share: {
  readonly url: string;
  readonly sharerName: string;
  readonly elementName: string;
  readonly elementType: string;
  readonly role: string;
  readonly message: string | null;
}): Rendered {
  const { url, sharerName, elementName, elementType, role, message } = share;
  return render({
    subject: `${sharerName} shared “${elementName}” with you`,
    paragraphs: [
      `${sharerName} shared the ${elementType} “${elementName}” with you. Your role on it is ${role}.`,
    ],
    quote: message,
    button: { label: 'Open it', url },
    footer: 'You get this because you are a member of the team.',
  });
}
