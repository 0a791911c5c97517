import { assertKnownOptions } from "../base/options.ts";
import type { RouteContext } from "./context.ts";
import { Dependency } from "./dependency.ts";
import { HttpError } from "./http_error.ts";
import type { JsonSchema } from "./standard_schema.ts";

/** How a scheme stands in the document. */
export interface SecurityDocument {
  /** Its name among `components.securitySchemes`. */
  readonly name: string;
  /** Its entry there. */
  readonly scheme: JsonSchema;
  /** Scopes that the operation needs. */
  readonly scopes: readonly string[];
}

/** A dependency that decides who may call, and appears in the document. */
export class Security<T = unknown> extends Dependency<T> {
  /** Its entry in the document. */
  readonly document: SecurityDocument;

  /**
   * Made by `bearer()` and the like.
   *
   * @param document Its entry in the document.
   * @param check Answers who calls, or throws an `HttpError`.
   */
  constructor(
    document: SecurityDocument,
    check: (c: RouteContext) => Promise<T>,
  ) {
    super(check, "request");
    this.document = document;
  }
}

/** What refuses a credential: what a look-up answers that finds nobody, and a comparison that fails. */
export type Refusal = undefined | null | false;

/** What a credential's check answers: who it is, or `undefined`, `null` or `false` to refuse with 401. It may throw an `HttpError` itself. */
export type Verify<C, T> = (
  credential: C,
  c: RouteContext,
) => T | Refusal | Promise<T | Refusal>;

/** Whether a check has refused. */
export function isRefusal(who: unknown): who is Refusal {
  return who === undefined || who === null || who === false;
}

/** What schemes have in common. */
export interface SecurityOptions<C, T> {
  /** Decides whether the credential is good. */
  readonly verify: Verify<C, T>;
  /** Its name in the document. */
  readonly name?: string;
  /** What it is, for the document. */
  readonly description?: string;
}

/**
 * Refuses what a scheme does not know: a misspelt `verify` would fail at the first request.
 *
 * @param options What the scheme was given.
 * @param keys The keys that it has beside those of {@linkcode SecurityOptions}.
 * @param what The scheme, for the message.
 * @throws {TypeError} For an unknown key, and without `verify`.
 */
export function assertScheme(options: object, keys: readonly string[], what: string): void {
  assertKnownOptions(options, ["verify", "name", "description", ...keys], what);
  if (typeof (options as { readonly verify?: unknown }).verify !== "function") {
    throw new TypeError(`Cannot make ${what}: "verify" is no function`);
  }
}

/** The 401 with its challenge. */
export function unauthorized(challenge: string): HttpError {
  return new HttpError(401, { headers: { "www-authenticate": challenge } });
}

/** A text within a quoted string. */
export function quote(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}

/** How a token is asked for and checked. */
export interface TokenCheck<T> {
  /** What a 401 says: the scheme, and what it names. */
  readonly challenge: string;
  /** Schemes of the `Authorization` field beside `Bearer`. Default none. */
  readonly scheme?: string;
  /** Who the token belongs to, or a refusal. It may throw an `HttpError` itself. */
  readonly verify: Verify<string, T>;
}

/**
 * A scheme of tokens in `Authorization` (RFC 6750).
 *
 * @param document Its entry in the document.
 * @param check How a token is asked for and checked.
 * @returns The scheme.
 */
export function tokenSecurity<T>(document: SecurityDocument, check: TokenCheck<T>): Security<T> {
  const { challenge, scheme = "bearer", verify } = check;
  return new Security<T>(document, async (c) => {
    const [, given, token] = /^([A-Za-z]+) +([^\s,]+)$/.exec(
      c.request.headers.get("authorization") ?? "",
    ) ?? [];
    const isKnown = ["bearer", scheme].includes(given?.toLowerCase() ?? "");
    if (!isKnown) throw unauthorized(challenge);
    const who = await verify(token!, c);
    if (!isRefusal(who)) return who;
    const separator = challenge.includes(" ") ? ", " : " ";
    throw unauthorized(`${challenge}${separator}error="invalid_token"`);
  });
}
