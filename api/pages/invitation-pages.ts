import { Router } from 'express';
import { v7 as uuid } from 'uuid';
import { isInsider } from '../../domain/roles';
import { notFound, requirePerson } from '../../operations/parts/caller-rights';
import { User } from '../../store/models';
import { teamRolesOf } from '../../store/queries/access';
import { approvalView } from '../../store/queries/approval-view';
import { accept, invitationOf, requireOpen } from '../accepting';
import type { ApiDeps } from '../deps';
import { requestIdOf } from '../mount';
import { InvitationPage, WrongAccount } from './invitation';
import { sendPage } from './layout';
import { causeOrSignIn } from './page-caller';
import { IssuerFirst } from './sign-in';

/** `/invitations/{token}`: who invites to which team, and accepting (INVITE-11). GET uses nothing up. */
export function invitationPages(deps: ApiDeps): Router {
  const router = Router();

  router.get('/invitations/:token', async (request, response) => {
    const held = await invitationOf(deps, request.params.token);
    response.set('Referrer-Policy', 'no-referrer');
    const why = `${held.teamName} invites you. Sign in with the address that the invitation went to.`;
    const cause = causeOrSignIn(deps, request, response, { why, team: held.issuerOf });
    if (cause === null) return;
    const user = await User.query(deps.store.knex).findById(requirePerson(cause.actor)).throwIfNotFound();
    if (user.email !== held.invitation.email) {
      const here = { email: user.email, returnTo: request.path };
      sendPage(request, response, 'Another account', ({ csrf }) => WrongAccount({ csrf, ...here }), 403);
      return;
    }
    requireOpen(held, deps.store.clock.now());
    const { issuerOf: team } = held;
    const isThrough = cause.actor.type === 'person' && cause.actor.ssoTeamId === team?.teamId;
    // Whoever is a member already accepts by any sign-in: the operation knows.
    if (team !== null && !isThrough && !(await isMemberOf(deps, team.teamId, user.id))) {
      sendPage(request, response, 'Sign in', () => IssuerFirst({ team, returnTo: request.path }), 403);
      return;
    }
    const action = request.path;
    const { id, teamId } = held.invitation;
    const view = await deps.store.inTeam(teamId, (tx) => approvalView(tx, id, cause.asOf));
    if (view === null) throw notFound('invitation');
    sendPage(request, response, `Join ${held.teamName}`, ({ csrf }) =>
      InvitationPage({ csrf, held, view, action }),
    );
  });

  router.post('/invitations/:token', async (request, response) => {
    const cause = causeOrSignIn(deps, request, response);
    if (cause === null) return;
    // A second press of the button finds what the first one did.
    const by = { via: 'web', requestId: requestIdOf(response), callId: uuid(), isRetry: true } as const;
    const { elementId } = await accept(deps, cause, request.params.token, by);
    response.redirect(303, `/e/${elementId}`);
  });
  return router;
}

async function isMemberOf({ store }: ApiDeps, teamId: string, userId: string): Promise<boolean> {
  const roles = await store.inTeam(teamId, (tx) => teamRolesOf(tx, teamId, userId));
  return isInsider(roles);
}
