import type { RouteOptions } from "./route_options.ts";
import type { FixedResponse } from "./route_table.ts";
import { assertHeaderValue } from "./header.ts";
import { assertKnownOptions } from "../base/options.ts";

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

/** Makes the bytes of a static response, once. */
export function fixedResponse(
  path: string,
  body: StaticBody,
  options: StaticOptions,
): {
  readonly fixed: FixedResponse;
  /** The body as `Response` takes it fastest: text as text. */
  readonly sent: string | Uint8Array<ArrayBuffer>;
  readonly routeOptions: RouteOptions;
} {
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
  const headers: Record<string, string> = { "content-type": type };
  for (const [name, value] of Object.entries(given)) {
    assertHeaderValue(name, value);
    headers[name.toLowerCase()] = value;
  }
  const bytes = typeof sent === "string" ? new TextEncoder().encode(sent) : sent;
  return {
    fixed: { status: options.status ?? 200, headers, body: bytes },
    sent,
    routeOptions,
  };
}
