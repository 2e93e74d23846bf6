import type { Cause } from '../domain/actor';
import { Refusal } from '../domain/refusal';
import type { AcceptOutcome } from '../operations/accept-invitation';
import { requirePerson } from '../operations/parts/caller-rights';
import { tokenHash } from '../operations/parts/token-secret';
import { Approval, Invitation, Team, User } from '../store/models';
import { locateInvitation } from '../store/queries/locate';
import type { ApiDeps } from './deps';

/** An invitation as the holder of its link sees it. */
export interface HeldInvitation {
  readonly invitation: Invitation;
  readonly teamName: string;
  /** Its team has an issuer of its own, through which one signs in to accept (TEAM-7). */
  readonly issuerOf: { readonly teamId: string; readonly slug: string; readonly name: string } | null;
  /** What it brings first; where acceptance leads. */
  readonly elementId: string;
}

/** The invitation that a link leads to. Looking at it uses nothing up (INVITE-11). @throws {Refusal} `not_found` */
export async function invitationOf({ store }: ApiDeps, token: string): Promise<HeldInvitation> {
  const place = await locateInvitation(store, tokenHash(token));
  if (place === null) throw new Refusal('not_found', 'This link leads to no invitation.');
  return store.inTeam(place.teamId, async (tx) => {
    const invitation = await Invitation.query(tx).findById(place.id).throwIfNotFound();
    const team = await Team.query(tx).findById(invitation.teamId).throwIfNotFound();
    const { elementId } = await Approval.query(tx).findById(invitation.id).throwIfNotFound();
    const { id: teamId, slug, name } = team;
    const issuerOf = team.sso === null ? null : { teamId, slug, name };
    return { invitation, teamName: name, issuerOf, elementId };
  });
}

/** Lets an invitation through that has not ended. @throws {Refusal} `expired`, `cancelled` */
export function requireOpen({ invitation, teamName }: HeldInvitation, now: Date): void {
  const end = endOf(invitation, now);
  if (end !== null) throw refusalOf(end, teamName);
}

/** How an acceptance comes. `isRetry`: one that this person made already counts as this one. */
export interface AcceptanceBy {
  /** The same for each try at one call. */
  readonly callId: string;
  readonly via: 'web' | 'api';
  readonly requestId: string;
  readonly isRetry: boolean;
}

/**
 * Accepts an invitation for the person who is signed in (INVITE-11).
 * @throws {Refusal} `not_found`, `wrong_account`, `no_seats`, `expired`, `cancelled`, `already_accepted`, `sso_required`, `unavailable`
 */
export async function accept(
  deps: ApiDeps,
  cause: Cause,
  token: string,
  { callId, isRetry, ...by }: AcceptanceBy,
): Promise<HeldInvitation> {
  const userId = requirePerson(cause.actor);
  const ssoTeamId = cause.actor.type === 'person' ? cause.actor.ssoTeamId : undefined;
  const through = ssoTeamId === undefined ? {} : { ssoTeamId };
  const held = await invitationOf(deps, token);
  const user = await User.query(deps.store.knex).findById(userId).throwIfNotFound();
  const known = settled(held.invitation, user, deps.store.clock.now());
  const { id: approvalId, teamId } = held.invitation;
  const outcome =
    known ?? (await deps.processes.accept({ approvalId, teamId }, { userId, ...through, ...by }, callId));
  const after = await invitationOf(deps, token);
  const isDone = isRetry && outcome === 'already_accepted' && after.invitation.acceptedBy === userId;
  if (outcome !== 'accepted' && !isDone) throw refusalOf(outcome, held.teamName);
  return after;
}

/** What is clear from the row alone, so that its run, which may have ended, need not be asked. */
function settled(invitation: Invitation, user: User, now: Date): Exclude<AcceptOutcome, 'accepted'> | null {
  if (invitation.email !== user.email) return 'wrong_account';
  return invitation.state === 'accepted' ? 'already_accepted' : endOf(invitation, now);
}

function endOf({ state, expiresAt }: Invitation, now: Date): 'cancelled' | 'expired' | null {
  if (state === 'cancelled' || state === 'expired') return state;
  if (state === 'accepted' || expiresAt === null) return null;
  // Its own time decides, whether or not its run has marked it yet.
  return expiresAt <= now ? 'expired' : null;
}

function refusalOf(outcome: Exclude<AcceptOutcome, 'accepted'>, teamName: string): Refusal {
  const sentences = {
    already_accepted: 'The invitation was accepted already.',
    no_seats: `${teamName} has no free seat now. You get a new mail as soon as there is one, and this link keeps working.`,
    expired: 'The invitation has expired. Ask whoever invited you for a new one.',
    cancelled: 'The invitation was taken back.',
    sso_required: `${teamName} lets people in who sign in through its single sign-on. Open the invitation’s link in a browser and sign in there.`,
    wrong_account: 'The invitation is for another address than the one you are signed in with.',
  };
  return new Refusal(outcome, sentences[outcome]);
}
