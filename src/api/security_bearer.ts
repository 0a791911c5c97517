import { compact } from "./compact.ts";
import {
  assertScheme,
  quote,
  type Security,
  type SecurityOptions,
  tokenSecurity,
} from "./security.ts";

/** Bearer tokens; with scopes. */
export interface BearerOptions<T> extends SecurityOptions<string, T> {
  /** Format of the token, for the document: `JWT`. */
  readonly format?: string;
  /** The realm that 401 names. Default `api`. */
  readonly realm?: string;
}

/**
 * `Authorization: Bearer …` (RFC 6750).
 *
 * @param options How the token is checked.
 * @returns The scheme.
 * @throws {TypeError} For an option that is not known, and without `verify`.
 * @example
 * ```ts
 * import { Api, bearer } from "@zap-proto/edge/api";
 *
 * const user = bearer({ verify: (token) => token === "s3cret" ? { id: 1 } : undefined });
 * new Api().get("/me", { security: user, dependencies: { user } }, (c) => c.deps.user);
 * ```
 */
export function bearer<T>(options: BearerOptions<T>): Security<T> {
  assertScheme(options, ["format", "realm"], "bearer()");
  const realm = options.realm ?? "api";
  const scheme = compact({
    type: "http",
    scheme: "bearer",
    bearerFormat: options.format,
    description: options.description,
  });
  return tokenSecurity<T>({ name: options.name ?? "bearer", scheme, scopes: [] }, {
    challenge: `Bearer realm="${quote(realm)}"`,
    verify: options.verify,
  });
}
