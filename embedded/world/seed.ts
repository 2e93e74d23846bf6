import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRest, RestError, type Rest } from '../rest';
import type { SlackControl } from '../slack/control';
import type { Issuer } from '../issuer/server';
import { TEAMS, type Person, type SeedTeam } from './people';

/** What seeding needs of the running system. */
export interface SeedInput {
  readonly publicUrl: string;
  readonly operatorToken: string;
  /** The stand-in's workspace; null when a real Slack is configured. */
  readonly slack: { readonly teamId: string; readonly control: SlackControl } | null;
  /** The issuer of teams with single sign-on; null: they go without. */
  readonly issuer: Pick<Issuer, 'url' | 'clientId' | 'clientSecret'> | null;
  /** Where the example API listens, for the documents that call it. */
  readonly exampleApiUrl: string;
}

interface Listed<T> {
  readonly data: readonly T[];
}

interface Account {
  readonly userId: string;
  readonly email: string;
}

/**
 * Seeds two teams with people, groups, workspaces and collections that run against the example API, over REST as an
 * operator would. Each part is looked for before it is made, so that a seeding that was cut short goes on.
 */
export async function seedWorld(input: SeedInput): Promise<void> {
  const operator = createRest(input.publicUrl, input.operatorToken);
  for (const team of TEAMS) await seedTeam(input, operator, team);
}

async function seedTeam(input: SeedInput, operator: Rest, seed: SeedTeam): Promise<void> {
  const { id: teamId } = await ensureTeam(operator, seed, input.issuer);
  const accounts = new Map<string, string>();
  for (const person of seed.people) accounts.set(person.email, await ensureMember(operator, teamId, person));
  const ids = (emails: readonly string[]) => emails.flatMap((email) => accounts.get(email) ?? []);
  for (const group of seed.groups) {
    await unlessThere(() =>
      operator.post(`/v1/teams/${teamId}/groups`, { name: group.name, memberIds: ids(group.emails) }),
    );
  }
  if (input.slack !== null) await connectSlack(input.slack, operator, teamId, seed, accounts);
  await seedWork(input, operator, teamId, seed, accounts);
}

interface SeededTeam {
  readonly id: string;
  readonly slug: string;
  readonly sso: { readonly issuer: string; readonly clientId: string } | null;
}

async function ensureTeam(
  operator: Rest,
  seed: SeedTeam,
  issuer: SeedInput['issuer'],
): Promise<{ id: string }> {
  const { slug, name, plan, seats, ssoDomains: domains } = seed;
  const teams = await operator.get<Listed<SeededTeam>>('/v1/teams?limit=100');
  const there = teams.data.find((team) => team.slug === slug);
  const sso =
    issuer === null || domains.length === 0
      ? null
      : { issuer: issuer.url, clientId: issuer.clientId, clientSecret: issuer.clientSecret, domains };
  if (there === undefined) {
    const settings = { name, slug, plan, seats, autoFlex: false, ...(sso === null ? {} : { sso }) };
    return operator.post<{ id: string }>('/v1/teams', settings);
  }
  // The issuer may have had to take another port; settings that somebody changed are theirs.
  const { sso: now } = there;
  if (sso !== null && now?.clientId === sso.clientId && now.issuer !== sso.issuer) {
    await operator.patch(`/v1/teams/${there.id}`, { sso });
  }
  return there;
}

async function ensureMember(operator: Rest, teamId: string, person: Person): Promise<string> {
  const path = `/v1/teams/${teamId}/members`;
  const found = await operator.get<Listed<Account>>(`${path}?q=${encodeURIComponent(person.email)}`);
  const there = found.data.find((member) => member.email === person.email);
  return (there ?? (await operator.post<Account>(path, person))).userId;
}

async function connectSlack(
  slack: NonNullable<SeedInput['slack']>,
  operator: Rest,
  teamId: string,
  seed: SeedTeam,
  accounts: ReadonlyMap<string, string>,
): Promise<void> {
  const members: string[] = [];
  for (const { email, name } of seed.people) {
    const user = await slack.control.ensureUser({ team: slack.teamId, email, name });
    members.push(user.id);
    const slackIdentity = { slackTeamId: slack.teamId, slackUserId: user.id };
    const userId = accounts.get(email);
    if (userId !== undefined) await operator.put(`/v1/users/${userId}/slack-identity`, slackIdentity);
  }
  const channel = await slack.control.ensureChannel({
    team: slack.teamId,
    name: seed.approvalsChannel,
    members,
  });
  await operator.put(`/v1/teams/${teamId}/slack`, {
    slackTeamId: slack.teamId,
    approvalsChannel: channel.id,
  });
}

async function seedWork(
  input: SeedInput,
  operator: Rest,
  teamId: string,
  seed: SeedTeam,
  accounts: ReadonlyMap<string, string>,
): Promise<void> {
  const developer = seed.people.find(
    (person) => person.roles.includes('developer') && !person.roles.includes('admin'),
  );
  const userId = developer === undefined ? undefined : accounts.get(developer.email);
  if (userId === undefined) return;
  // Elements are made by a person, so that they have an Editor; the token ends by itself.
  const { token } = await operator.post<{ token: string }>(`/v1/users/${userId}/tokens`, {
    name: 'seeding',
    expiresIn: 'PT10M',
  });
  const person = createRest(input.publicUrl, token);
  const workspace = await ensureWorkspace(person, teamId, 'Storefront');
  const elements = await person.get<Listed<{ name: string }>>(
    `/v1/workspaces/${workspace.id}/elements?limit=100`,
  );
  for (const { file, type, name } of DOCUMENTS) {
    if (elements.data.some((element) => element.name === name)) continue;
    const content = document(file, input.exampleApiUrl);
    await person.post(`/v1/workspaces/${workspace.id}/elements`, { type, content });
  }
}

const DOCUMENTS = [
  { file: 'stock.postman_collection.json', type: 'collection', name: 'Stock' },
  { file: 'local.postman_environment.json', type: 'environment', name: 'This machine' },
  { file: 'orders.openapi.json', type: 'api', name: 'Orders API' },
  { file: 'orders.postman_collection.json', type: 'collection', name: 'Orders' },
] as const;

function document(file: string, exampleApiUrl: string): unknown {
  const text = readFileSync(join(__dirname, 'documents', file), 'utf8');
  return JSON.parse(text.replaceAll('{{exampleApi}}', exampleApiUrl)) as unknown;
}

async function ensureWorkspace(person: Rest, teamId: string, name: string): Promise<{ id: string }> {
  const path = `/v1/teams/${teamId}/workspaces`;
  const workspaces = await person.get<Listed<{ id: string; name: string }>>(`${path}?limit=100`);
  const there = workspaces.data.find((workspace) => workspace.name === name);
  return there ?? person.post<{ id: string }>(path, { name, visibility: 'team' });
}

async function unlessThere(make: () => Promise<unknown>): Promise<void> {
  try {
    await make();
  } catch (error) {
    if (!(error instanceof RestError && error.code === 'already_exists')) throw error;
  }
}
