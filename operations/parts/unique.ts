import { DBError } from 'objection';
import { Refusal, type RefusalExtra } from '../../domain/refusal';

/** Postgres's code for a unique violation; behind row-level security it names the constraint and keeps the values. */
const UNIQUE_VIOLATION = '23505';

/**
 * Runs work whose inserts or updates may meet a taken name, and turns that into a refusal.
 * @param constraint the unique index that is meant; any other violation is thrown as it is
 * @throws {Refusal} `already_exists`
 */
export async function orTaken<T>(
  constraint: string,
  sentence: string,
  work: () => PromiseLike<T>,
  extra: RefusalExtra = {},
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (violated(error) === constraint) throw new Refusal('already_exists', sentence, extra);
    throw error;
  }
}

function violated(error: unknown): string | undefined {
  if (!(error instanceof DBError)) return undefined;
  const native = error.nativeError as { code?: string; constraint?: string };
  return native.code === UNIQUE_VIOLATION ? native.constraint : undefined;
}
