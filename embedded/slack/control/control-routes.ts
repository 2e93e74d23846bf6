import express, { type NextFunction, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { ApiError } from '../api-error';
import type { SlackControl, Verb } from './contract';
import { controlInputs } from './inputs';

const isVerb = (name: string): name is Verb => Object.hasOwn(controlInputs, name);

/**
 * The control API over HTTP: `POST /<verb>` with a JSON object, answered by `{ok: true, result}` or, with status 400 or
 * 404, `{ok: false, error}`. Only JSON bodies are read, so that no other site's form can reach it.
 */
export function controlRoutes(control: SlackControl): Router {
  const router = Router();
  router.use(express.json({ limit: '2mb' }));
  router.post('/:verb', async (request, response) => {
    const verb = request.params.verb;
    if (!isVerb(verb)) throw new ApiError('unknown_verb');
    if (request.is('application/json') === false) throw new ApiError('not_json');
    const run = control[verb] as (input: unknown) => Promise<unknown>;
    response.json({ ok: true, result: await run(request.body ?? {}) });
  });
  router.use((error: unknown, _request: Request, response: Response, next: NextFunction) => {
    if (error instanceof ApiError) {
      const status = error.code === 'unknown_verb' ? 404 : 400;
      response.status(status).json({ ok: false, error: error.code, ...error.details });
    } else if (error instanceof z.ZodError) {
      response.status(400).json({ ok: false, error: 'invalid_input', detail: z.prettifyError(error) });
    } else {
      next(error);
    }
  });
  return router;
}
