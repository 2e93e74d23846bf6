import { eventually } from '../../embedded/tour/eventually';
import type { CaughtMail } from '../../embedded/tour/mailbox';

/** Which mails are meant. */
type Which = (mail: CaughtMail) => boolean;

/** The mails that the catcher took. @param mailUrl where it is now */
export async function caughtMails(mailUrl: string, isMeant: Which): Promise<readonly CaughtMail[]> {
  const all = (await (await fetch(new URL('/email', mailUrl))).json()) as CaughtMail[];
  return all.filter(isMeant);
}

/**
 * Waits until as many people were mailed.
 * @returns each address with the Message-IDs of what went there: a repeat has the id of the first (SHARE-9)
 */
export async function mailedPeople(
  mailUrl: string,
  isMeant: Which,
  people: number,
  withinMs: number,
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  return eventually(
    'the last mail',
    async () => {
      const ids = new Map<string, Set<string>>();
      for (const { to = [], messageId = '' } of await caughtMails(mailUrl, isMeant)) {
        for (const { address } of to) ids.set(address, (ids.get(address) ?? new Set()).add(messageId));
      }
      return ids.size >= people ? ids : null;
    },
    withinMs,
  );
}
