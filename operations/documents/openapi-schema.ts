import { z } from 'zod';
import { documentName } from './document-name';

const METHODS = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

const operation = z.looseObject({
  operationId: z.string().optional(),
  parameters: z.array(z.looseObject({})).optional(),
  responses: z.looseObject({}).optional(),
  tags: z.array(z.string()).optional(),
});

const pathItem = z.looseObject({
  ...Object.fromEntries(METHODS.map((method) => [method, operation.optional()])),
  parameters: z.array(z.looseObject({})).optional(),
  servers: z.array(z.looseObject({ url: z.string() })).optional(),
});

const paths = z.record(z.string(), z.unknown()).superRefine((value, context) => {
  for (const [path, entry] of Object.entries(value)) {
    if (path.startsWith('x-')) continue;
    if (!path.startsWith('/')) {
      context.addIssue({ code: 'custom', path: [path], message: 'has to begin with a slash' });
      continue;
    }
    for (const issue of pathItem.safeParse(entry).error?.issues ?? []) {
      context.addIssue({ ...issue, path: [path, ...issue.path] });
    }
  }
});

/** An OpenAPI 3.0 or 3.1 document, as JSON. 3.0 wants `paths`, 3.1 one of paths, components and webhooks. */
export const openApiSchema = z
  .looseObject({
    openapi: z.string('names the version: 3.0 or 3.1').regex(/^3\.[01]\.\d+/, 'has to be 3.0 or 3.1'),
    info: z.looseObject({ title: documentName, version: z.string('has to be a text') }),
    paths: paths.optional(),
    components: z.looseObject({}).optional(),
    webhooks: z.looseObject({}).optional(),
    servers: z.array(z.looseObject({ url: z.string() })).optional(),
    tags: z.array(z.looseObject({ name: z.string() })).optional(),
  })
  .superRefine((value, context) => {
    if (value.paths !== undefined) return;
    const isLater = value.openapi.startsWith('3.1');
    if (isLater && (value.components !== undefined || value.webhooks !== undefined)) return;
    const message = isLater ? 'is missing, as are components and webhooks' : 'is missing';
    context.addIssue({ code: 'custom', path: ['paths'], message });
  });
