import type { RouteContext } from "./context.ts";
import type { Dependency } from "./dependency.ts";
import type { PathNames, PathParams } from "./path_template.ts";
import type { Reply } from "./reply.ts";
import type { Security } from "./security.ts";
import type {
  AnySchema,
  InferInput,
  InferOutput,
  Shape,
  ShapeInput,
  ShapeOutput,
} from "./standard_schema.ts";
import type { AnswerInput, ReceivedOutput, SentInput } from "./types/struct.ts";

/** What a route declares. Everything here is enforced and documented. */
export interface RouteOptions {
  /** Path parameters: a schema each, or one for all. Those without one are texts. */
  readonly path?: Shape | AnySchema;
  /** Query parameters: a schema each, or one for all. */
  readonly query?: Shape | AnySchema;
  /** Header fields: a schema each (`user_agent` reads `user-agent`), or one for all. */
  readonly headers?: Shape | AnySchema;
  /** Cookies: a schema each, or one for all. */
  readonly cookies?: Shape | AnySchema;
  /** The JSON body. */
  readonly body?: AnySchema;
  /** Fields of a form, urlencoded or multipart; `upload()` is a file. */
  readonly form?: Shape | AnySchema;
  /** Schemas of responses by status; values are checked against them and filtered by them. If it has successes, the route's own is among them. */
  readonly response?: { readonly [status: number]: AnySchema };
  /** Status of a success, 200 to 599. Default: the one success that `response` has a schema for, else 200. */
  readonly status?: number;
  /** The operationId. Default: made of method and path. */
  readonly name?: string;
  /** Groups in the document. */
  readonly tags?: readonly string[];
  /** One line for the document. */
  readonly summary?: string;
  /** Markdown for the document. */
  readonly description?: string;
  /** Marks the operation in the document as not to be used any more. */
  readonly deprecated?: boolean;
  /** Who may call: all of them must agree. Checked before the input is read. */
  readonly security?: Security | readonly Security[];
  /** What the handler needs, found in `c.deps`. */
  readonly dependencies?: { readonly [name: string]: Dependency<unknown> };
  /** The capability that a caller needs, made by `zapCap()`. Checked as `security` is. */
  readonly cap?: Security;
}

/** Every key of {@linkcode RouteOptions}. */
export const ROUTE_OPTION_KEYS: readonly string[] = [
  "path",
  "query",
  "headers",
  "cookies",
  "body",
  "form",
  "response",
  "status",
  "name",
  "tags",
  "summary",
  "description",
  "deprecated",
  "security",
  "dependencies",
  "cap",
];

/** What a place's option gives. */
export type PlaceOutput<S> = S extends AnySchema ? InferOutput<S>
  : S extends Shape ? ShapeOutput<S>
  : undefined;

/** What a place's option accepts. */
export type PlaceInput<S> = S extends AnySchema ? SentInput<S>
  : S extends Shape ? ShapeInput<S>
  : undefined;

/** What a handler finds in its context, by the route's path and options. */
export interface InputsOf<P extends string, O> {
  /** Path parameters. */
  readonly path: O extends { readonly path: infer S } ? S extends AnySchema ? InferOutput<S>
    : PlaceOutput<S> & Omit<PathParams<P>, keyof S>
    : PathParams<P>;
  /** Query parameters. */
  readonly query: O extends { readonly query: infer S } ? PlaceOutput<S>
    : undefined;
  /** Header fields. */
  readonly headers: O extends { readonly headers: infer S } ? PlaceOutput<S>
    : undefined;
  /** Cookies. */
  readonly cookies: O extends { readonly cookies: infer S } ? PlaceOutput<S>
    : undefined;
  /** The JSON body. */
  readonly body: O extends { readonly body: infer S } ? PlaceOutput<S>
    : undefined;
  /** The form. */
  readonly form: O extends { readonly form: infer S } ? PlaceOutput<S>
    : undefined;
  /** The dependencies. */
  readonly deps: O extends { readonly dependencies: infer D }
    ? { readonly [K in keyof D]: D[K] extends Dependency<infer T> ? T : never }
    : undefined;
}

/** What a client gives, by the route's path and options. */
export interface CallOf<P extends string, O> {
  /** Path parameters. */
  readonly path: O extends { readonly path: infer S } ? S extends AnySchema ? InferInput<S>
    : PlaceInput<S> & Omit<PathParams<P>, keyof S>
    : [PathNames<P>] extends [never] ? undefined
    : PathParams<P>;
  /** Query parameters. */
  readonly query: O extends { readonly query: infer S } ? PlaceInput<S>
    : undefined;
  /** Header fields. */
  readonly headers: O extends { readonly headers: infer S } ? PlaceInput<S>
    : undefined;
  /** Cookies. */
  readonly cookies: O extends { readonly cookies: infer S } ? PlaceInput<S>
    : undefined;
  /** The JSON body. */
  readonly body: O extends { readonly body: infer S } ? PlaceInput<S>
    : undefined;
  /** The form. */
  readonly form: O extends { readonly form: infer S } ? PlaceInput<S>
    : undefined;
}

/** The status of a route's success. */
export type StatusOf<O> = O extends { readonly status: infer S extends number } ? S
  : O extends { readonly response: infer R } ? 200 extends keyof R ? 200
    : [keyof R & SuccessStatus] extends [never] ? 200
    : keyof R & SuccessStatus
  : 200;

/** Successes with a body, beside 200. */
export type SuccessStatus = 201 | 202 | 203 | 206 | 207 | 208 | 226;

/** What a handler may answer: any value, or, with a `response` schema for its status, what that accepts. */
export type ResultOf<O> = O extends { readonly response: infer R }
  ? StatusOf<O> extends keyof R
    ? R[StatusOf<O>] extends AnySchema ? AnswerInput<R[StatusOf<O>]> | Response | Reply
    : unknown
  : unknown
  : unknown;

/** What a client gets: by the `response` schema of the route's status, else what the handler answers, as JSON. */
export type AnswerOf<O, R> = O extends { readonly response: infer S }
  ? StatusOf<O> extends keyof S
    ? S[StatusOf<O>] extends AnySchema ? ReceivedOutput<S[StatusOf<O>]> : unknown
  : unknown
  : Exclude<Awaited<R>, Response | Reply>;

/** Answers a route's requests; what it returns becomes the response. */
export type Handler<P extends string, O, R> = (
  c: RouteContext<InputsOf<P, O>>,
) => R;

/** A route as a client's types see it. */
export interface RouteType<M extends string, P extends string, O, R> {
  /** The route's method, in upper case. */
  readonly method: M;
  /** The route's path as declared. */
  readonly path: P;
  /** What a caller gives. */
  readonly call: CallOf<P, O>;
  /** What a caller gets. */
  readonly answer: AnswerOf<O, R>;
}

/** Routes under a prefix. */
export type Prefixed<Prefix extends string, R> = R extends { readonly path: infer P extends string }
  ?
    & (R extends { readonly call: infer C } ? [PathNames<Prefix>] extends [never] ? Omit<R, "path">
      : Omit<R, "path" | "call"> & { readonly call: PrefixedCall<Prefix, C> }
      : unknown)
    & { readonly path: Prefix extends "/" ? P : `${Prefix}${P}` }
  : never;

/** What a caller gives where the prefix has parameters too. */
export type PrefixedCall<Prefix extends string, C> = Omit<C, "path"> & {
  /** Path parameters: those of the prefix are texts. */
  readonly path: C extends { readonly path: infer P extends object } ? P & PathParams<Prefix>
    : PathParams<Prefix>;
};
