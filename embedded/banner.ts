import type { Addresses } from './addresses';
import { TEAMS, TOUR } from './world/people';

/** What a person who just started it wants to know. */
export function banner(addresses: Addresses, exampleApiUrl: string, temporalWay: string | null): string {
  const { publicUrl, temporalUiUrl, mailUrl, slackUrl, issuerUrl, operatorTokenFile } = addresses;
  const lines: [string, string | null][] = [
    ['Doorlist', publicUrl],
    ['API', `${publicUrl}/docs`],
    ['Temporal UI', temporalUiUrl],
    ['Mail', mailUrl],
    ['Slack stand-in', slackUrl],
    ['OIDC issuer', issuerUrl],
    ['Example API', exampleApiUrl],
    ['Operator token', operatorTokenFile],
    ['Temporal CLI by', temporalWay],
  ];
  const shown = lines.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(16)} ${value}`]));
  const people = TEAMS.flatMap(({ name, people: members }) =>
    members.map(
      (person) => `  ${person.email.padEnd(28)} ${person.name}, ${person.roles.join(' and ')} of ${name}`,
    ),
  );
  return [
    '',
    ...shown,
    '',
    'Sign in as (the link comes by mail):',
    ...people,
    ...TEAMS.filter(({ ssoDomains }) => ssoDomains.length > 0).map(
      ({ slug, name }) => `  ${name} also through its issuer: ${publicUrl}/auth/sso/${slug}`,
    ),
    `  ${TOUR.outsider.padEnd(28)} anybody from outside: any address will do`,
    '',
    '',
  ].join('\n');
}
