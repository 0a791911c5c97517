/**
 * Hot path: finds the routes that need no middleware without going through Hono's dispatch: exact
 * paths by one `Map` look-up, others by Hono's own router. What middleware may touch, and what is
 * not found here, goes to Hono.
 *
 * @module
 */

import { Hono } from "hono";
import type { Router } from "hono/router";
import type { MatchedParams } from "./context.ts";
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

/** What a look-up found: the route, and its parameters. */
export interface Found {
  /** The route. */
  readonly placed: PlacedRoute;
  /** Its parameters. */
  readonly match: MatchedParams;
  /** Whether no middleware may touch it. */
  readonly direct: boolean;
}

/** A match without parameters. */
export const NO_PARAMS: MatchedParams = { params: {}, values: undefined };

interface Entry {
  readonly placed: PlacedRoute;
  readonly direct: boolean;
  /** Sorts before another where both match: a digit a segment (literal, parameter, rest), then whether it is for all methods. */
  readonly rank: string;
}

/** The routes of an app that has begun to answer. */
export class RouteTable {
  readonly #exact: Map<string, Map<string, Found>> = new Map();
  /** Routes that another may go before although it was declared later. */
  readonly contested: ReadonlySet<PlacedRoute>;
  /** Whether there is a route that no middleware may touch. */
  readonly hasDirect: boolean;
  /** The router that Hono's apps have. */
  readonly #router: Router<Entry> = new Hono().router as unknown as Router<Entry>;

  /**
   * @param hono The Hono app with everything that was registered, in order.
   * @param placedOf The route behind one of Hono's handlers, if it is one of ours.
   */
  constructor(
    hono: Hono,
    placedOf: (handler: unknown) => PlacedRoute | undefined,
  ) {
    const foreign = hono.routes.filter((each) => placedOf(each.handler) === undefined);
    const all = hono.routes.flatMap((each) => placedOf(each.handler) ?? []);
    const contested = new Set<PlacedRoute>();
    let hasDirect = false;
    for (const placed of all) {
      const rivals = all.filter((each) =>
        each !== placed && mayOverlap(each.honoPath, placed.honoPath)
      );
      if (placed.method === "HEAD" || rivals.length > 0) contested.add(placed);
      const direct = !foreign.some((other) => mayOverlap(other.path, placed.honoPath));
      hasDirect ||= direct;
      if (!placed.honoPath.includes("/:")) {
        let byMethod = this.#exact.get(placed.honoPath);
        if (byMethod === undefined) {
          this.#exact.set(placed.honoPath, byMethod = new Map());
        }
        byMethod.set(placed.method, { placed, match: NO_PARAMS, direct });
      } else {
        const entry = { placed, direct, rank: rankOf(placed) };
        this.#router.add(placed.method, placed.honoPath, entry);
      }
    }
    this.contested = contested;
    this.hasDirect = hasDirect;
    // The routers have no match for an empty table; this one is never asked for.
    this.#router.add("ALL", "/\u0000", undefined as never);
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
    if (byMethod !== undefined) {
      const found = byMethod.get(method) ?? byMethod.get("ALL");
      if (found !== undefined) return found;
    }
    const result = this.#router.match(method, path);
    const all = result[0];
    let best = all[0];
    if (best === undefined) return undefined;
    for (let i = 1; i < all.length; i++) {
      if (all[i]![0].rank < best[0].rank) best = all[i]!;
    }
    const { placed, direct } = best[0];
    return { placed, direct, match: { params: best[1], values: result[1] } };
  }

  /** Routes without middleware that always answer the same, for a server that can send them without asking. */
  *fixed(): Generator<[method: string, path: string, response: FixedResponse]> {
    for (const [path, byMethod] of this.#exact) {
      for (const [method, { placed, direct }] of byMethod) {
        if (direct && placed.fixed !== undefined) yield [method, path, placed.fixed];
      }
    }
  }
}

function rankOf({ honoPath, method }: PlacedRoute): string {
  const ranks = honoPath.split("/").map((each) =>
    each.includes("{") ? 2 : each.startsWith(":") ? 1 : 0
  );
  return ranks.join("") + (method === "ALL" ? 1 : 0);
}

/** Whether some path could match both patterns. May say yes wrongly, never no. */
export function mayOverlap(a: string, b: string): boolean {
  const left = a.split("/");
  const right = b.split("/");
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const [x, y] = [left[i], right[i]];
    if (isRest(x, i === left.length - 1) || isRest(y, i === right.length - 1)) {
      return true;
    }
    // `/a/*` matches `/a` too.
    if (x === undefined) return isRest(y, i === right.length - 1);
    if (y === undefined) return isRest(x, i === left.length - 1);
    if (x !== y && !isPattern(x) && !isPattern(y)) return false;
  }
  return true;
}

function isRest(segment: string | undefined, isLast: boolean): boolean {
  return segment !== undefined && isLast &&
    (segment.includes("*") || segment.includes("{") || segment.endsWith("?"));
}

function isPattern(segment: string): boolean {
  return segment.startsWith(":") || segment.includes("*") ||
    segment.includes("{");
}
