/** A refusal as Slack words it: `{ok: false, error: code, …details}`. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  /**
   * @param code - Slack's error code, such as `channel_not_found`.
   * @param details - further top-level fields of the answer, such as `needed` or `response_metadata`.
   */
  constructor(
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(code);
  }
}

/**
 * A refusal that names what is wrong, in Slack's `response_metadata.messages`.
 * @param code - Slack's error code.
 * @param messages - lines such as `must be less than 76 characters [json-pointer:/blocks/0/text/text]`.
 */
export function refuseWithMessages(code: string, messages: readonly string[]): ApiError {
  return new ApiError(code, {
    response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) },
  });
}
