import type { CardView } from './card-view';
import { context, openLink, outcome, section, stateWord, type Drawn } from './parts';
import { notification, oneLine, plain } from './text';

/** A fresh message for whoever asked, so that Slack tells them how it ended. */
export function outcomeNote(view: CardView, publicUrl: string): Drawn {
  const title = `${stateWord(view)}: ${oneLine(view.subject.email)} to “${oneLine(view.element.name)}”`;
  return {
    text: notification(title),
    blocks: [section(plain(title)), ...outcome(view), openLink(publicUrl, view.id)],
  };
}

/** A line in the thread of a card: something happened, or still has not. */
export function threadLine(text: string): Drawn {
  return { text: notification(text), blocks: [context(plain(text))] };
}
