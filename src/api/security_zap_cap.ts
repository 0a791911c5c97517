import type { RouteContext } from "./context.ts";
import { HttpError } from "./http_error.ts";
import { assertScheme, quote, type Refusal, type Security, tokenSecurity } from "./security.ts";

/** What a capability must allow. */
export interface CapRequest {
  /** What kind of thing the target is: `note`. */
  readonly kind: string;
  /** The operation on it: `write`. */
  readonly op: string;
  /** The target itself: `note/7`. */
  readonly target: string;
}

/** A capability, and how it is checked. */
export interface ZapCapOptions<T> {
  /** What kind of thing the target is: `note`. */
  readonly kind: string;
  /** The operation on it: `write`. */
  readonly op: string;
  /** The target, or how it is had from the request. */
  readonly target: string | ((c: RouteContext) => string);
  /** Checks the token: who holds it; `undefined` or `null` for one that is not valid (401), `false` for a valid one that does not allow this (403). */
  readonly verify: (
    token: string,
    want: CapRequest,
    c: RouteContext,
  ) => T | Refusal | Promise<T | Refusal>;
}

/**
 * A Zap capability in `Authorization: Zap …` or `Authorization: Bearer …`.
 *
 * @param options What it must allow, and how it is checked.
 * @returns The scheme.
 * @throws {TypeError} For an option that is not known, and without `verify`.
 */
export function zapCap<T>(options: ZapCapOptions<T>): Security<T> {
  assertScheme(options, ["kind", "op", "target"], "zapCap()");
  const scheme = {
    type: "http",
    scheme: "bearer",
    bearerFormat: "zap-cap",
    description: "A Zap capability.",
  };
  const { kind, op } = options;
  return tokenSecurity<T>({ name: "zapCap", scheme, scopes: [] }, {
    challenge: `Zap kind="${quote(kind)}", op="${quote(op)}"`,
    scheme: "zap",
    async verify(token, c) {
      const target = typeof options.target === "string" ? options.target : options.target(c);
      const who = await options.verify(token, { kind, op, target }, c);
      if (who !== false) return who;
      throw new HttpError(403, { detail: "The capability does not allow this" });
    },
  });
}
