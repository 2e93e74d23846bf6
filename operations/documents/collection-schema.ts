import { z } from 'zod';
import { documentName } from './document-name';

// Postman's published schemas of the formats v2.0.0 and v2.1.0, joined, as far as Postman itself keeps to them: unknown
// fields pass, and what its exports leave out or set to null does too.

const text = z.string().nullish();
const anything = z.looseObject({}).nullish();

const description = z
  .union(
    [z.string(), z.looseObject({ content: text, type: text }), z.null()],
    'has to be a text or an object',
  )
  .optional();

const variable = z.looseObject({
  id: text,
  key: text,
  name: text,
  type: text,
  description,
  disabled: z.boolean().nullish(),
});
const variables = z.array(variable).nullish();

const script = z.looseObject({
  id: text,
  type: text,
  name: text,
  exec: z
    .union([z.string(), z.array(z.string()), z.null()], 'has to be a text or a list of lines')
    .optional(),
});
const event = z.looseObject({
  listen: z.string('names the event: test or prerequest'),
  script: z.union([script, z.string(), z.array(z.string()), z.null()], 'has to be a script').optional(),
  disabled: z.boolean().nullish(),
});
// One event alone stands without its list in collections that Postman runs.
const events = z.union([z.array(event), event, z.null()], 'has to be a list of events').optional();

// v2.0 keeps a method's parameters in an object, v2.1 in a list of keys and values.
const authParameters = z.union(
  [z.array(z.looseObject({ key: z.string() })), z.looseObject({}), z.null()],
  'has to be a list of keys and values, or an object',
);
const auth = z
  .object({ type: z.string('names the kind of authorization').nullish() })
  .catchall(z.union([authParameters, z.string()], 'has to be a list of keys and values, or an object'))
  .nullish();

const pair = z.looseObject({ key: text, value: text, disabled: z.boolean().nullish(), description });

const url = z.union(
  [
    z.string(),
    z.looseObject({
      raw: text,
      protocol: text,
      host: z.union([z.string(), z.array(z.string()), z.null()], 'has to be a text or a list').optional(),
      path: z
        .union(
          [
            z.string(),
            z.array(z.union([z.string(), z.looseObject({ type: text, value: text })], 'has to be a text')),
            z.null(),
          ],
          'has to be a text or a list',
        )
        .optional(),
      port: z.union([z.string(), z.number(), z.null()], 'has to be a text').optional(),
      query: z.union([z.array(pair.nullable()), z.string(), z.null()], 'has to be a list').optional(),
      hash: text,
      variable: variables,
    }),
    z.null(),
  ],
  'has to be a text or an object',
);

const header = z.union([z.array(z.union([pair, z.string()], 'has to be a header')), z.string(), z.null()], {
  error: 'has to be a list of headers or a text',
});

const body = z
  .looseObject({
    mode: text,
    raw: text,
    urlencoded: z.union([z.array(pair), z.string(), z.null()], 'has to be a list').optional(),
    formdata: z.array(z.looseObject({ key: text, type: text, description })).nullish(),
    file: z.union([z.looseObject({}), z.string(), z.null()], 'has to be an object').optional(),
    graphql: z.union([z.looseObject({}), z.string(), z.null()], 'has to be an object').optional(),
    options: anything,
    disabled: z.boolean().nullish(),
  })
  .nullish();

const request = z.union(
  [
    z.string(),
    z.looseObject({ url: url.optional(), auth, method: text, description, header: header.optional(), body }),
  ],
  'has to be a URL or a request',
);

const response = z.looseObject({
  id: text,
  name: text,
  originalRequest: request.nullish(),
  header: header.optional(),
  cookie: z.array(z.looseObject({})).nullish(),
  body: text,
  status: text,
  code: z.number().int().nullish(),
});

const itemFields = z.looseObject({
  id: text,
  name: text,
  description,
  variable: variables,
  event: events,
  auth,
  protocolProfileBehavior: anything,
});

const requestItem = itemFields.extend({
  request,
  response: z.array(response.nullable()).nullish(),
});

const folder: z.ZodType = itemFields.extend({
  get item() {
    return z.array(item, 'has to be a list of requests and folders');
  },
});

/** A folder has `item`, a request has `request`: told apart first, so that a fault is named where it lies. */
const item: z.ZodType = z.looseObject({}).superRefine((value, context) => {
  const kind = 'item' in value ? folder : 'request' in value ? requestItem : null;
  if (kind === null) {
    context.addIssue({ code: 'custom', message: 'has to have a request, or items as a folder' });
    return;
  }
  const checked = kind.safeParse(value);
  for (const issue of checked.error?.issues ?? []) context.addIssue({ ...issue });
});

const FORMAT =
  /^https?:\/\/schema\.(?:get)?postman\.com\/(?:json\/)?(?:draft-\d+\/)?collection\/v2\.[01]\.\d+(?:\/|$)/i;

/** A Postman Collection of the format v2.0 or v2.1 (SHARE-8). */
export const collectionSchema = z.looseObject({
  info: z.looseObject(
    {
      name: documentName,
      schema: z
        .string('names the format: Postman Collection v2.0 or v2.1')
        .regex(FORMAT, 'has to be Postman’s schema of the format v2.0 or v2.1'),
      description,
      version: z.union([z.string(), z.looseObject({}), z.null()], 'has to be a text').optional(),
    },
    'is missing: a Postman Collection v2.0 or v2.1 says its name and schema there',
  ),
  item: z.array(item, 'has to be a list of requests and folders'),
  event: events,
  variable: variables,
  auth,
  protocolProfileBehavior: anything,
});
