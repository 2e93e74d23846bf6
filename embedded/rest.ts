import { randomUUID } from 'node:crypto';

/** A call that was refused, with the problem document's `code`. */
export class RestError extends Error {
  override readonly name = 'RestError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/** Doorlist's REST surface under one token, as any program would use it. */
export interface Rest {
  /** @throws {RestError} for any answer but 2xx */
  get<T>(path: string): Promise<T>;
  /** Sends an Idempotency-Key of its own unless one is given. @throws {RestError} */
  post<T>(path: string, body: unknown, idempotencyKey?: string): Promise<T>;
  /** @throws {RestError} */
  put<T>(path: string, body: unknown): Promise<T>;
  /** @throws {RestError} */
  patch<T>(path: string, body: unknown): Promise<T>;
}

/** A client for one base URL and one token. */
export function createRest(baseUrl: string, token: string): Rest {
  const call = async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> => {
    const response = await fetch(new URL(path, baseUrl), {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      // Long enough for a first start on a slow machine, short enough that a dead server does not hold the caller.
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    const answer = text === '' ? null : (JSON.parse(text) as unknown);
    if (!response.ok) {
      const { code = 'unknown', detail = text } = (answer ?? {}) as { code?: string; detail?: string };
      throw new RestError(response.status, code, `${method} ${path}: ${response.status} ${code}: ${detail}`);
    }
    return answer as T;
  };
  return {
    get: (path) => call('GET', path),
    post: (path, body, key = randomUUID()) => call('POST', path, body, key),
    put: (path, body) => call('PUT', path, body),
    patch: (path, body) => call('PATCH', path, body),
  };
}
