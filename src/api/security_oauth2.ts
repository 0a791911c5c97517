import { compact } from "./compact.ts";
import { HttpError } from "./http_error.ts";
import {
  assertScheme,
  isRefusal,
  type Security,
  type SecurityOptions,
  tokenSecurity,
} from "./security.ts";

/** Who a token belongs to, and what it may. */
export interface Scoped {
  /** What the token was granted. */
  readonly scopes: readonly string[];
}

/** One OAuth 2 flow, as OpenAPI has it. */
export interface OAuth2Flow {
  /** Where the user agrees. */
  readonly authorizationUrl?: string;
  /** Where the token is had. */
  readonly tokenUrl?: string;
  /** Where it is renewed. */
  readonly refreshUrl?: string;
  /** Scope names and what they mean. */
  readonly scopes: Readonly<Record<string, string>>;
}

/** The flows of an OAuth 2 scheme, and the scopes that a caller needs. */
export interface OAuth2Options<T extends Scoped> extends SecurityOptions<string, T> {
  /** The flows by name: `authorizationCode`, `clientCredentials`, … */
  readonly flows: Readonly<Record<string, OAuth2Flow>>;
  /** Scopes that are needed: without one of them 403. Default none. */
  readonly scopes?: readonly string[];
}

/**
 * OAuth 2 bearer tokens with scopes (RFC 6749, RFC 6750 §3.1).
 *
 * @param options The flows, how a token is checked, and the scopes that are needed.
 * @returns The scheme.
 * @throws {TypeError} For a scope that no flow names, an option that is not known, and without `verify`.
 */
export function oauth2<T extends Scoped>(
  options: OAuth2Options<T>,
): Security<T> {
  assertScheme(options, ["flows", "scopes"], "oauth2()");
  const needed = options.scopes ?? [];
  const named = Object.values(options.flows).flatMap((flow) => Object.keys(flow.scopes));
  for (const scope of needed) {
    if (!named.includes(scope)) {
      throw new TypeError(`Cannot need scope "${scope}": no flow names it`);
    }
  }
  const scheme = compact({
    type: "oauth2",
    flows: options.flows,
    description: options.description,
  });
  return tokenSecurity<T>({ name: options.name ?? "oauth2", scheme, scopes: needed }, {
    challenge: "Bearer",
    async verify(token, c) {
      const who = await options.verify(token, c);
      if (isRefusal(who) || needed.every((scope) => who.scopes.includes(scope))) return who;
      throw new HttpError(403, {
        detail: "Insufficient scope",
        headers: {
          "www-authenticate": `Bearer error="insufficient_scope", scope="${needed.join(" ")}"`,
        },
      });
    },
  });
}
