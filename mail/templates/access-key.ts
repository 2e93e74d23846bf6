import { render, type Rendered } from '../layout';

/** Tells the owner of an access key that it ends soon, or that it ended (KEY-4). */
export function keyMail(notice: {
  readonly title: string;
  readonly body: string;
  readonly url: string;
}): Rendered {
  return render({
    subject: notice.title,
    paragraphs: [`${notice.title}.`, notice.body],
    button: { label: 'See the collection', url: notice.url },
    footer: 'You get this because you made the key, or are an Admin of a team whose member made it.',
  });
}
