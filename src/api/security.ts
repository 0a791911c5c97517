import { parse as parseCookies } from "hono/utils/cookie";
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

/** What a credential's check answers: who it is, or `undefined` to refuse with 401. It may throw an `HttpError` itself. */
export type Verify<C, T> = (
  credential: C,
  c: RouteContext,
) => T | undefined | Promise<T | undefined>;

/** What schemes have in common. */
export interface SecurityOptions<C, T> {
  /** Decides whether the credential is good. */
  readonly verify: Verify<C, T>;
  /** Its name in the document. */
  readonly name?: string;
  /** What it is, for the document. */
  readonly description?: string;
}

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
 * @example
 * ```ts
 * import { Api, bearer } from "@zap-proto/edge/api";
 *
 * const user = bearer({ verify: (token) => token === "s3cret" ? { id: 1 } : undefined });
 * new Api().get("/me", { security: user, dependencies: { user } }, (c) => c.deps.user);
 * ```
 */
export function bearer<T>(options: BearerOptions<T>): Security<T> {
  const realm = options.realm ?? "api";
  const scheme = {
    type: "http",
    scheme: "bearer",
    ...(options.format === undefined ? {} : { bearerFormat: options.format }),
    ...describe(options),
  };
  return new Security<T>(
    { name: options.name ?? "bearer", scheme, scopes: [] },
    async (c) => {
      const token = bearerToken(c);
      if (token === undefined) {
        throw unauthorized(
          `Bearer realm="${quote(realm)}"`,
        );
      }
      const who = await options.verify(token, c);
      if (who === undefined) {
        throw unauthorized(
          `Bearer realm="${quote(realm)}", error="invalid_token"`,
        );
      }
      return who;
    },
  );
}

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
 */
export function basic<T>(options: BasicOptions<T>): Security<T> {
  const challenge = `Basic realm="${quote(options.realm ?? "api")}", charset="UTF-8"`;
  const scheme = { type: "http", scheme: "basic", ...describe(options) };
  return new Security<T>(
    { name: options.name ?? "basic", scheme, scopes: [] },
    async (c) => {
      const credential = basicCredential(c);
      const who = credential && await options.verify(credential, c);
      if (who === undefined) throw unauthorized(challenge);
      return who;
    },
  );
}

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
 */
export function apiKey<T>(options: ApiKeyOptions<T>): Security<T> {
  const scheme = {
    type: "apiKey",
    in: options.in,
    name: options.name,
    ...describe(options),
  };
  const name = `apiKey_${options.in}_${options.name.replace(/[^A-Za-z0-9._-]/g, "_")}`;
  return new Security<T>({ name, scheme, scopes: [] }, async (c) => {
    const key = options.in === "header"
      ? c.request.headers.get(options.name) ?? undefined
      : options.in === "query"
      ? c.req.query(options.name)
      : cookieValue(c, options.name);
    const who = key === undefined || key === "" ? undefined : await options.verify(key, c);
    // RFC 9110 §11.6.1 wants a challenge with a 401; there is no registered scheme for keys.
    if (who === undefined) {
      throw unauthorized(
        `ApiKey in="${options.in}", name="${quote(options.name)}"`,
      );
    }
    return who;
  });
}

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
 * @throws {TypeError} For a scope that no flow names.
 */
export function oauth2<T extends Scoped>(
  options: OAuth2Options<T>,
): Security<T> {
  const needed = options.scopes ?? [];
  const named = Object.values(options.flows).flatMap((flow) => Object.keys(flow.scopes));
  for (const scope of needed) {
    if (!named.includes(scope)) {
      throw new TypeError(`Cannot need scope "${scope}": no flow names it`);
    }
  }
  const scheme = { type: "oauth2", flows: options.flows, ...describe(options) };
  return new Security<T>({
    name: options.name ?? "oauth2",
    scheme,
    scopes: needed,
  }, async (c) => {
    const token = bearerToken(c);
    if (token === undefined) throw unauthorized("Bearer");
    const who = await options.verify(token, c);
    if (who === undefined) throw unauthorized('Bearer error="invalid_token"');
    const lacking = needed.filter((scope) => !who.scopes.includes(scope));
    if (lacking.length > 0) {
      throw new HttpError(403, {
        detail: "Insufficient scope",
        headers: {
          "www-authenticate": `Bearer error="insufficient_scope", scope="${needed.join(" ")}"`,
        },
      });
    }
    return who;
  });
}

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
  /** Checks the token: who holds it; `undefined` for one that is not valid (401), `false` for a valid one that does not allow this (403). */
  readonly verify: (
    token: string,
    want: CapRequest,
    c: RouteContext,
  ) => T | undefined | false | Promise<T | undefined | false>;
}

/**
 * A Zap capability in `Authorization: Zap …` or `Authorization: Bearer …`.
 *
 * @param options What it must allow, and how it is checked.
 * @returns The scheme.
 */
export function zapCap<T>(options: ZapCapOptions<T>): Security<T> {
  const scheme = {
    type: "http",
    scheme: "bearer",
    bearerFormat: "zap-cap",
    description: "A Zap capability.",
  };
  const document = { name: "zapCap", scheme, scopes: [] };
  return new Security<T>(document, async (c) => {
    const token = bearerToken(c, "zap") ?? bearerToken(c);
    const challenge = `Zap kind="${quote(options.kind)}", op="${quote(options.op)}"`;
    if (token === undefined) throw unauthorized(challenge);
    const target = typeof options.target === "string" ? options.target : options.target(c);
    const who = await options.verify(token, {
      kind: options.kind,
      op: options.op,
      target,
    }, c);
    if (who === undefined) {
      throw unauthorized(`${challenge}, error="invalid_token"`);
    }
    if (who === false) {
      throw new HttpError(403, {
        detail: "The capability does not allow this",
      });
    }
    return who;
  });
}

function describe(options: { readonly description?: string }): JsonSchema {
  return options.description === undefined ? {} : { description: options.description };
}

function unauthorized(challenge: string): HttpError {
  return new HttpError(401, { headers: { "www-authenticate": challenge } });
}

function quote(text: string): string {
  return text.replace(/["\\]/g, "\\$&");
}

function bearerToken(
  c: RouteContext,
  scheme: string = "bearer",
): string | undefined {
  const match = /^([A-Za-z]+) +([^\s,]+)$/.exec(
    c.request.headers.get("authorization") ?? "",
  );
  return match !== null && match[1]!.toLowerCase() === scheme ? match[2] : undefined;
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

function cookieValue(c: RouteContext, name: string): string | undefined {
  const header = c.request.headers.get("cookie");
  return header === null ? undefined : parseCookies(header, name)[name];
}
