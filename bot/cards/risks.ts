import type { CardView } from './card-view';
import { oneLine } from './text';

/** Providers where anybody gets an address: it says nothing about who somebody works for. */
const FREE_MAIL = new Set([
  ...[
    'gmail.com',
    'googlemail.com',
    'outlook.com',
    'hotmail.com',
    'live.com',
    'yahoo.com',
    'icloud.com',
    'me.com',
  ],
  ...[
    'aol.com',
    'gmx.net',
    'gmx.de',
    'web.de',
    'proton.me',
    'protonmail.com',
    'mail.ru',
    'yandex.ru',
    'qq.com',
    '163.com',
  ],
]);

/** What an approver should look at twice (SLACK-2). */
export function riskNotes({
  subject,
  teamRole,
  isFirstOfDomain,
}: Pick<CardView, 'subject' | 'teamRole' | 'isFirstOfDomain'>): readonly string[] {
  const domain = subject.email.split('@').at(-1) ?? '';
  return [
    ...(FREE_MAIL.has(domain)
      ? [`${domain} gives an address to anybody.`]
      : isFirstOfDomain
        ? [`Nobody from ${oneLine(domain)} is in the team yet.`]
        : []),
    ...(teamRole === 'admin' || teamRole === 'super_admin' ? ['The person would become a Team Admin.'] : []),
  ];
}
