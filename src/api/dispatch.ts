/** What an app's dispatch needs beside its state. @module */

import type { Context as HonoContext } from "hono";
import type { MatchedParams, RouteContext, RouteInfo } from "./context.ts";

/** A match without parameters. */
export const NO_PARAMS: MatchedParams = { params: {}, values: undefined };
/** What stands for the route where none was found. */
export const NO_ROUTE: RouteInfo = { path: "*", status: undefined };
/** The fields of a JSON answer. */
export const JSON_HEADERS: Record<string, string> = {
  "content-type": "application/json",
};

/** Hono drops the body of an answer to HEAD but leaves its source open. */
export function withoutBody(response: Response): Response {
  if (response.body === null) return response;
  response.body.cancel().catch(() => {});
  return new Response(null, response);
}

/** Hono's parameters, for an app that is mounted under a path it does not know; encoded again, as routes decode. */
export function encodedParams(hono: HonoContext): MatchedParams {
  const params: Record<string, string> = {};
  const found = hono.req.param() as Record<string, string>;
  for (const name in found) params[name] = encodeURIComponent(found[name]!);
  return { params, values: undefined };
}

/** The id by which logs know the request: that of middleware or the server, a sane one of the client, or a new one. */
export function requestIdOf(c: RouteContext): string {
  const known = c.get("requestId") ??
    (c.env as { requestId?: unknown } | undefined)?.requestId;
  if (typeof known === "string") return known;
  const given = c.request.headers.get("x-request-id");
  return given !== null && /^[A-Za-z0-9._-]{1,128}$/.test(given) ? given : crypto.randomUUID();
}
