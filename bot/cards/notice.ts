import { context, section, type Drawn } from './parts';
import { cut, markup, notification, oneLine, plain } from './text';

/** A notice as a direct message. What people typed is plain text: nothing in it mentions or links (SHARE-3, SLACK-2). */
export function noticeMessage(notice: {
  readonly title: string;
  readonly body: string;
  readonly url: string;
}): Drawn {
  const { title, body, url } = notice;
  return {
    text: notification(title),
    blocks: [
      section(plain(`${oneLine(title)}.`)),
      ...(body.trim() === '' ? [] : [section(plain(`“${cut(body.trim(), 2_900)}”`))]),
      context(markup(`<${url}|Open in Doorlist>`)),
    ],
  };
}

/** A share as a team's channel hears of it: who shared what, and no more (SHARE-3). */
export function shareAnnouncement(share: {
  readonly sharerName: string;
  readonly elementName: string;
  readonly elementType: string;
  readonly url: string;
}): Drawn {
  const { sharerName, elementName, elementType, url } = share;
  const type = elementType === 'api' ? 'API' : elementType;
  return noticeMessage({ url, body: '', title: `${sharerName} shared the ${type} “${elementName}”` });
}
