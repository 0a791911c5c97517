import {
  generateCookie,
  generateSignedCookie,
  getCookie as honoCookie,
  getSignedCookie as honoSignedCookie,
} from "hono/cookie";
import { assertKnownOptions } from "../base/options.ts";
import type { RouteContext } from "./context.ts";

/** A cookie's attributes. */
export interface CookieOptions {
  /** Paths that it is sent to: this one and those below. Default `/`. */
  path?: string;
  /** The domain, with its subdomains; without it the very host. */
  domain?: string;
  /** Seconds it is kept, at most 400 days. */
  maxAge?: number;
  /** When it ends, at most 400 days away. */
  expires?: Date;
  /** Whether it is sent over TLS only. Default `false`. */
  secure?: boolean;
  /** Whether it is kept from the page's scripts. Default `false`. */
  httpOnly?: boolean;
  /** Whether it goes with requests from other sites. Default: not stated, which browsers mostly read as `Lax`. */
  sameSite?: "Strict" | "Lax" | "None" | "strict" | "lax" | "none";
  /** Kept apart by top-level site; needs `secure`. */
  partitioned?: boolean;
}

const COOKIE_OPTION_KEYS: readonly string[] = [
  "path",
  "domain",
  "maxAge",
  "expires",
  "secure",
  "httpOnly",
  "sameSite",
  "partitioned",
];

/**
 * Sets a cookie: `Path=/` unless said otherwise. Hono checks what `__Host-` and `__Secure-` need.
 *
 * @param c The request.
 * @param name The cookie's name.
 * @param value Its value; it is percent-encoded.
 * @param options Attributes.
 * @throws {Error} For a name or attributes that cannot be.
 * @throws {TypeError} For an attribute that is not known.
 */
export function setCookie(
  c: RouteContext,
  name: string,
  value: string,
  options?: CookieOptions,
): void {
  c.header(
    "set-cookie",
    generateCookie(name, value, withPrefixRules(name, options) as never),
    {
      append: true,
    },
  );
}

/**
 * Deletes a cookie. Path and domain must be those it was set with.
 *
 * @param c The request.
 * @param name The cookie's name.
 * @param options Attributes.
 */
export function deleteCookie(
  c: RouteContext,
  name: string,
  options?: CookieOptions,
): void {
  setCookie(c, name, "", { ...options, maxAge: 0, expires: new Date(0) });
}

/**
 * Sets a cookie with an HMAC-SHA-256 of its value, so that a change is seen. Its value can be read.
 *
 * @param c The request.
 * @param name The cookie's name.
 * @param value Its value.
 * @param secret The key, 32 bytes or more of chance.
 * @param options Attributes.
 */
export async function setSignedCookie(
  c: RouteContext,
  name: string,
  value: string,
  secret: string | BufferSource,
  options?: CookieOptions,
): Promise<void> {
  const given = withPrefixRules(name, options);
  c.header(
    "set-cookie",
    await generateSignedCookie(name, value, secret, given as never),
    { append: true },
  );
}

/**
 * A cookie's value.
 *
 * @param c The request.
 * @param name The cookie's name.
 * @returns The value; `undefined` without one.
 */
export function getCookie(c: RouteContext, name: string): string | undefined {
  return honoCookie(c.hono, name);
}

/**
 * A signed cookie's value.
 *
 * @param c The request.
 * @param name The cookie's name.
 * @param secret The key it was signed with.
 * @returns The value; `undefined` without one, `false` for a wrong signature.
 */
export async function getSignedCookie(
  c: RouteContext,
  name: string,
  secret: string | BufferSource,
): Promise<string | false | undefined> {
  return await honoSignedCookie(c.hono, secret, name);
}

/** RFC 6265bis §4.1.3: these prefixes need `Secure`; it is added where nothing else was said. */
function withPrefixRules(
  name: string,
  options: CookieOptions | undefined,
): CookieOptions {
  // One that is misspelt would leave the cookie without its protection.
  assertKnownOptions(options, COOKIE_OPTION_KEYS, "cookie");
  const isPrefixed = /^__(?:secure|host)-/i.test(name);
  return isPrefixed && options?.secure === undefined
    ? { ...options, secure: true }
    : { ...options };
}
