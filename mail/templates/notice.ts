import { render, type Rendered } from '../layout';

/** A notice as a mail: what it says in a line, somebody's own words with it, and where it leads (SHARE-3, SLACK-5). */
export function noticeMail(notice: {
  readonly title: string;
  readonly body: string;
  readonly url: string;
  /** Where the person chooses what they are told. */
  readonly preferencesUrl: string;
}): Rendered {
  const { title, body, url, preferencesUrl } = notice;
  return render({
    subject: title,
    paragraphs: [`${title}.`],
    quote: body,
    button: { label: 'Open it', url },
    footer: 'You get this because you have a part in it. You choose what you are told, and how:',
    footerUrl: preferencesUrl,
  });
}
