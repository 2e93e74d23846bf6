import { z } from 'zod';
import { documentName } from './document-name';

/** A Postman environment, as Postman exports it. */
export const environmentSchema = z.looseObject({
  name: documentName,
  values: z.array(
    z.looseObject({
      key: z.string('has to be a text'),
      type: z.string().nullish(),
      enabled: z.boolean().nullish(),
    }),
    'has to be a list of variables',
  ),
});
