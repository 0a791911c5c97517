import { compact } from "./compact.ts";
import { parse as parseCookies } from "hono/utils/cookie";
import type { RouteContext } from "./context.ts";
import {
  assertScheme,
  isRefusal,
  quote,
  Security,
  type SecurityOptions,
  unauthorized,
} from "./security.ts";

/** Where a key is. */
export interface ApiKeyOptions<T> extends Omit<SecurityOptions<string, T>, "name"> {
  /** Which part of the request has it. */
  readonly in: "header" | "query" | "cookie";
  /** Name of the header field, query parameter or cookie. */
  readonly name: string;
}

/**
 * A key in a header field, query parameter or cookie.
 *
 * @param options Where it is, and how it is checked.
 * @returns The scheme.
 * @throws {TypeError} For an option that is not known, and without `verify`.
 */
export function apiKey<T>(options: ApiKeyOptions<T>): Security<T> {
  assertScheme(options, ["in"], "apiKey()");
  const scheme = compact({
    type: "apiKey",
    in: options.in,
    name: options.name,
    description: options.description,
  });
  const name = `apiKey_${options.in}_${options.name.replace(/[^A-Za-z0-9._-]/g, "_")}`;
  return new Security<T>({ name, scheme, scopes: [] }, async (c) => {
    const key = options.in === "header"
      ? c.request.headers.get(options.name) ?? undefined
      : options.in === "query"
      ? c.req.query(options.name)
      : cookieValue(c, options.name);
    const who = key === undefined || key === "" ? undefined : await options.verify(key, c);
    // RFC 9110 §11.6.1 wants a challenge with a 401; there is no registered scheme for keys.
    if (isRefusal(who)) {
      throw unauthorized(
        `ApiKey in="${options.in}", name="${quote(options.name)}"`,
      );
    }
    return who;
  });
}

function cookieValue(c: RouteContext, name: string): string | undefined {
  const header = c.request.headers.get("cookie");
  return header === null ? undefined : parseCookies(header, name)[name];
}
