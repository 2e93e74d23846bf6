/** What an issuer says of somebody's address. `null`: it says nothing of whether it was verified. */
export interface IssuerClaim {
  /** Lower-case. */
  readonly email: string;
  readonly isVerified: boolean | null;
}

/** How somebody stands to the team whose issuer they come from. */
export interface IssuerStanding {
  /** Domains whose people may sign in there without an invitation. */
  readonly domains: readonly string[];
  readonly isMember: boolean;
  readonly isInvited: boolean;
  readonly hasAccount: boolean;
  /** What the issuer's subject and the account are to each other: tied, strangers, or the account is tied to another subject. */
  readonly tie: 'tied' | 'none' | 'other_subject';
}

/** What becomes of a sign-in through a team's issuer. */
export type IssuerAdmission = 'admit' | 'confirm_by_mail' | 'unverified_email' | 'not_admitted';

/** Whether an address is of one of the domains; a subdomain is another domain. */
export function isOfDomains(email: string, domains: readonly string[]): boolean {
  return domains.includes(email.slice(email.lastIndexOf('@') + 1));
}

/**
 * Who may sign in through a team's issuer (TEAM-7): people of its `domains`, its members, and whom it invited. An address
 * that the issuer calls unverified is none. Outside `domains` the issuer vouches for nobody's account: one that exists, or
 * an address of which it does not say that it was verified, takes an e-mail link as well, and so does a new subject under
 * the address of somebody who has one already.
 */
export function issuerAdmission(claim: IssuerClaim, standing: IssuerStanding): IssuerAdmission {
  if (claim.isVerified === false) return 'unverified_email';
  const isOwn = isOfDomains(claim.email, standing.domains);
  if (!isOwn && !standing.isMember && !standing.isInvited) return 'not_admitted';
  if (standing.tie === 'tied') return 'admit';
  if (standing.tie === 'other_subject') return 'confirm_by_mail';
  if (isOwn) return 'admit';
  return standing.hasAccount || claim.isVerified !== true ? 'confirm_by_mail' : 'admit';
}

/**
 * Whether joining a team takes a sign-in through its issuer (TEAM-7). Guests only where the team's policy says so.
 * @param through the team whose issuer made the session, null for any other sign-in and for tokens
 */
export function mustUseIssuer(
  team: { readonly id: string; readonly sso: unknown },
  joiningAs: 'member' | 'guest',
  guestsNeedSso: boolean,
  through: string | null,
): boolean {
  if (team.sso === null || through === team.id) return false;
  return joiningAs === 'member' || guestsNeedSso;
}
