import type { AssignableTeamRole } from './roles';

/** What letting the person in does to the team's seats (TEAM-3). `left`: how many are free now; null with Auto-Flex. */
export interface SeatEffect {
  readonly takes: boolean;
  readonly left: number | null;
}

/** What an approver weighs beside what is asked for (SLACK-2). */
export interface Weighing {
  /** Null once the request is settled. */
  readonly seat: SeatEffect | null;
  /** Nobody with an address of this domain is in the team yet. */
  readonly isFirstOfDomain: boolean;
}

/** What the seat line says (TEAM-3). */
export function seatWords({ takes, left }: SeatEffect): string {
  if (!takes) return 'Takes no seat.';
  if (left === null) return 'Takes a seat; Auto-Flex adds one when none is free.';
  if (left === 0) return 'Takes a seat, and none is free: approving has to wait for one.';
  return left === 1 ? 'Takes the last free seat.' : `Takes one of ${left} free seats.`;
}

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

/** What an approver should look at twice (SLACK-2). The domain is as it was typed: escape the sentences. */
export function riskNotes({
  subject,
  teamRole,
  isFirstOfDomain,
}: Pick<Weighing, 'isFirstOfDomain'> & {
  readonly subject: { readonly email: string };
  readonly teamRole: AssignableTeamRole | null;
}): readonly string[] {
  const domain = subject.email.split('@').at(-1) ?? '';
  return [
    ...(FREE_MAIL.has(domain)
      ? [`${domain} gives an address to anybody.`]
      : isFirstOfDomain
        ? [`Nobody from ${domain} is in the team yet.`]
        : []),
    ...(teamRole === 'admin' || teamRole === 'super_admin' ? ['The person would become a Team Admin.'] : []),
  ];
}
