import { Refusal, type RefusalCode } from '../../domain/refusal';

/** The code that some work is refused with; fails when it is done, or fails otherwise. */
export async function refusalOf(work: Promise<unknown>): Promise<RefusalCode> {
  return (await refusal(work)).code;
}

/** The refusal itself. */
export async function refusal(work: Promise<unknown>): Promise<Refusal> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('was done, where a refusal was expected');
}
