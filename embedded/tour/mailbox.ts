/** A mail as the catcher keeps it. */
export interface CaughtMail {
  readonly id: string;
  readonly subject: string;
  /** Absent in a mail of which only a part arrived before a crash. */
  readonly text?: string;
  readonly time: string;
  readonly html?: string;
  readonly to?: readonly { readonly address: string }[];
  readonly messageId?: string;
}

/** Mails to an address, oldest first. */
export async function mailsTo(mailUrl: string, address: string): Promise<readonly CaughtMail[]> {
  const response = await fetch(new URL('/email', mailUrl), { signal: AbortSignal.timeout(10_000) });
  const mails = (await response.json()) as CaughtMail[];
  return mails
    .filter((mail) => mail.to?.some((to) => to.address.toLowerCase() === address))
    .sort((one, other) => Date.parse(one.time) - Date.parse(other.time));
}

/** The first link in a mail's text whose path starts like this, or null. */
export function linkIn(mail: CaughtMail, path: string): string | null {
  const links = mail.text?.match(/https?:\/\/\S+/g) ?? [];
  return links.find((link) => new URL(link).pathname.startsWith(path)) ?? null;
}
