import { v7 as uuid } from 'uuid';
import { routes } from '../../api/routes';
import type { Route } from '../../api/route';
import { effectiveElementRole, effectiveWorkspaceRole } from '../../domain/access';
import { elementAllows, programAllowed, teamAllows, workspaceAllows } from '../../domain/permissions';
import { whoInTeam, whoInWorkspace, whoOnElement } from '../../domain/who-could';
import type { Answer } from '../support/api-client';
import { CASES, type Case, type Right } from '../support/route-cases';
import {
  actorsFor,
  holdingsOf,
  stageFor,
  type Actor,
  type Persona,
  type Stage,
} from '../support/route-personas';
import { startWholeApi, type WholeApi } from '../support/whole-api';
import { worldOf } from '../support/world';

/** May do it; not known to be there; refused, with what the detail has to say; or to be signed in first. */
type Expected = 'allowed' | 'hidden' | 'sign in' | { readonly refused: string | RegExp };

/** What the table of permissions says, worked out beside the program. */
function expectedOf(route: Route, right: Right, who: Persona): Expected {
  if (!route.auth.includes(who.kind)) {
    return who.kind === 'anonymous' ? 'sign in' : { refused: /^This call is for: / };
  }
  if (right === 'self') return 'allowed';
  if (right === 'operator') return who.kind === 'operator' ? 'allowed' : { refused: /operator/ };
  // Refused before anything is looked for, so it tells nothing.
  if (
    who.kind === 'service' &&
    typeof right === 'object' &&
    'request' in right &&
    right.request === 'decide'
  ) {
    return { refused: /never decides/ };
  }
  if (!who.isOwn) return 'hidden';
  if ('team' in right) return orRefused(inTeam(right.team, who), whoInTeam(right.team));
  if ('request' in right) return onRequest(right, who);
  if (who.kind === 'service') return 'allowed';
  // What is about a workspace or an element shows of its content.
  if (who.kind === 'operator') return { refused: /sees no content/ };
  if ('held' in right) {
    const role = effectiveWorkspaceRole(holdingsOf(who));
    if (role !== null && workspaceAllows(right.held, role)) return 'allowed';
    if (!inTeam('read_all_requests', who)) return 'hidden';
    return { refused: role === null ? /could make the change itself/ : whoInWorkspace(right.held) };
  }
  if ('workspace' in right) {
    const role = effectiveWorkspaceRole(holdingsOf(who));
    if (role === null) return 'hidden';
    return orRefused(workspaceAllows(right.workspace, role), whoInWorkspace(right.workspace));
  }
  const role = effectiveElementRole(holdingsOf(who));
  if (role === null) return 'hidden';
  if (right.element === 'share') return orRefused(teamAllows('share', who.teamRoles), whoInTeam('share'));
  if (right.element === 'ask') return role === 'editor' ? { refused: /nothing to ask for/ } : 'allowed';
  return orRefused(elementAllows(right.element, role), whoOnElement(right.element));
}

function onRequest(right: Extract<Right, { request: string }>, who: Persona): Expected {
  if (who.kind === 'operator') return 'allowed';
  const reads = inTeam('read_all_requests', who);
  // What only the requester may do is refused to those who see it, and there for nobody else.
  if (right.request === 'withdraw') return reads ? { refused: String(right.others) } : 'hidden';
  if (reads) return 'allowed';
  if (right.others === 404) return 'hidden';
  // A member knows the queue, if not the request; a guest knows neither.
  if (right.request === 'decide')
    return who.teamRoles.includes('guest') ? 'hidden' : { refused: right.others };
  return { refused: right.others };
}

function inTeam(action: Parameters<typeof teamAllows>[0], { kind, teamRoles }: Persona): boolean {
  if (kind === 'operator' || kind === 'service') return programAllowed(action, kind);
  return teamAllows(action, teamRoles);
}

function orRefused(may: boolean, sentence: string): Expected {
  return may ? 'allowed' : { refused: sentence };
}

describe('every route, tried by everybody (TEAM-5, TEAM-6, WORK-2, OPS-8)', () => {
  let api: WholeApi;
  let teamId: string;
  let actors: readonly Actor[];

  beforeAll(async () => {
    api = await startWholeApi({ RATE_MISS: '0' });
    teamId = (await worldOf(api.store).team({ autoFlex: true })).id;
    actors = await actorsFor(api, teamId);
  });
  afterAll(() => api.close());

  it('has a row in the table of this test', () => {
    expect(routes.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(Object.keys(CASES).sort());
  });

  const idsOf = async (
    stage: Stage,
    path: string,
    { ids }: Case,
  ): Promise<Readonly<Record<string, string>>> => ({
    teamId,
    id: path.startsWith('/v1/workspaces/') ? stage.workspace.id : stage.element.id,
    ...(await ids?.(api, stage)),
  });
  const fill = (path: string, idOf: (name: string) => string) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => idOf(name));
  const untold = (answer: Answer) => ({ ...answer.body, instance: null });

  it.each(Object.entries(CASES))('%s', async (name, tried) => {
    const route = routes.find(({ method, path }) => `${method} ${path}` === name);
    if (route === undefined) throw new Error('there is no such route');
    const method = route.method.toUpperCase();
    let stage: Stage | null = null;
    let ids: Readonly<Record<string, string>> = {};
    for (const actor of actors) {
      if (stage === null) {
        stage = await stageFor(api, teamId, actors);
        ids = await idsOf(stage, route.path, tried);
      }
      const sent = tried.body === undefined ? {} : { body: tried.body(stage) };
      const answer = await actor.call(
        method,
        fill(route.path, (param) => ids[param] ?? ''),
        sent,
      );
      const got = [actor.name, answer.status, answer.body['code'] ?? null];
      const expected = expectedOf(route, tried.right, actor);
      if (expected === 'allowed') {
        expect(got.slice(0, 2)).toEqual([actor.name, tried.status]);
        // What was done is not to be done twice.
        if (method !== 'GET') stage = null;
      } else if (expected === 'sign in') {
        expect(got).toEqual([actor.name, 401, 'unauthorized']);
      } else if (expected === 'hidden') {
        expect(got).toEqual([actor.name, 404, 'not_found']);
        expect(answer.text).not.toContain('Orders');
        const none = await actor.call(
          method,
          fill(route.path, () => uuid()),
          sent,
        );
        expect(untold(answer)).toEqual(untold(none));
      } else {
        const isDecision =
          typeof tried.right === 'object' && 'request' in tried.right && tried.right.request === 'decide';
        const code = isDecision && actor.kind === 'person' ? 'not_an_approver' : 'forbidden';
        expect(got).toEqual([actor.name, 403, code]);
        expect(answer.body['detail']).toMatch(expected.refused);
      }
    }
  });
});
