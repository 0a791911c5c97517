import { assertKnownOptions } from "../base/options.ts";
import { bodyHeaders } from "./header.ts";
import { textResponse } from "./json_response.ts";
import type { ApiLimits } from "./limits.ts";
import { type AnyHandler, Route } from "./route.ts";
import type { RouteOptions } from "./route_options.ts";
import type { FixedResponse } from "./route_table.ts";
import { isBodiless } from "./success_status.ts";

/** What a static route answers: text, bytes, or a value to be written as JSON. */
export type StaticBody = string | Uint8Array | object;

/** Status and header fields of a static response, and how it is documented. */
export interface StaticOptions extends
  Pick<
    RouteOptions,
    "name" | "tags" | "summary" | "description" | "deprecated" | "status"
  > {
  /** Header fields; `content-type` goes before the one that the body's kind has. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * A route that always answers the same, and its bytes, made once.
 *
 * @param path The path, without parameters.
 * @param body What it answers.
 * @param options Status, header fields, and how it is documented.
 * @param limits The app's limits.
 * @returns The route, and what a server may send without it.
 * @throws {TypeError} For a path with parameters, a body or status that leaves nothing to send, or a
 * header value that could end its line.
 */
export function staticRoute(
  path: string,
  body: StaticBody,
  options: StaticOptions,
  limits: ApiLimits,
): { readonly route: Route; readonly fixed: FixedResponse } {
  const { headers: given = {}, ...routeOptions } = options;
  assertKnownOptions(
    routeOptions,
    ["name", "tags", "summary", "description", "deprecated", "status"],
    `static ${path}`,
  );
  const [type, sent]: [string, string | Uint8Array<ArrayBuffer>] = typeof body === "string"
    ? ["text/plain; charset=UTF-8", body]
    : body instanceof Uint8Array
    ? ["application/octet-stream", new Uint8Array(body)]
    : ["application/json", JSON.stringify(body)];
  const { status = 200 } = options;
  if (sent === undefined || isBodiless(status)) {
    const what = sent === undefined ? typeof body : status;
    throw new TypeError(`Cannot add static ${path}: ${what} is sent without a body`);
  }
  const headers = bodyHeaders(type, given);
  const handler = handlerOf(sent, { status, headers });
  const setup = { limits, checkResponses: false };
  const route = new Route("GET", path, routeOptions, handler, setup);
  if (route.template.names.length > 0) {
    throw new TypeError(`Cannot add static ${path}: its path has parameters`);
  }
  const bytes = typeof sent === "string" ? new TextEncoder().encode(sent) : sent;
  return { route, fixed: { status, headers, body: bytes } };
}

/** Text stays text: `Response` takes it faster than bytes. */
function handlerOf(
  sent: string | Uint8Array<ArrayBuffer>,
  init: { readonly status: number; readonly headers: Record<string, string> },
): AnyHandler {
  return (c) =>
    !c.isUntouched
      ? c.respond(sent, init.status, { ...init.headers })
      : typeof sent === "string"
      ? textResponse(sent, init)
      : new Response(sent, init);
}
