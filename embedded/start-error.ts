/** Why Doorlist cannot start or go on, in words for the person who started it: shown alone, without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

/** The words of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
