import type { AssignableTeamRole } from '../../domain/roles';
import type { Plan } from '../../domain/plans';

/** A person of the seeded world. */
export interface Person {
  readonly email: string;
  readonly name: string;
  readonly roles: readonly AssignableTeamRole[];
}

/** A team of the seeded world. */
export interface SeedTeam {
  readonly slug: string;
  readonly name: string;
  readonly plan: Plan;
  readonly seats: number;
  readonly approvalsChannel: string;
  /** Domains that the embedded issuer lets in; empty: the team has no single sign-on. */
  readonly ssoDomains: readonly string[];
  readonly people: readonly Person[];
  readonly groups: readonly { readonly name: string; readonly emails: readonly string[] }[];
}

/** Northwind is on the plan where a Developer's share with an outsider waits for a Team Admin; Fieldnotes is not, and has single sign-on. */
export const TEAMS: readonly [SeedTeam, SeedTeam] = [
  {
    slug: 'northwind',
    name: 'Northwind APIs',
    plan: 'enterprise',
    seats: 8,
    approvalsChannel: 'northwind-approvals',
    ssoDomains: [],
    people: [
      { email: 'ada@northwind.example', name: 'Ada Lindqvist', roles: ['super_admin'] },
      { email: 'grace@northwind.example', name: 'Grace Okafor', roles: ['admin'] },
      { email: 'ben@northwind.example', name: 'Ben Torres', roles: ['developer'] },
      { email: 'mei@northwind.example', name: 'Mei Chen', roles: ['developer'] },
      { email: 'omar@northwind.example', name: 'Omar Haddad', roles: ['billing'] },
    ],
    groups: [{ name: 'Warehouse', emails: ['ben@northwind.example', 'mei@northwind.example'] }],
  },
  {
    slug: 'fieldnotes',
    name: 'Fieldnotes',
    plan: 'professional',
    seats: 3,
    approvalsChannel: 'fieldnotes-approvals',
    ssoDomains: ['fieldnotes.example'],
    people: [
      { email: 'ida@fieldnotes.example', name: 'Ida Brandt', roles: ['admin', 'developer'] },
      { email: 'noor@fieldnotes.example', name: 'Noor Rahman', roles: ['developer'] },
    ],
    groups: [{ name: 'Everyone', emails: ['ida@fieldnotes.example', 'noor@fieldnotes.example'] }],
  },
];

/** Who shares, who decides, and who is let in when the README's tour is followed. */
export const TOUR = {
  team: 'northwind',
  sharer: 'ben@northwind.example',
  approver: 'ada@northwind.example',
  outsider: 'zoe@partner.example',
} as const;
