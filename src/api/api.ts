import { assertKnownOptions } from "../base/options.ts";
import { API_OPTION_KEYS, type ApiOptions, type IncludeOptions } from "./api_options.ts";
import type { ExecutionContext } from "./context.ts";
import { Dispatcher } from "./dispatcher.ts";
import type { AnyHono, HonoApp, HonoContext, Middleware, WebSocketEvents } from "./hono_types.ts";
import { Lifecycle, type Log } from "./lifecycle.ts";
import { type ApiLimits, DEFAULT_LIMITS } from "./limits.ts";
import { openApiDocument } from "./openapi.ts";
import { ownRoutes } from "./own_routes.ts";
import { middlewarePath } from "./path_template.ts";
import { requestPath } from "./request_path.ts";
import { type AnyHandler, Route } from "./route.ts";
import type { Handler, Prefixed, ResultOf, RouteOptions, RouteType } from "./route_options.ts";
import { RouteSet } from "./route_set.ts";
import type { FixedResponse } from "./route_table.ts";
import type { JsonSchema } from "./standard_schema.ts";
import { type StaticBody, type StaticOptions, staticRoute } from "./static.ts";

/** An app whatever its routes are. */
export interface AnyApi {
  /** Types of its routes. */
  readonly routeTypes: unknown;
}

/**
 * A method that adds a route. It has the routes that are there already from `this`, not from a
 * parameter of its own type, which would be worked through again for every route of a chain.
 */
export interface AddRoute<M extends string> {
  /** Adds a route without options. */
  <const P extends string, T, A extends AnyApi>(
    this: A,
    path: P,
    handler: Handler<P, object, T>,
    // deno-lint-ignore ban-types -- no options
  ): Api<A["routeTypes"] | RouteType<M, P, {}, T>>;
  /** Adds a route by its options. */
  <
    const P extends string,
    const O extends RouteOptions,
    T extends ResultOf<O> | Promise<ResultOf<O>>,
    A extends AnyApi,
  >(
    this: A,
    path: P,
    options: O,
    handler: Handler<P, O, T>,
  ): Api<A["routeTypes"] | RouteType<M, P, O, T>>;
}

/**
 * An application or a router: typed routes on Hono. It is a `fetch` handler, so it runs on this
 * project's server, on each runtime's own, and on serverless platforms.
 *
 * @example
 * ```ts
 * import { Api, bool, int } from "@zap-proto/edge/api";
 *
 * const api = new Api({ title: "Users" });
 * api.get("/users/{user_id}", {
 *   path: { user_id: int({ ge: 1 }) },
 *   query: { verbose: bool().default(false) },
 * }, (c) => ({ user_id: c.path.user_id, verbose: c.query.verbose }));
 *
 * export default api;
 * ```
 */
export class Api<R = never> {
  /** Types of its routes, for clients. No value. */
  declare readonly routeTypes: R;
  /** Adds a GET route; it answers HEAD too. */
  readonly get: AddRoute<"GET"> = this.#adder("GET");
  /** Adds a POST route. */
  readonly post: AddRoute<"POST"> = this.#adder("POST");
  /** Adds a PUT route. */
  readonly put: AddRoute<"PUT"> = this.#adder("PUT");
  /** Adds a PATCH route. */
  readonly patch: AddRoute<"PATCH"> = this.#adder("PATCH");
  /** Adds a DELETE route. */
  readonly delete: AddRoute<"DELETE"> = this.#adder("DELETE");
  /** Adds a HEAD route, which goes before the GET route of its path. */
  readonly head: AddRoute<"HEAD"> = this.#adder("HEAD");
  /** Adds an OPTIONS route, instead of the answer that lists the methods. */
  readonly options: AddRoute<"OPTIONS"> = this.#adder("OPTIONS");
  /** Adds a route for all methods. */
  readonly all: AddRoute<"ALL"> = this.#adder("ALL");
  /** The limits in force. */
  readonly limits: ApiLimits;
  /** The request handler, bound: `serve(api.fetch)`. */
  readonly fetch: (
    request: Request,
    env?: unknown,
    execution?: ExecutionContext,
  ) => Response | Promise<Response>;
  readonly #options: ApiOptions;
  readonly #routes: RouteSet;
  readonly #life: Lifecycle;

  /**
   * Makes an app.
   *
   * @param options What the app is told about itself.
   * @throws {TypeError} For an unknown option.
   */
  constructor(options: ApiOptions = {}) {
    assertKnownOptions(options, API_OPTION_KEYS, "Api");
    assertKnownOptions(options.limits, Object.keys(DEFAULT_LIMITS), "Api limits");
    this.#options = options;
    const limits = this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    const log: Log = options.log ?? ((error, fields) => console.error(error, fields));
    const life = this.#life = new Lifecycle(limits.drainTimeoutMs, log);
    const routes: RouteSet = this.#routes = new RouteSet(
      (placed) => dispatcher.inHono(placed),
      () => ownRoutes(options, limits, () => this.openapi()),
      options.onError,
    );
    const dispatcher: Dispatcher = new Dispatcher({ options, limits, log, routes, life });
    this.fetch = dispatcher.fetch;
  }

  /** Hono's app beneath, for what this layer does not cover; what is added there is served, not documented. */
  get hono(): HonoApp {
    this.#routes.assertOpen("change hono");
    return this.#routes.hono;
  }

  #adder<M extends string>(method: M): AddRoute<M> {
    const add = (path: string, ...rest: unknown[]) => {
      const [declared, handler] = rest.length === 1 ? [{}, rest[0]] : rest;
      return this.on(method, path, declared as RouteOptions, handler as AnyHandler);
    };
    return add as never;
  }

  /**
   * Adds a route for any method.
   *
   * @param method The method, or `ALL`.
   * @param path The path.
   * @param options What the route declares.
   * @param handler What answers.
   * @returns The app.
   * @throws {TypeError} For a route that collides with another, or that contradicts itself.
   */
  on<
    const P extends string,
    const O extends RouteOptions,
    T extends ResultOf<O> | Promise<ResultOf<O>>,
  >(
    method: string,
    path: P,
    options: O,
    handler: Handler<P, O, T>,
  ): Api<R | RouteType<string, P, O, T>> {
    this.#routes.assertOpen(`add ${method} ${path}`);
    const { limits } = this;
    const { development: checkResponses = true } = this.#options;
    this.#routes.place(
      new Route(method.toUpperCase(), path, options, handler as AnyHandler, {
        limits,
        checkResponses,
      }),
    );
    return this as never;
  }

  /**
   * Adds Hono middleware, in order: around what is added after it.
   *
   * @param path What it is around: `/admin/*`, `/users/{id}`, as Hono has it too. Default everything.
   * @param middleware The middleware.
   * @returns The app.
   */
  use(path: string | Middleware, ...middleware: Middleware[]): this {
    this.#routes.assertOpen("add middleware");
    if (typeof path === "string") this.#routes.hono.use(middlewarePath(path), ...middleware);
    else this.#routes.hono.use(path, ...middleware);
    return this;
  }

  /**
   * Adds a response that is always the same. A server may send it without asking; everywhere else it
   * is a route like others: middleware, HEAD and prefixes apply.
   *
   * @param path The path, without parameters.
   * @param body A text, bytes, or a value to be written as JSON.
   * @param options Status, header fields, and how it is documented.
   * @returns The app.
   * @throws {TypeError} For a path with parameters, or a route that collides with another.
   */
  static(path: string, body: StaticBody, options: StaticOptions = {}): this {
    this.#routes.assertOpen(`add GET ${path}`);
    const { route, fixed } = staticRoute(path, body, options, this.limits);
    this.#routes.place(route, { fixed });
    return this;
  }

  /** The static responses that no middleware touches: what a server may send without asking. */
  fixedResponses(): Iterable<[method: string, path: string, response: FixedResponse]> {
    return this.#routes.table.fixed();
  }

  /**
   * The bytes that a request's body may have by its route: what a server should let through, so that
   * its own limit does not refuse what the route takes. Bound: `serve(api.fetch, { bodyLimitOf: api.bodyLimitOf })`.
   *
   * @param method The request's method.
   * @param path Its path, as it came; a query is overlooked.
   * @returns Bytes; `undefined` for a route that declares neither a body nor a form, and for none.
   */
  readonly bodyLimitOf = (method: string, path: string): number | undefined =>
    this.#routes.table.find(method, requestPath({ url: `http://a${path}` }))
      ?.placed.route.bodyLimit;

  /**
   * Includes the routes that another app has now, under a prefix.
   *
   * @param prefix The prefix; `/` for none.
   * @param other An `Api`, or a Hono app, whose routes are then not in the document. It takes no more routes.
   * @param options Tags and middleware for all of them.
   * @returns The app.
   * @throws {TypeError} If a route collides with one that is there.
   */
  route<const Prefix extends string, S>(
    prefix: Prefix,
    other: Api<S> | AnyHono,
    options: IncludeOptions = {},
  ): Api<R | Prefixed<Prefix, S>> {
    this.#routes.assertOpen(`include a router at ${prefix}`);
    assertKnownOptions(options, ["tags", "middleware"], `router at ${prefix}`);
    if ((other as unknown) === this) throw new TypeError("Cannot include an Api in itself");
    const { tags = [], middleware = [] } = options;
    const isApi = other instanceof Api;
    this.#routes.include(prefix, isApi ? other.#routes : other, tags, middleware);
    if (isApi) this.#life.include(other.#life);
    return this as never;
  }

  /**
   * Adds a WebSocket endpoint, by the upgrade helper that the app was given.
   *
   * @param path The path.
   * @param handlers The events' handlers, or what makes them for a request.
   * @returns The app.
   * @throws {TypeError} Without `upgradeWebSocket`, or if there is one at the path.
   */
  ws(
    path: string,
    handlers: WebSocketEvents | ((c: HonoContext) => WebSocketEvents | Promise<WebSocketEvents>),
  ): this {
    this.#routes.assertOpen(`add WebSocket ${path}`);
    const upgrade = this.#options.upgradeWebSocket;
    if (upgrade === undefined) {
      throw new TypeError(
        `Cannot add WebSocket ${path}: give the Api "upgradeWebSocket", ` +
          "made by createUpgradeWebSocket(acceptWebSocket) or by Hono for the platform",
      );
    }
    const make = typeof handlers === "function" ? handlers : () => handlers;
    this.#routes.placeSocket(path, upgrade(make) as Middleware);
    return this;
  }

  /**
   * Runs a hook once, before the first request is answered. A host that calls `startup`, such as
   * `zap serve`, runs it before it listens. With any other, `deno serve` or `Bun.serve` say, the
   * first requests wait for it; if it fails, they are answered with 503, it is logged, and the next
   * request tries again. There it cannot ask the app itself, which would wait for it.
   *
   * @param hook What to run; it may be asynchronous.
   * @returns The app.
   * @throws {TypeError} If the app has started: the hook would never run.
   */
  onStartup(hook: () => unknown): this {
    this.#life.onStartup(hook);
    return this;
  }

  /** Runs a hook at shutdown, last added first. A host that does not call `shutdown` has none. */
  onShutdown(hook: () => unknown): this {
    this.#life.onShutdown(hook);
    return this;
  }

  /**
   * Begins: checks the routes and runs the start-up hooks in order, each once. Called by a host
   * before it listens; what has failed is run again by the next call.
   */
  async startup(): Promise<void> {
    void this.#routes.table;
    await this.#life.startup();
  }

  /**
   * Ends: waits for background tasks, runs the shutdown hooks and cleans up app-wide dependencies.
   * Called by the server once no request is open.
   */
  shutdown(): Promise<void> {
    return this.#life.shutdown();
  }

  /** Waits for background tasks; for tests. */
  idle(): Promise<boolean> {
    return this.#life.idle();
  }

  /**
   * Asks the app without a network.
   *
   * @param path A path, a URL or a `Request`.
   * @param init As for `Request`.
   * @param env The platform's bindings.
   * @param execution The platform's execution context.
   * @returns The response.
   */
  async request(
    path: string | URL | Request,
    init?: RequestInit,
    env?: unknown,
    execution?: ExecutionContext,
  ): Promise<Response> {
    const request = path instanceof Request && init === undefined ? path : new Request(
      path instanceof Request ? path : new URL(path, "http://localhost"),
      init,
    );
    return await this.fetch(request, env, execution);
  }

  /** The OpenAPI 3.1 document. */
  openapi(): JsonSchema {
    return openApiDocument(this.#options, this.#routes.all);
  }
}
