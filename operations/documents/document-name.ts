import { z } from 'zod';

/** A document's name becomes its element's: text that a database keeps. */
export const documentName = z
  .string('has to be a text')
  .refine((name) => name.trim() !== '', 'has to say something')
  .refine((name) => !name.includes('\u0000'), 'holds a NUL character');
