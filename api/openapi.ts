import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import { readingByKey } from './keys/description';
import { problem } from './problem';
import type { Route } from './route';

const KINDS = {
  person: 'a user token or a browser’s session',
  service: 'a service token',
  operator: 'the operator’s token',
  anonymous: 'nobody in particular',
} as const;

/** Errors that any call may answer; each is a problem document. */
const ERRORS = {
  400: 'The body is not JSON',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not there, or not for you to know',
  405: 'Another method',
  409: 'Not possible as things are',
  410: 'No longer possible',
  412: 'The document changed',
  413: 'The body is too large',
  422: 'Not valid',
  429: 'Too many calls',
  500: 'Our fault',
  503: 'A part is down for now',
} as const;

/** The whole API as OpenAPI 3.1, from the schemas that validate it. */
export function openApiDocument(routes: readonly Route[], publicUrl: string): object {
  const paths: ZodOpenApiPathsObject = { '/collections/{id}': readingByKey };
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Doorlist',
      version: '1',
      description:
        'Who is let in to an API team’s workspace, by whom, with which key, and when they are shown out.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    security: [{ bearer: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'doorlist' },
      },
    },
    paths,
  });
}

function operationOf(route: Route) {
  const { summary, tags, auth, params, query, body, responses, method } = route;
  const open = auth.includes('anonymous') ? [{}] : [];
  const headers =
    method === 'post' ? { header: z.object({ 'Idempotency-Key': z.string().max(255).optional() }) } : {};
  return {
    summary,
    tags: [...tags],
    description: `For ${auth.map((kind) => KINDS[kind]).join(', ')}.`,
    security: [{ bearer: [] }, { session: [] }, ...open],
    requestParams: {
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: { ...success(responses), ...failures() },
  };
}

function success(responses: Route['responses']) {
  return Object.fromEntries(
    Object.entries(responses).map(([status, schema]) => {
      const description = status === '202' ? 'Taken, under way' : 'Done';
      if (schema === null) return [status, { description }];
      if (typeof schema === 'string')
        return [status, { description, content: { [schema]: { schema: z.string() } } }];
      return [status, { description, content: { 'application/json': { schema } } }];
    }),
  );
}

function failures() {
  return Object.fromEntries(
    Object.entries(ERRORS).map(([status, description]) => [
      status,
      { description, content: { 'application/problem+json': { schema: problem } } },
    ]),
  );
}
