/**
 * Hot path: finds a request's route and the middleware around it in one search: exact paths by one
 * `Map` look-up, for which Hono's router was asked beforehand, others by a router like Hono's.
 *
 * @module
 */

import { Hono } from "hono";
import type { Result, Router } from "hono/router";
import type { RouterRoute } from "hono/types";
import type { MatchedParams } from "./context.ts";
import type { Middleware } from "./hono_types.ts";
import type { Route } from "./route.ts";

/** A route where an app has it: under a prefix perhaps. */
export interface PlacedRoute {
  /** Its whole path as declared. */
  readonly path: string;
  /** Its whole path as Hono reads it. */
  readonly honoPath: string;
  /** Its whole path as OpenAPI writes it. */
  readonly openapiPath: string;
  /** The route. */
  readonly route: Route;
  /** `GET`, … or `ALL`. */
  readonly method: string;
  /** Sorts before another's where both match: a digit a segment (literal, parameter, rest), then one for the method. */
  readonly rank: string;
  /** Tags it has by its place, before its own. */
  readonly tags: readonly string[];
  /** Bytes that answer it whatever the request says, if it is static. */
  readonly fixed: FixedResponse | undefined;
  /** Whether the app added it itself (the document, the page); such a route is not documented. */
  readonly isOwn: boolean;
}

/** A response that is always the same. */
export interface FixedResponse {
  /** The status. */
  readonly status: number;
  /** Header fields, lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** A handler as Hono's router keeps it, and what it is to us: a route, a WebSocket endpoint, or middleware. */
export type Entry = readonly [
  handler: Middleware,
  route: RouterRoute,
  ours: PlacedRoute | "socket" | undefined,
];

/** What a look-up found: the route, and its parameters. */
export interface Found extends MatchedParams {
  /** The route. */
  readonly placed: PlacedRoute;
  /** Every handler that matches, in order of registration, as Hono's router says it. */
  readonly matched: Result<Entry>;
  /** Where the route is among them. */
  readonly at: number;
  /** Whether no middleware is before it. */
  readonly isDirect: boolean;
  /** Whether a WebSocket endpoint matches as well. */
  readonly hasSocket: boolean;
}

/** The routes of an app that has begun to answer. */
export class RouteTable {
  readonly #exact: Map<string, Map<string, Found>> = new Map();
  /** All but the exact routes, with the router that Hono's apps have. */
  readonly #patterns: Router<Entry> = new Hono().router as unknown as Router<Entry>;

  /**
   * @param hono The Hono app with everything that was registered, in order.
   * @param oursOf What one of Hono's handlers is to us.
   */
  constructor(hono: Hono, oursOf: (handler: unknown) => Entry[2]) {
    const methods = new Set(["ALL", "HEAD"]);
    const exact = new Set<string>();
    for (const route of hono.routes) {
      const ours = oursOf(route.handler);
      methods.add(route.method);
      if (typeof ours === "object" && !ours.honoPath.includes("/:")) exact.add(ours.honoPath);
      else this.#patterns.add(route.method, route.path, [route.handler, route, ours]);
    }
    // The routers have no match for an empty table; this one is never asked for.
    this.#patterns.add("ALL", "/\u0000", undefined as never);
    const matched = (method: string, path: string): Result<Entry> => {
      const [list, values] = hono.router.match(routedMethod(method), path);
      const entries = list.map(([[handler, route], params]) => [
        [handler, route, oursOf(handler)],
        params,
      ]);
      return [entries, values] as never;
    };
    for (const path of exact) {
      const byMethod = new Map<string, Found>();
      for (const method of methods) {
        const found = best(method, matched(method, path));
        if (found !== undefined) byMethod.set(method, found);
      }
      this.#exact.set(path, byMethod);
    }
  }

  /**
   * The route for a request: the most specific, segment by segment; Hono would take the first declared.
   *
   * @param method The request's method.
   * @param path Its path, decoded as Hono does.
   * @returns What was found.
   */
  find(method: string, path: string): Found | undefined {
    const byMethod = this.#exact.get(path);
    const exact = byMethod && (byMethod.get(method) ?? byMethod.get("ALL"));
    return exact ?? best(method, this.#patterns.match(routedMethod(method), path));
  }

  /** Routes without middleware that always answer the same, for a server that can send them without asking. */
  *fixed(): Generator<[method: string, path: string, response: FixedResponse]> {
    for (const [path, byMethod] of this.#exact) {
      for (const [method, { placed, isDirect }] of byMethod) {
        if (isDirect && placed.fixed !== undefined && placed.method === method) {
          yield [method, path, placed.fixed];
        }
      }
    }
  }
}

/** The most specific of the routes that match. */
function best(method: string, matched: Result<Entry>): Found | undefined {
  const [list] = matched;
  let placed: PlacedRoute | undefined;
  let at = -1;
  let firstAround = list.length;
  let hasSocket = false;
  for (let i = 0; i < list.length; i++) {
    const ours = list[i]![0][2];
    if (typeof ours === "object") {
      if (ours.method === "HEAD" && method !== "HEAD") continue;
      if (placed !== undefined && placed.rank <= ours.rank) continue;
      placed = ours;
      at = i;
    } else {
      if (firstAround > i) firstAround = i;
      if (ours === "socket") hasSocket = true;
    }
  }
  if (placed === undefined) return undefined;
  const params = list[at]![1];
  return { placed, matched, at, isDirect: at < firstAround, hasSocket, params, values: matched[1] };
}

/**
 * A route's rank: the most specific path first, then HEAD before GET before all methods.
 *
 * @param honoPath Its path as Hono reads it.
 * @param method Its method.
 */
export function rankOf(honoPath: string, method: string): string {
  const ranks = honoPath.split("/").map((each) =>
    each.includes("{") ? 2 : each.startsWith(":") ? 1 : 0
  );
  return ranks.join("") + (method === "HEAD" ? 0 : method === "ALL" ? 2 : 1);
}

/** The method that Hono asks its router for. */
function routedMethod(method: string): string {
  return method === "HEAD" ? "GET" : method;
}
