import { v7 as uuid } from 'uuid';
import { Refusal } from '../domain/refusal';
import { isOfDomains, issuerAdmission } from '../domain/single-sign-on';
import type { Store, Tx } from '../store/database';
import { SsoIdentity, Team, User } from '../store/models';
import { teamRolesOf } from '../store/queries/access';
import { openInvitation } from '../store/queries/invitations';
import { openAccount } from './parts/open-account';
import { tieIdentity, type IssuerSubject } from './parts/tie-identity';

/** Somebody as a team's issuer names them; `email` lower-case, `isVerified` null where the issuer says nothing of it. */
export interface IssuerPerson extends IssuerSubject {
  readonly email: string;
  readonly isVerified: boolean | null;
  readonly name: string | null;
}

/** What a sign-in came to: an account, or an address that has to be proven by a mailed link as well. */
export type IssuerSignIn =
  | { readonly outcome: 'signed_in'; readonly userId: string }
  | { readonly outcome: 'confirm_by_mail'; readonly email: string };

/**
 * Signs somebody in through a team's issuer, making and tying the account the first time (TEAM-7).
 * @param mailProven the account whose address this browser has proven by a mailed link already, or null
 * @throws {Refusal} `forbidden` for whom the issuer may not let in, and when it is the team's no longer
 */
export async function signInByIssuer(
  store: Store,
  person: IssuerPerson,
  by: { readonly requestId: string; readonly mailProven: string | null },
): Promise<IssuerSignIn> {
  const asOf = store.clock.now();
  return store.inTeam(person.teamId, async (tx) => {
    // The team's lock: of two first sign-ins at once the second finds what the first one tied.
    const team = await Team.query(tx).findById(person.teamId).forNoKeyUpdate();
    if (team?.sso?.issuer !== person.issuer) {
      throw new Refusal('forbidden', 'The team does not use this issuer for signing in any more.');
    }
    const { account, tie, email } = await accountOf(tx, person);
    const admission = issuerAdmission(
      { email, isVerified: person.isVerified },
      {
        domains: team.sso.domains,
        isMember: account !== null && (await teamRolesOf(tx, team.id, account.id)).length > 0,
        isInvited: await isInvited(tx, team.id, email, asOf),
        hasAccount: account !== null,
        tie,
      },
    );
    if (admission === 'unverified_email') {
      throw new Refusal('forbidden', 'The issuer has not verified your e-mail address.');
    }
    if (admission === 'not_admitted') {
      const sentence = `${team.name} lets people sign in here whom it invited, or whose address is of its own domains.`;
      throw new Refusal('forbidden', sentence);
    }
    const isProven = account !== null && account.id === by.mailProven;
    if (admission === 'confirm_by_mail' && !isProven) return { outcome: 'confirm_by_mail', email };
    const name = person.name ?? email.split('@')[0] ?? email;
    const user = account ?? (await openAccount(tx, { id: uuid(), email, name, asOf }));
    if (tie !== 'tied') await tieIdentity(tx, person, { userId: user.id, requestId: by.requestId, asOf });
    return { outcome: 'signed_in', userId: user.id };
  });
}

async function isInvited(tx: Tx, teamId: string, email: string, asOf: Date): Promise<boolean> {
  const invitation = await openInvitation(tx, teamId, email);
  return invitation !== null && (invitation.expiresAt === null || invitation.expiresAt > asOf);
}

/** The subject's account if it is tied to one, whatever its address is now; else the account of the address. */
async function accountOf(tx: Tx, { teamId, issuer, subject, email }: IssuerPerson) {
  const known = await SsoIdentity.query(tx).findById([teamId, issuer, subject]);
  if (known !== undefined) {
    const account = await User.query(tx).findById(known.userId).throwIfNotFound();
    return { account, tie: 'tied', email: account.email } as const;
  }
  const account = (await User.query(tx).findOne({ email })) ?? null;
  const other =
    account === null
      ? undefined
      : await SsoIdentity.query(tx).findOne({ teamId, issuer, userId: account.id });
  return { account, tie: other === undefined ? 'none' : 'other_subject', email } as const;
}

/** A team that somebody can sign in to through its issuer. */
export interface TeamWithIssuer {
  readonly slug: string;
  readonly name: string;
}

/** As many teams as share one domain and can be told apart on a page. */
const SHOWN = 5;

/** Teams whose issuer lets an address in by its domain: nothing is told that the domain alone does not tell (TEAM-7). */
export async function teamsOfDomain(store: Store, email: string): Promise<readonly TeamWithIssuer[]> {
  const teams = await store.acrossTeams((tx) =>
    Team.query(tx)
      .whereRaw(`sso->'domains' \\? ?`, [email.slice(email.lastIndexOf('@') + 1)])
      .orderBy('name')
      .limit(SHOWN),
  );
  return teams
    .filter(({ sso }) => sso !== null && isOfDomains(email, sso.domains))
    .map(({ slug, name }) => ({ slug, name }));
}
