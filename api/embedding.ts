import { join } from 'node:path';
import { Router, type RequestHandler } from 'express';

/** What pages elsewhere load. */
const EMBEDDED = [
  '/run/button.js',
  '/run/:id/button.json',
  '/run/:id/button.svg',
  '/run/:id/collection.json',
];

/** A browser asks again whether it may ask after a day. */
const PREFLIGHT_S = '86400';

/** Lets pages elsewhere load what anyone may read (SHARE-7), and serves the run button's script. */
export function embeddingRouter(): Router {
  const router = Router();
  router.use(EMBEDDED, fromAnywhere);
  router.get('/run/button.js', (_request, response) => {
    // Pages elsewhere hold the script's address for years: an hour lets a mended one reach them.
    response.sendFile(join(__dirname, 'assets', 'run-button.js'), { maxAge: '1h' });
  });
  return router;
}

const fromAnywhere: RequestHandler = (request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'Access-Control-Expose-Headers': 'ETag',
    'Cross-Origin-Resource-Policy': 'cross-origin',
  });
  if (request.method !== 'OPTIONS') {
    next();
    return;
  }
  response.set({
    'Access-Control-Allow-Methods': 'GET, HEAD',
    'Access-Control-Allow-Headers': 'If-None-Match',
    'Access-Control-Max-Age': PREFLIGHT_S,
  });
  response.status(204).end();
};
