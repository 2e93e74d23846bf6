import { render, type Rendered } from '../layout';

/** The mail with a sign-in link. */
export function signInMail(link: { readonly url: string; readonly minutes: number }): Rendered {
  return render({
    subject: 'Sign in to Doorlist',
    paragraphs: [
      'Here is your link to sign in to Doorlist.',
      `It works once and for ${link.minutes} minutes.`,
    ],
    button: { label: 'Sign in', url: link.url },
    footer: 'Somebody asked for this with your address. If it was not you, there is nothing to do.',
  });
}
