import { join } from 'node:path';
import express, { type Request, type Response, Router } from 'express';
import type { ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import type { ControlParts } from '../control/parts';
import { readPage } from './page-data';
import { ChoosePage, WorkspacePage } from './shell';

/** Only this server's script and style run; pictures may come from wherever a card names them. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' http: https: data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/** The page to click in: `/`, its files under `/assets`, and `/changes`, which tells when to look again. */
export function pageRoutes(parts: ControlParts): Router {
  const router = Router();
  router.use('/assets', express.static(join(__dirname, '..', 'public')));
  router.get('/changes', (request, response) => {
    streamChanges(parts, request, response);
  });
  router.get('/', (request, response) => {
    const { team, user, place } = request.query;
    const workspace = parts.state.workspaces.get(text(team));
    const data = workspace === undefined ? null : readPage(parts, workspace, text(user), text(place));
    send(response, data === null ? <ChoosePage choices={choices(parts)} /> : <WorkspacePage data={data} />);
  });
  return router;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function choices({ state }: ControlParts): Parameters<typeof ChoosePage>[0]['choices'] {
  return state.workspaces.all().map((workspace) => ({
    workspace,
    people: state.usersOf(workspace.id).filter((user) => !user.deleted && !user.isBot),
  }));
}

function send(response: Response, page: ReactNode): void {
  response
    .set({ 'content-security-policy': POLICY, 'cache-control': 'no-store' })
    .type('html')
    .send(`<!DOCTYPE html>${renderToStaticMarkup(page)}`);
}

function streamChanges({ state }: ControlParts, request: Request, response: Response): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  // The browser comes back a second after the stand-in was restarted.
  response.write('retry: 1000\n\n');
  const end = state.changes.subscribe(() => response.write('data: change\n\n'));
  request.on('close', end);
}
