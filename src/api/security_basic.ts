import type { RouteContext } from "./context.ts";
import { compact } from "./compact.ts";
import {
  assertScheme,
  isRefusal,
  quote,
  Security,
  type SecurityOptions,
  unauthorized,
} from "./security.ts";

/** HTTP Basic's name and password. */
export interface BasicCredential {
  /** The name, without a colon. */
  readonly username: string;
  /** The password, which may hold colons and may be empty. */
  readonly password: string;
}

/** Basic credentials and their realm. */
export interface BasicOptions<T> extends SecurityOptions<BasicCredential, T> {
  /** The realm that 401 names. Default `api`. */
  readonly realm?: string;
}

/**
 * `Authorization: Basic …` (RFC 7617), UTF-8.
 *
 * @param options How name and password are checked; compare them in constant time.
 * @returns The scheme.
 * @throws {TypeError} For an option that is not known, and without `verify`.
 */
export function basic<T>(options: BasicOptions<T>): Security<T> {
  assertScheme(options, ["realm"], "basic()");
  const challenge = `Basic realm="${quote(options.realm ?? "api")}", charset="UTF-8"`;
  const scheme = compact({ type: "http", scheme: "basic", description: options.description });
  return new Security<T>(
    { name: options.name ?? "basic", scheme, scopes: [] },
    async (c) => {
      const credential = basicCredential(c);
      const who = credential && await options.verify(credential, c);
      if (isRefusal(who)) throw unauthorized(challenge);
      return who;
    },
  );
}

function basicCredential(c: RouteContext): BasicCredential | undefined {
  const match = /^basic +([A-Za-z0-9+/=]+)$/i.exec(
    c.request.headers.get("authorization") ?? "",
  );
  if (match === null) return undefined;
  try {
    const bytes = Uint8Array.from(
      atob(match[1]!),
      (char) => char.charCodeAt(0),
    );
    const pair = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    const colon = pair.indexOf(":");
    if (colon === -1) return undefined;
    return { username: pair.slice(0, colon), password: pair.slice(colon + 1) };
  } catch {
    return undefined;
  }
}
