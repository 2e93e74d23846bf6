/** An answer of the API: JSON parsed where it is JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Record<string, unknown> & {
    data?: Record<string, unknown>[];
    meta?: { nextCursor: string | null };
  };
}

/** What a call may carry besides method and path. `raw` goes out as it is, `body` as JSON. */
export interface CallOptions {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One caller of the API. */
export type Call = (method: string, path: string, options?: CallOptions) => Promise<Answer>;

/** A caller with a token, or without one. */
export function callerOf(baseUrl: string, token?: string): Call {
  return async (method, path, options = {}) => {
    const { body, raw, headers } = options;
    const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(baseUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (isJson && text !== '' ? JSON.parse(text) : {}) as Answer['body'],
    };
  };
}
