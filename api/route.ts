import type { z } from 'zod';
import type { Cause } from '../domain/actor';
import type { Caller, CallerKind } from './auth/caller';
import type { ApiDeps } from './deps';

/** An object schema: fields by name, unknown ones refused. */
export type Fields = z.ZodObject;

/** What a route answers by status: a schema for JSON, a media type for a stream of text, or nothing. */
export type Responses = Readonly<Record<number, z.ZodType | string | null>>;

/** One call, checked and with its caller known. */
export interface Context<Params, Query, Body> {
  readonly deps: ApiDeps;
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** The body's bytes as they were sent. */
  readonly rawBody: Buffer;
  /** The id for what this call makes: the one kept with its Idempotency-Key, or a new one. */
  readonly madeId: string;
  /** An earlier try with the same Idempotency-Key may have done this already; its answer was lost. */
  readonly isRetry: boolean;
  readonly requestId: string;
  readonly header: (name: string) => string | undefined;
  /** What operations are told. @throws {Refusal} `unauthorized` for a caller who did not sign in */
  readonly cause: () => Cause;
}

/** A value that is only read: rows hand over lists that must not be written to. */
type Shown<T> = T extends readonly (infer Item)[]
  ? readonly Shown<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Shown<T[Key]> }
    : T;

type BodyOf<R> = R extends z.ZodType
  ? { readonly body: Shown<z.input<R>> | Buffer }
  : R extends string
    ? { readonly body: AsyncIterable<string> | Buffer }
    : { readonly body?: undefined };

/** What a handler answers: one of the statuses that the route declares, with the body of that status. */
export type Answer<R extends Responses> = {
  [Status in keyof R & number]: {
    readonly status: Status;
    readonly headers?: Readonly<Record<string, string>>;
  } & BodyOf<R[Status]>;
}[keyof R & number];

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;

/** A route: mounted on Express and written into the OpenAPI document from this one declaration. */
export interface RouteSpec<
  P extends Fields | undefined,
  Q extends Fields | undefined,
  B extends z.ZodType | undefined,
  R extends Responses,
> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With parameters in braces: `/v1/teams/{teamId}`. */
  readonly path: string;
  readonly summary: string;
  readonly tags: readonly string[];
  /** Who may call at all; what they may do is asked in the operation. */
  readonly auth: readonly CallerKind[];
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** The body is a document: up to 10 MB, and its bytes are checked by the handler instead of the schema. */
  readonly document?: boolean;
  /** Fields of the answer that are shown once: null when an Idempotency-Key repeats it. */
  readonly secrets?: readonly string[];
  readonly responses: R;
  readonly handler: (context: Context<Out<P>, Out<Q>, Out<B>>) => Promise<Answer<NoInfer<R>>>;
}

/** Any route, as it is mounted and documented. */
export interface Route extends Omit<
  RouteSpec<undefined, undefined, undefined, Responses>,
  'params' | 'query' | 'body' | 'handler'
> {
  readonly params: Fields | undefined;
  readonly query: Fields | undefined;
  readonly body: z.ZodType | undefined;
  readonly handler: (context: Context<unknown, unknown, unknown>) => Promise<RouteAnswer>;
}

/** What any handler answers. */
export interface RouteAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Declares a route; its handler sees params, query and body as the schemas give them. */
export function defineRoute<
  const R extends Responses,
  P extends Fields | undefined = undefined,
  Q extends Fields | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(spec: RouteSpec<P, Q, B, R>): Route {
  return {
    ...spec,
    params: spec.params,
    query: spec.query,
    body: spec.body,
    // Checked against these very schemas before it is called.
    handler: (context) => spec.handler(context as Context<Out<P>, Out<Q>, Out<B>>),
  };
}
