import { Hono } from "hono";
import { mergePath } from "hono/utils/url";
import type { AnyHono, HonoApp, Middleware } from "./hono_types.ts";
import type { ApiOptions } from "./api_options.ts";
import { answeredBy } from "./included_route.ts";
import { parsePathTemplate, type PathTemplate } from "./path_template.ts";
import type { Route } from "./route.ts";
import {
  type Entry,
  type FixedResponse,
  type PlacedRoute,
  rankOf,
  RouteTable,
} from "./route_table.ts";

/** What is said of a route by its place. */
export interface Placement {
  /** Tags before its own. Default none. */
  readonly tags?: readonly string[];
  /** Bytes that answer it whatever the request says. */
  readonly fixed?: FixedResponse | undefined;
  /** Where it is. Default at its own path. */
  readonly at?: PathTemplate;
  /** Whether the app added it itself. Default `false`. */
  readonly isOwn?: boolean;
}

/** Routes and middleware in the order they were added, on Hono; a table of them once the first request is there. */
export class RouteSet {
  /** Hono's app beneath. */
  readonly hono: Hono = new Hono();
  readonly #handlerOf: (placed: PlacedRoute) => Middleware;
  readonly #ownRoutes: () => readonly Route[];
  readonly #onError: ApiOptions["onError"];
  readonly #placed: Map<unknown, PlacedRoute> = new Map();
  readonly #byKey: Map<string, string> = new Map();
  readonly #sockets: Set<unknown> = new Set();
  #table: RouteTable | undefined;
  #closed: string | undefined;

  /**
   * @param handlerOf A route as Hono runs it, where middleware is around it.
   * @param ownRoutes What the app adds when no more routes come, unless it has routes at their paths.
   * @param onError What its app says of errors, for the app that includes it.
   */
  constructor(
    handlerOf: (placed: PlacedRoute) => Middleware,
    ownRoutes: () => readonly Route[],
    onError: ApiOptions["onError"],
  ) {
    this.#handlerOf = handlerOf;
    this.#ownRoutes = ownRoutes;
    this.#onError = onError;
  }

  /** All routes, in order. */
  get all(): readonly PlacedRoute[] {
    return [...this.#placed.values()];
  }

  /** The table to answer by; from now on nothing can be added. */
  get table(): RouteTable {
    return this.#table ?? this.#makeTable();
  }

  #makeTable(): RouteTable {
    for (const route of this.#ownRoutes()) {
      if (!this.#byKey.has(`${route.method} ${route.template.key}`)) {
        this.place(route, { isOwn: true });
      }
    }
    this.#closed ??= "the app has begun to answer";
    return this.#table = new RouteTable(this.hono, (handler) => this.oursOf(handler));
  }

  /** What one of Hono's handlers is to us. */
  oursOf(handler: unknown): Entry[2] {
    return this.#placed.get(handler) ?? (this.#sockets.has(handler) ? "socket" : undefined);
  }

  /**
   * Refuses what comes too late.
   *
   * @param what What is to be done, as in "Cannot …".
   * @throws {TypeError} If no more can be added.
   */
  assertOpen(what: string): void {
    if (this.#closed !== undefined) {
      throw new TypeError(`Cannot ${what}: ${this.#closed}`);
    }
  }

  /**
   * Adds a route.
   *
   * @param route The route.
   * @param placement Where, and how it is documented there.
   * @throws {TypeError} If it collides with one that is there.
   */
  place(route: Route, placement: Placement = {}): void {
    const { template, method } = route;
    const { tags = [], fixed, isOwn = false, at = template } = placement;
    const { hono: honoPath, openapi: openapiPath } = at;
    this.#claim(method, at);
    const placed: PlacedRoute = {
      route,
      method,
      path: at.path,
      honoPath,
      openapiPath,
      rank: rankOf(honoPath, method),
      tags,
      fixed,
      isOwn,
    };
    const handler = this.#handlerOf(placed);
    this.#placed.set(handler, placed);
    // Hono asks its router for GET when a HEAD comes.
    this.hono.on(method === "HEAD" ? "GET" : method, [honoPath], handler);
  }

  #claim(method: string, { key, openapi }: PathTemplate): void {
    const id = `${method} ${key}`;
    const other = this.#byKey.get(id);
    if (other !== undefined) {
      throw new TypeError(`Cannot add ${method} ${openapi}: it collides with ${other}`);
    }
    this.#byKey.set(id, `${method} ${openapi}`);
  }

  /**
   * Adds a WebSocket endpoint.
   *
   * @param path The path.
   * @param handler What answers its handshake, and lets other requests pass.
   * @throws {TypeError} If it collides with one that is there.
   */
  placeSocket(path: string, handler: Middleware): void {
    const template = parsePathTemplate(path);
    this.#claim("WebSocket", template);
    this.#sockets.add(handler);
    this.hono.get(template.hono, handler);
  }

  /**
   * Adds what another set has, which then takes no more.
   *
   * @param prefix What their paths begin with here.
   * @param other The other set, or a Hono app.
   * @param tags Tags of all of them, before their own.
   * @param middleware Middleware around all of them.
   * @throws {TypeError} If a route collides with one that is there.
   */
  include(
    prefix: string,
    other: RouteSet | AnyHono,
    tags: readonly string[],
    middleware: readonly Middleware[],
  ): void {
    const template = parsePathTemplate(prefix);
    if (template.key.endsWith("/*")) {
      throw new TypeError(`Cannot include a router at "${prefix}": a prefix has no wildcard`);
    }
    for (const each of middleware) this.hono.use(mergePath(template.hono, "*"), each);
    if (!(other instanceof RouteSet)) {
      this.hono.route(template.hono, other as HonoApp);
      return;
    }
    other.#closed ??= `it is already included at ${prefix}`;
    for (const { method, path, handler } of other.hono.routes) {
      const placed = other.#placed.get(handler);
      if (placed === undefined) {
        if (other.#sockets.has(handler)) this.#sockets.add(handler);
        this.hono.on(method, [mergePath(template.hono, path)], handler);
        continue;
      }
      this.place(answeredBy(placed.route, other.#onError), {
        tags: [...tags, ...placed.tags],
        fixed: placed.fixed,
        at: parsePathTemplate(mergePath(prefix, placed.path)),
      });
    }
  }

  /** The methods that a path has, HEAD and OPTIONS with them; empty if it has none. */
  methodsOf(path: string): readonly string[] {
    const { table } = this;
    const methods = new Set(this.hono.routes.map((each) => each.method));
    for (const { method } of this.#placed.values()) methods.add(method);
    methods.delete("ALL");
    const allowed = new Set<string>();
    for (const method of methods) {
      const isRaw = () =>
        this.hono.router.match(method, path)[0].some(([[, route]]) =>
          route.method === method && !this.#placed.has(route.handler)
        );
      if (table.find(method, path) === undefined && !isRaw()) continue;
      allowed.add(method);
      if (method === "GET") allowed.add("HEAD");
    }
    if (allowed.size > 0) allowed.add("OPTIONS");
    return [...allowed].sort();
  }
}
