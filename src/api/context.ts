/**
 * Hot path: one small object a request. Hono's own `Context` builds fifteen closures when it is
 * made; most handlers never touch it, so it is made when touched (measured in `bench/api.ts`).
 *
 * @module
 */

import type { HonoContext } from "./hono_types.ts";
import type { ApiLimits } from "./limits.ts";
import {
  assertHeaders,
  assertHeaderValue,
  bodyHeaders,
  HTML_TYPE,
  JSON_TYPE,
  type ReplyHeaders,
  TEXT_TYPE,
} from "./header.ts";
import { JSON_HEADERS, jsonText, textResponse } from "./json_response.ts";
import { requestPath } from "./request_path.ts";
import type { Issue } from "./issue.ts";
import { TrackedContext } from "./tracked_context.ts";

/** What a route's options say about its input; every part is `undefined` where nothing is declared. */
export interface RouteInputs {
  /** Path parameters. */
  readonly path: unknown;
  /** Query parameters. */
  readonly query: unknown;
  /** Header fields. */
  readonly headers: unknown;
  /** Cookies. */
  readonly cookies: unknown;
  /** The JSON body. */
  readonly body: unknown;
  /** The form. */
  readonly form: unknown;
  /** Resolved dependencies. */
  readonly deps: unknown;
}

/** What runs after the response; a server may say when that is. */
export interface ExecutionContext {
  /** Keeps the platform from ending before the promise settles. */
  waitUntil?(promise: Promise<unknown>): void;
  /** Resolves when the response has left. A server that offers it lets background tasks wait for that exact moment. */
  readonly responseSent?: Promise<void>;
  /** What else a platform has there. */
  // deno-lint-ignore no-explicit-any -- Hono's own type of it has members that only Cloudflare has
  readonly [other: string]: any;
}

/** What a context needs of its app. */
export interface ContextHost {
  /** The app's limits. */
  readonly limits: ApiLimits;
  /** Values of dependencies that live as long as the app. */
  readonly appValues: Map<object, unknown>;
  /** What cleans those up at shutdown, last first. */
  readonly appCleanups: (() => unknown)[];
  /** Runs a request's background tasks once its response has left. */
  runAfter(
    c: RouteContext,
    tasks: readonly (() => unknown)[],
    bodySent: Promise<void> | undefined,
  ): void;
  /** Notes what should be known about, with fields. */
  log(error: unknown, fields: Record<string, unknown>): void;
  /** Answers a request that nobody answers. */
  notFound(c: HonoContext): Response | Promise<Response>;
}

/** A value that an asynchronous schema is still checking. */
export interface PendingInput {
  /** The object it belongs into. */
  readonly into: Record<string, unknown>;
  /** Its key there. */
  readonly key: string;
  /** What settles it. */
  readonly value: { readonly settle: (issues: Issue[]) => Promise<unknown> };
  /** Where it stands in the request. */
  readonly loc: readonly string[];
}

/** What a context needs to know of its route. */
export interface RouteInfo {
  /** The path as declared. */
  readonly path: string;
  /** The status of a success; `undefined` is 200. */
  readonly status: number | undefined;
}

/** What Hono's router found: `[handlers with parameters, values]`. */
export interface MatchedParams {
  /** Where each parameter is in `values`; or the parameters themselves where there are none. */
  readonly params: Readonly<Record<string, string | number>>;
  /** The values. */
  readonly values: readonly string[] | undefined;
}

/**
 * What a handler is given: the request's typed input, its dependencies, and what to say about the
 * response. `c.hono` is Hono's own context, for its helpers and for what middleware has set.
 */
export class RouteContext<I extends RouteInputs = RouteInputs> {
  /** The request as it came. */
  readonly request: Request;
  /** The platform's bindings, as given to `fetch`. */
  readonly env: unknown;
  /** Path parameters, by their schemas; texts without. */
  path!: I["path"];
  /** Query parameters, by their schemas. */
  query!: I["query"];
  /** Header fields, by their schemas. */
  headers!: I["headers"];
  /** Cookies, by their schemas. */
  cookies!: I["cookies"];
  /** The JSON body, by its schema. */
  body!: I["body"];
  /** The form, by its schema. */
  form!: I["form"];
  /** The route's dependencies. */
  deps!: I["deps"];
  /** What runs after the response. For the route's own use. */
  tasks: (() => unknown)[] | undefined;
  /** Whether the handler has set header fields. For the route's own use. */
  touched: boolean = false;
  /** The status that the handler has set. For the route's own use. */
  chosenStatus: number | undefined;
  /** The response made last with those fields in it. For the route's own use. */
  made: Response | undefined;
  /** Settles when a streamed body has ended; `undefined` for one that is there at once. For the route's own use. */
  bodySent: Promise<void> | undefined;
  /** Input that is still being checked. For the route's own use. */
  pending: PendingInput[] | undefined;
  /** Values of the dependencies resolved so far. For the route's own use. */
  resolved: Map<object, unknown> | undefined;
  /** What cleans up after the response, last first. For the route's own use. */
  cleanups: (() => unknown)[] | undefined;
  /** The app that answers. For the route's own use. */
  readonly host: ContextHost;
  readonly #execution: ExecutionContext | undefined;
  readonly #route: RouteInfo;
  readonly #match: MatchedParams | undefined;
  #hono: HonoContext | undefined;

  /** Made by the app, never by hand. */
  constructor(
    host: ContextHost,
    request: Request,
    env: unknown,
    execution: ExecutionContext | undefined,
    route: RouteInfo,
    match: MatchedParams | undefined,
    hono: HonoContext | undefined,
  ) {
    this.request = request;
    this.env = env;
    this.host = host;
    this.#execution = execution;
    this.#route = route;
    this.#match = match;
    this.#hono = hono;
  }

  /** Hono's context of this request. */
  get hono(): HonoContext {
    return this.#hono ??= this.#makeHono();
  }

  #makeHono(): HonoContext {
    const route = {
      path: this.#route.path,
      method: this.request.method,
      basePath: "/",
      handler,
    };
    const params = this.#match?.params ?? {};
    return new TrackedContext(this.request, {
      env: this.env ?? {},
      executionCtx: this.#execution as never,
      notFoundHandler: (c: HonoContext) => this.host.notFound(c),
      path: requestPath(this.request),
      matchResult: (this.#match?.values === undefined
        ? [[[[handler, route], params]]]
        : [[[[handler, route], params]], this.#match.values]) as never,
    } as never);
  }

  /** Hono's request: `c.req.raw.signal`, `c.req.header(name)`, `c.req.text()`. */
  get req(): HonoContext["req"] {
    return this.hono.req;
  }

  /** The platform's execution context, if there is one. */
  get execution(): ExecutionContext | undefined {
    if (this.#execution !== undefined || this.#hono === undefined) {
      return this.#execution;
    }
    try {
      return this.#hono.executionCtx as unknown as ExecutionContext;
    } catch {
      // Hono throws where there is none.
      return undefined;
    }
  }

  /** The route's path as it was declared. */
  get routePath(): string {
    return this.#route.path;
  }

  /** Hono's context if there is one yet. For the route's own use. */
  get prepared(): HonoContext | undefined {
    return this.#hono;
  }

  /** Whether nothing was said about the response beforehand, as far as can be told. For the route's own use. */
  get isUntouched(): boolean {
    const hono = this.#hono;
    return hono === undefined || (hono instanceof TrackedContext && !hono.isTouched);
  }

  /** What middleware has `set`. */
  // deno-lint-ignore no-explicit-any -- as Hono's own
  get var(): Record<string, any> {
    return this.hono.var;
  }

  /**
   * Sets a header field of the response to come.
   *
   * @param name The field's name.
   * @param value Its value; `undefined` removes the field.
   * @param options `append` adds a second field of the name.
   * @throws {TypeError} For a CR, LF or NUL in the value.
   */
  header(name: string, value?: string, options?: { append?: boolean }): void {
    this.touched = true;
    if (value === undefined) return this.hono.header(name);
    assertHeaderValue(name, value);
    this.hono.header(name, value, options);
  }

  /** Sets the status of the response to come. */
  status(status: number): void {
    this.chosenStatus = status;
    this.hono.status(status as never);
  }

  /** Sets a variable for the handlers and middleware of this request. */
  set(name: string, value: unknown): void {
    this.hono.set(name as never, value as never);
  }

  /** A variable that was set. */
  // deno-lint-ignore no-explicit-any -- as Hono's own
  get(name: string): any {
    return this.#hono?.get(name as never);
  }

  /**
   * Runs a function after the response has been sent. An error in it is logged; shutdown waits for it.
   *
   * @param task What to run; it may be asynchronous.
   */
  background(task: () => unknown): void {
    (this.tasks ??= []).push(task);
  }

  /** A response of a body with what was said beforehand about status and headers. */
  respond(
    body: BodyInit | null,
    status: number | undefined,
    headers: Readonly<Record<string, string | string[]>>,
  ): Response {
    if (headers !== JSON_HEADERS) assertHeaders(headers);
    const code = status ?? this.chosenStatus ?? this.#route.status;
    if (!this.isUntouched) {
      return this.made = this.hono.newResponse(body as never, code as never, headers as never);
    }
    const init = {
      status: code ?? 200,
      headers: Object.values(headers).some(Array.isArray) ? flatten(headers) : headers as never,
    };
    return typeof body === "string" ? textResponse(body, init) : new Response(body, init);
  }

  /** A JSON response. */
  json(
    value: unknown,
    status?: number,
    headers?: ReplyHeaders,
  ): Response {
    return this.respond(jsonText(value), status, bodyHeaders(JSON_TYPE, headers));
  }

  /** A text response. */
  text(
    value: string,
    status?: number,
    headers?: ReplyHeaders,
  ): Response {
    return this.respond(value, status, bodyHeaders(TEXT_TYPE, headers));
  }

  /** An HTML response. */
  html(
    value: string,
    status?: number,
    headers?: ReplyHeaders,
  ): Response {
    return this.respond(value, status, bodyHeaders(HTML_TYPE, headers));
  }
}

/** Several fields of one name, as pairs. */
function flatten(
  headers: Readonly<Record<string, string | string[]>>,
): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((each): [string, string] => [name, each])
  );
}

/** Stands for the route in Hono's match result when Hono did not make the match. */
function handler(): void {}
