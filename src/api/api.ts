import { Hono } from "hono";
import type { AnyHono, HonoApp, HonoContext, Middleware, WebSocketEvents } from "./hono_types.ts";
import { matchedRoutes } from "hono/route";
import { mergePath } from "hono/utils/url";
import { assertKnownOptions } from "../base/options.ts";
import { API_OPTION_KEYS, type ApiOptions, type IncludeOptions } from "./api_options.ts";
import { BackgroundTasks } from "./background.ts";
import {
  type ContextHost,
  type ExecutionContext,
  type MatchedParams,
  RouteContext,
} from "./context.ts";
import { cleanUp } from "./dependency.ts";
import {
  encodedParams,
  JSON_HEADERS,
  NO_PARAMS,
  NO_ROUTE,
  requestIdOf,
  withoutBody,
} from "./dispatch.ts";
import { docsRoutes } from "./docs.ts";
import { asError, errorResponse } from "./fault.ts";
import { reasonPhrase } from "./http_error.ts";
import { type ApiLimits, DEFAULT_LIMITS } from "./limits.ts";
import { openApiDocument } from "./openapi.ts";
import { parsePathTemplate } from "./path_template.ts";
import { Reply } from "./reply.ts";
import { requestPath } from "./request_path.ts";
import { type AnyHandler, Route } from "./route.ts";
import type { Handler, Prefixed, ResultOf, RouteOptions, RouteType } from "./route_options.ts";
import {
  type FixedResponse,
  type PlacedPath,
  type PlacedRoute,
  RouteTable,
} from "./route_table.ts";
import type { JsonSchema } from "./standard_schema.ts";
import { fixedResponse, type StaticBody, type StaticOptions } from "./static.ts";

/** A method that adds a route. */
export interface AddRoute<R, M extends string> {
  /** Adds a route without options. */
  <const P extends string, T>(
    path: P,
    handler: Handler<P, object, T>,
    // deno-lint-ignore ban-types -- no options
  ): Api<R | RouteType<M, P, {}, T>>;
  /** Adds a route by its options. */
  <
    const P extends string,
    const O extends RouteOptions,
    T extends ResultOf<O> | Promise<ResultOf<O>>,
  >(
    path: P,
    options: O,
    handler: Handler<P, O, T>,
  ): Api<R | RouteType<M, P, O, T>>;
}

/** Nothing in the way, and what stops it. */
type Lifecycle = () => unknown;

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
export class Api<R = never> implements ContextHost {
  /** Types of its routes, for clients. No value. */
  declare readonly routeTypes: R;
  /** Adds a GET route; it answers HEAD too. */
  readonly get: AddRoute<R, "GET">;
  /** Adds a POST route. */
  readonly post: AddRoute<R, "POST">;
  /** Adds a PUT route. */
  readonly put: AddRoute<R, "PUT">;
  /** Adds a PATCH route. */
  readonly patch: AddRoute<R, "PATCH">;
  /** Adds a DELETE route. */
  readonly delete: AddRoute<R, "DELETE">;
  /** Adds a HEAD route, which goes before the GET route of its path. */
  readonly head: AddRoute<R, "HEAD">;
  /** Adds an OPTIONS route, instead of the answer that lists the methods. */
  readonly options: AddRoute<R, "OPTIONS">;
  /** Adds a route for all methods. */
  readonly all: AddRoute<R, "ALL">;
  /** The limits in force. */
  readonly limits: ApiLimits;
  /** Values of dependencies that live as long as the app. */
  readonly appValues: Map<object, unknown> = new Map();
  /** What cleans those up, last first. */
  readonly appCleanups: (() => unknown)[] = [];
  /** The request handler, bound: `serve(api.fetch)`. */
  readonly fetch: (
    request: Request,
    env?: unknown,
    execution?: ExecutionContext,
  ) => Response | Promise<Response>;
  readonly #options: ApiOptions;
  readonly #hono: Hono = new Hono();
  readonly #placed: Map<unknown, PlacedRoute> = new Map();
  readonly #byKey: Map<string, string> = new Map();
  readonly #tasks: BackgroundTasks;
  readonly #startups: Lifecycle[] = [];
  readonly #shutdowns: Lifecycle[] = [];
  #table: RouteTable | undefined;
  #frozen: string | undefined;

  /**
   * Makes an app.
   *
   * @param options What the app is told about itself.
   * @throws {TypeError} For an unknown option.
   */
  constructor(options: ApiOptions = {}) {
    assertKnownOptions(options, API_OPTION_KEYS, "Api");
    assertKnownOptions(
      options.limits,
      Object.keys(DEFAULT_LIMITS),
      "Api limits",
    );
    this.#options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.#tasks = new BackgroundTasks((error) => this.log(error, { during: "background task" }));
    const adder = (method: string): never => {
      const add = (path: string, ...rest: unknown[]) => {
        const [declared, handler] = rest.length === 1 ? [{}, rest[0]] : rest;
        return this.on(
          method,
          path,
          declared as RouteOptions,
          handler as AnyHandler,
        );
      };
      return add as never;
    };
    this.get = adder("GET");
    this.post = adder("POST");
    this.put = adder("PUT");
    this.patch = adder("PATCH");
    this.delete = adder("DELETE");
    this.head = adder("HEAD");
    this.options = adder("OPTIONS");
    this.all = adder("ALL");
    this.fetch = (request, env, execution) => this.#dispatch(request, env, execution);
    this.#hono.onError((error, c) => this.#answerError(error, this.#contextOf(c)));
    this.#hono.notFound((c) => this.notFound(c));
  }

  /** Hono's app beneath, for what this layer does not cover; what is added there is served, not documented. */
  get hono(): HonoApp {
    this.#assertOpen("change hono");
    return this.#hono;
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
    this.#assertOpen(`add ${method} ${path}`);
    const route = new Route(
      method.toUpperCase(),
      path,
      options,
      handler as AnyHandler,
      {
        limits: this.limits,
        checkResponses: this.#options.development ?? true,
      },
    );
    this.#place(route);
    return this as never;
  }

  #place(
    route: Route,
    tags: readonly string[] = [],
    fixed?: FixedResponse,
    at?: PlacedPath,
    isOwn: boolean = false,
  ): void {
    const { template, method } = route;
    const { honoPath, key, openapiPath } = at ??
      {
        honoPath: template.hono,
        key: template.key,
        openapiPath: template.openapi,
      };
    const id = `${method} ${key}`;
    const other = this.#byKey.get(id);
    if (other !== undefined) {
      throw new TypeError(
        `Cannot add ${method} ${openapiPath}: it collides with ${other}`,
      );
    }
    this.#byKey.set(id, `${method} ${openapiPath}`);
    const placed: PlacedRoute = {
      route,
      method,
      honoPath,
      key,
      openapiPath,
      tags,
      fixed,
      isOwn,
    };
    const handler = this.#honoHandler(placed);
    this.#placed.set(handler, placed);
    // Hono asks its router for GET when a HEAD comes.
    this.#hono.on(method === "HEAD" ? "GET" : method, [honoPath], handler);
  }

  /** The route as Hono runs it, where middleware is around it. */
  #honoHandler(placed: PlacedRoute): Middleware {
    const handler: Middleware = (hono, next) => {
      const method = hono.req.raw.method;
      const table = this.#freeze();
      let match: MatchedParams | undefined;
      if (table.contested.has(placed)) {
        // Hono runs matches in order of declaration; here an exact path goes before a parameter, and HEAD before GET.
        const found = table.find(method, hono.req.path);
        const better = found !== undefined && found.placed !== placed &&
          matchedRoutes(hono).some((each) => this.#placed.get(each.handler) === found.placed);
        if (better || (placed.method === "HEAD" && method !== "HEAD")) {
          return next();
        }
      }
      if (
        placed.route.template.names.length > 0 || placed.honoPath.includes("/:")
      ) {
        const found = table.find(placed.method, hono.req.path);
        match = found?.placed === placed ? found.match : encodedParams(hono);
      }
      const c = new RouteContext(
        this,
        hono.req.raw,
        hono.env,
        undefined,
        placed.route,
        match,
        hono,
      );
      return this.#runInHono(placed.route, c, match ?? NO_PARAMS) as Promise<
        Response
      >;
    };
    return handler;
  }

  /** Lets errors reach Hono, so that middleware sees them; what is no error becomes one first. */
  #runInHono(
    route: Route,
    c: RouteContext,
    match: MatchedParams,
  ): Response | Promise<Response> {
    const caught = (thrown: unknown): Response | Promise<Response> => {
      if (thrown instanceof Response) return thrown;
      if (thrown instanceof Reply) return thrown.toResponse(c);
      throw asError(thrown);
    };
    const strip = (response: Response) =>
      c.request.method === "HEAD" ? withoutBody(response) : response;
    try {
      const response = route.run(c, match);
      return response instanceof Promise ? response.catch(caught).then(strip) : strip(response);
    } catch (thrown) {
      return caught(thrown);
    }
  }

  /**
   * Adds Hono middleware, in order: around what is added after it.
   *
   * @param path What it is around, as Hono has it: `/admin/*`. Default everything.
   * @param middleware The middleware.
   * @returns The app.
   */
  use(
    path: string | Middleware,
    ...middleware: Middleware[]
  ): this {
    this.#assertOpen("add middleware");
    if (typeof path === "string") this.#hono.use(path, ...middleware);
    else this.#hono.use(path, ...middleware);
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
   */
  static(path: string, body: StaticBody, options: StaticOptions = {}): this {
    this.#assertOpen(`add GET ${path}`);
    const { fixed, sent, routeOptions } = fixedResponse(path, body, options);
    const init = {
      status: fixed.status,
      headers: fixed.headers as Record<string, string>,
    };
    const handler: AnyHandler = (c) =>
      c.prepared === undefined
        ? new Response(sent, init)
        : c.respond(sent, fixed.status, { ...fixed.headers });
    const route = new Route("GET", path, routeOptions, handler, {
      limits: this.limits,
      checkResponses: false,
    });
    if (route.template.names.length > 0) {
      throw new TypeError(`Cannot add static ${path}: its path has parameters`);
    }
    this.#place(route, [], fixed);
    return this;
  }

  /** The static responses that no middleware touches: what a server may send without asking. */
  fixedResponses(): Iterable<[method: string, path: string, response: FixedResponse]> {
    return this.#freeze().fixed();
  }

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
    this.#assertOpen(`include a router at ${prefix}`);
    assertKnownOptions(options, ["tags", "middleware"], `router at ${prefix}`);
    if (parsePathTemplate(prefix).names.includes("rest")) {
      throw new TypeError(
        `Cannot include a router at "${prefix}": a prefix has no wildcard`,
      );
    }
    const base = parsePathTemplate(prefix).hono;
    for (const each of options.middleware ?? []) {
      this.#hono.use(mergePath(base, "*"), each);
    }
    if (!(other instanceof Api)) {
      this.#hono.route(base, other as HonoApp);
      return this as never;
    }
    if ((other as Api<unknown>) === this) {
      throw new TypeError("Cannot include an Api in itself");
    }
    other.#frozen ??= `it is already included at ${prefix}`;
    for (const { method, path, handler } of other.#hono.routes) {
      const placed = other.#placed.get(handler);
      if (placed !== undefined) {
        this.#place(
          placed.route,
          [...options.tags ?? [], ...placed.tags],
          placed.fixed,
          {
            honoPath: mergePath(base, placed.honoPath),
            key: mergePath(parsePathTemplate(prefix).key, placed.key),
            openapiPath: mergePath(
              parsePathTemplate(prefix).openapi,
              placed.openapiPath,
            ),
          },
        );
      } else this.#hono.on(method, [mergePath(base, path)], handler);
    }
    this.#startups.push(...other.#startups);
    this.#shutdowns.push(...other.#shutdowns);
    return this as never;
  }

  /**
   * Adds a WebSocket endpoint, by the upgrade helper that the app was given.
   *
   * @param path The path.
   * @param handlers The events' handlers, or what makes them for a request.
   * @returns The app.
   * @throws {TypeError} Without `upgradeWebSocket`.
   */
  ws(
    path: string,
    handlers: WebSocketEvents | ((c: HonoContext) => WebSocketEvents | Promise<WebSocketEvents>),
  ): this {
    this.#assertOpen(`add WebSocket ${path}`);
    const upgrade = this.#options.upgradeWebSocket;
    if (upgrade === undefined) {
      throw new TypeError(
        `Cannot add WebSocket ${path}: give the Api "upgradeWebSocket", ` +
          "made by createUpgradeWebSocket(acceptWebSocket) or by Hono for the platform",
      );
    }
    const make = typeof handlers === "function" ? handlers : () => handlers;
    this.#hono.get(parsePathTemplate(path).hono, upgrade(make) as Middleware);
    return this;
  }

  /** Runs before the first request; the server waits for it. */
  onStartup(hook: () => unknown): this {
    this.#startups.push(hook);
    return this;
  }

  /** Runs at shutdown, last added first. */
  onShutdown(hook: () => unknown): this {
    this.#shutdowns.push(hook);
    return this;
  }

  /** Begins: checks the routes and runs the start-up hooks in order. Called by the server. */
  async startup(): Promise<void> {
    this.#freeze();
    for (const hook of this.#startups) await hook();
  }

  /**
   * Ends: waits for background tasks, runs the shutdown hooks and cleans up app-wide dependencies.
   * Called by the server once no request is open.
   */
  async shutdown(): Promise<void> {
    if (!await this.#tasks.drain(this.limits.drainTimeoutMs)) {
      this.log(new Error("Background tasks did not end in time"), {
        running: this.#tasks.size,
      });
    }
    const failed = (error: unknown) => this.log(error, { during: "shutdown" });
    await cleanUp([...this.#shutdowns], failed);
    await cleanUp(this.appCleanups, failed);
    this.appValues.clear();
  }

  /** Waits for background tasks; for tests. */
  idle(): Promise<boolean> {
    return this.#tasks.drain(this.limits.drainTimeoutMs);
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
    return openApiDocument(this.#options, [...this.#placed.values()]);
  }

  /** Logs an error with fields. */
  log(error: unknown, fields: Record<string, unknown>): void {
    if (this.#options.log !== undefined) this.#options.log(error, fields);
    else console.error(error, fields);
  }

  /** Runs background tasks; called by routes. */
  runAfter(
    c: RouteContext,
    tasks: readonly (() => unknown)[],
    bodySent: Promise<void> | undefined,
  ): void {
    const told = c.execution?.responseSent ??
      (c.env as { responseSent?: Promise<void> } | undefined)?.responseSent;
    this.#tasks.run(tasks, told ?? bodySent, c.execution);
  }

  /** Answers what no route answers: OPTIONS and 405 for a known path, else 404. */
  notFound(hono: HonoContext): Response | Promise<Response> {
    const { path } = hono.req;
    const method = hono.req.raw.method;
    const allowed = this.#methodsOf(path);
    if (allowed.length > 0) {
      const allow = allowed.join(", ");
      if (method === "OPTIONS") return hono.body(null, 204, { allow });
      if (!allowed.includes(method)) {
        return hono.json({ detail: reasonPhrase(405) }, 405, { allow });
      }
    }
    const { notFound } = this.#options;
    if (notFound === undefined) {
      return hono.json({ detail: reasonPhrase(404) }, 404);
    }
    return notFound(this.#contextOf(hono));
  }

  /** The methods that a path has; empty if it has none. */
  #methodsOf(path: string): string[] {
    const methods = new Set<string>();
    for (const { route: _, method } of this.#placed.values()) {
      methods.add(method);
    }
    for (const { method } of this.#hono.routes) methods.add(method);
    methods.delete("ALL");
    const table = this.#freeze();
    const allowed = new Set<string>();
    for (const method of methods) {
      const isRaw = () =>
        this.#hono.router.match(method, path)[0].some(([[, route]]) =>
          route.method === method && !this.#placed.has(route.handler)
        );
      if (table.find(method, path) === undefined && !isRaw()) continue;
      allowed.add(method);
      if (method === "GET") allowed.add("HEAD");
    }
    if (allowed.size > 0) allowed.add("OPTIONS");
    return [...allowed].sort();
  }

  #assertOpen(what: string): void {
    if (this.#frozen !== undefined) {
      throw new TypeError(`Cannot ${what}: ${this.#frozen}`);
    }
  }

  #freeze(): RouteTable {
    if (this.#table !== undefined) return this.#table;
    this.#addOwnRoutes();
    this.#frozen ??= "the app has begun to answer";
    return this.#table = new RouteTable(
      this.#hono,
      (handler) => this.#placed.get(handler),
    );
  }

  /** The document and its page are routes like others, unless the app has its own at their paths. */
  #addOwnRoutes(): void {
    const { docsUrl = "/docs", openapiUrl = "/openapi.json" } = this.#options;
    const own = (path: string, handler: AnyHandler) => {
      if (this.#byKey.has(`GET ${parsePathTemplate(path).key}`)) return;
      const setup = { limits: this.limits, checkResponses: false };
      this.#place(
        new Route("GET", path, {}, handler, setup),
        [],
        undefined,
        undefined,
        true,
      );
    };
    if (openapiUrl === null) return;
    let text: string | undefined;
    own(
      openapiUrl,
      (c) => c.respond(text ??= JSON.stringify(this.openapi()), 200, JSON_HEADERS),
    );
    if (docsUrl !== null) {
      const title = this.#options.title ?? "API";
      const servers = (this.#options.servers ?? []).map((each) => each.url);
      for (
        const [path, handler] of docsRoutes({
          docsUrl,
          openapiUrl,
          title,
          servers,
        })
      ) {
        own(path, handler);
      }
    }
  }

  #dispatch(
    request: Request,
    env: unknown,
    execution: ExecutionContext | undefined,
  ): Response | Promise<Response> {
    const { method } = request;
    const table = this.#table ?? this.#freeze();
    const path = requestPath(request);
    let found = table.find(method, path);
    if (found === undefined && method === "HEAD") {
      found = table.find("GET", path);
    }
    if (found === undefined || !found.direct) {
      return this.#throughHono(request, env, execution);
    }
    const { route } = found.placed;
    const c = new RouteContext(
      this,
      request,
      env,
      execution,
      route,
      found.match,
      undefined,
    );
    try {
      const response = route.run(c, found.match);
      if (response instanceof Promise) {
        const safe = response.catch((thrown) => this.#answerThrown(thrown, c));
        return method === "HEAD" ? safe.then(withoutBody) : safe;
      }
      return method === "HEAD" ? withoutBody(response) : response;
    } catch (thrown) {
      return this.#answerThrown(thrown, c);
    }
  }

  #throughHono(
    request: Request,
    env: unknown,
    execution: ExecutionContext | undefined,
  ): Response | Promise<Response> {
    const thrown = (error: unknown) =>
      this.#answerThrown(
        error,
        new RouteContext(
          this,
          request,
          env,
          execution,
          NO_ROUTE,
          undefined,
          undefined,
        ),
      );
    try {
      const response = this.#hono.fetch(
        request,
        env as object,
        execution as never,
      );
      return response instanceof Promise ? response.catch(thrown) : response;
    } catch (error) {
      return thrown(error);
    }
  }

  #contextOf(hono: HonoContext): RouteContext {
    return new RouteContext(
      this,
      hono.req.raw,
      hono.env,
      undefined,
      NO_ROUTE,
      undefined,
      hono,
    );
  }

  #answerThrown(
    thrown: unknown,
    c: RouteContext,
  ): Response | Promise<Response> {
    if (thrown instanceof Response) return thrown;
    if (thrown instanceof Reply) return thrown.toResponse(c);
    return this.#answerError(asError(thrown), c);
  }

  #answerError(error: Error, c: RouteContext): Response | Promise<Response> {
    const { onError } = this.#options;
    if (onError === undefined) return this.#standardAnswer(error, c);
    const failed = (second: unknown) => this.#standardAnswer(asError(second), c);
    try {
      const answer = onError(error, c);
      if (!(answer instanceof Promise)) {
        return answer ?? this.#standardAnswer(error, c);
      }
      return answer.then(
        (late) => late ?? this.#standardAnswer(error, c),
        failed,
      );
    } catch (second) {
      return failed(second);
    }
  }

  #standardAnswer(error: Error, c: RouteContext): Response {
    const requestId = requestIdOf(c);
    const response = errorResponse(error, requestId);
    // A client that has gone is not a fault of the handler that noticed.
    if (
      response.status >= 500 &&
      !(c.request.signal.aborted && error.name === "AbortError")
    ) {
      const { method, url } = c.request;
      this.log(error, { requestId, method, path: new URL(url).pathname });
    }
    return response;
  }
}
