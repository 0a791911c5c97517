/** The options of `serve`: what there is, and what they come to. @module */

import { assertKnownOptions, assertPort } from "../base/options.ts";
import type { ServerTlsOptions } from "../runtime/types.ts";
import {
  CONNECTION_DEFAULTS,
  type ConnectionLimits,
  PARSER_DEFAULTS,
  type ParserLimits,
} from "./defaults.ts";
import type { LogSink } from "./access_log.ts";
import type { RequestRecord, ServerEvents } from "./events.ts";
import type { TrustedProxyOptions } from "./forwarded.ts";
import type { HealthOptions } from "./health.ts";
import type { StaticResponse } from "./static_routes.ts";

/** Where and how to serve. Every limit has a default; see `docs/http.md`. */
export interface ServeOptions extends Partial<ConnectionLimits>, Partial<ParserLimits> {
  /** Address to bind; ignored with `path`. Default `127.0.0.1`. */
  readonly hostname?: string;
  /** TCP port, 0 for a free one; ignored with `path`. Default 8080. */
  readonly port?: number;
  /** Path of a Unix socket instead. */
  readonly path?: string;
  /** Certificate and key: HTTPS. Not with `path`. */
  readonly tls?: ServerTlsOptions;
  /** Length of the accept queue. Default 511. */
  readonly backlog?: number;
  /** SO_REUSEPORT: several processes share the port (Linux). Default `false`. */
  readonly reusePort?: boolean;
  /** A request's own body limit in bytes, where it is not `maxBodyBytes`: more for uploads, less elsewhere. */
  readonly bodyLimitOf?: (method: string, path: string) => number | undefined;
  /** Responses that are sent without the handler. */
  readonly static?: readonly StaticResponse[];
  /** Whether answers carry `Date`. Default `true`. */
  readonly date?: boolean;
  /**
   * Whether `Request`, `Response`, `Headers` and `fetch` of this process are replaced by light ones
   * that this server writes without a stream. Default `true`; `false` leaves the globals alone, gives
   * handlers the runtime's own requests, and costs speed.
   */
  readonly lightGlobals?: boolean;
  /** SIGTERM and SIGINT call `stop`; a second one ends at once. Default `false`. */
  readonly signals?: boolean;
  /** Worker processes that share the port, each running this program; see `docs/http-operations.md`. Default 1: this process serves. */
  readonly workers?: number;
  /** Paths at which the server tells of itself, before the handler. Default none. */
  readonly health?: HealthOptions;
  /** One JSON line a request: `true` for standard output, or a sink. Default none. */
  readonly accessLog?: boolean | LogSink;
  /** Proxies that may say for whom a request is. Default none: their headers are ignored. */
  readonly trustedProxies?: TrustedProxyOptions;
  /**
   * Addresses (as in `trustedProxies`) whose connections begin with a PROXY protocol header; any
   * other connection is dropped. Not with `tls`. Default off.
   */
  readonly proxyProtocol?: readonly string[];
  /** Hooks for what happens; see `ServerEvents`. */
  readonly events?: ServerEvents;
  /** What a handler threw. Default: a line on standard error with the request's id, at most ten a second. */
  readonly onError?: (error: unknown, request: RequestRecord) => void;
}

/** What the options that are no limits must be. */
const KINDS: Readonly<Record<Exclude<keyof ServeOptions, keyof Limits>, readonly Kind[]>> = {
  hostname: ["string"],
  port: ["number"],
  path: ["string"],
  tls: ["object"],
  backlog: ["number"],
  reusePort: ["boolean"],
  bodyLimitOf: ["function"],
  static: ["list"],
  date: ["boolean"],
  lightGlobals: ["boolean"],
  signals: ["boolean"],
  workers: ["number"],
  health: ["object"],
  accessLog: ["boolean", "object"],
  trustedProxies: ["object"],
  proxyProtocol: ["list"],
  events: ["object"],
  onError: ["function"],
};

type Limits = ConnectionLimits & ParserLimits;
type Kind = "string" | "number" | "boolean" | "function" | "object" | "list";

/** Keys of which 0 turns the limit off. */
const MAY_BE_ZERO = [
  "minBodyRate",
  "requestTimeoutMs",
  "maxConnectionsPerAddress",
  "maxQueuedRequests",
  "lingerMs",
  "lingerBytes",
  "drainTimeoutMs",
  "maxBodyBytes",
  "maxHeaders",
  "maxTrailers",
  "maxTrailerBytes",
  "maxChunkExtensionBytes",
];

/**
 * The limits in force.
 *
 * @throws {TypeError} For an unknown option or one of the wrong type.
 * @throws {RangeError} For a limit that is no whole number of its range.
 */
export function resolveLimits(
  options: ServeOptions,
  descriptorLimit: number | undefined,
): Readonly<Limits> {
  const defaults = { ...CONNECTION_DEFAULTS, ...PARSER_DEFAULTS };
  const mostConnections = descriptorLimit === undefined
    ? Infinity
    : Math.max(1, Math.floor(descriptorLimit * 0.8));
  const keys = Object.keys(defaults);
  assertKnownOptions(options, [...keys, ...Object.keys(KINDS)], "serve");
  for (const [key, kinds] of Object.entries(KINDS)) {
    checkKind(key, (options as Record<string, unknown>)[key], kinds);
  }
  for (const key of ["workers", "backlog"] as const) {
    if (options[key] !== undefined) checkNumber(key, options[key]);
  }
  if (options.port !== undefined) assertPort(options.port, "serve");
  if (options.proxyProtocol !== undefined && options.tls !== undefined) {
    throw new TypeError("Cannot serve: proxyProtocol comes before TLS, so end TLS in the proxy");
  }
  // Node would do it; Deno and Bun would serve in the clear.
  if (options.path !== undefined && options.tls !== undefined) {
    throw new TypeError('Cannot serve: TLS goes over TCP, not over the Unix socket of "path"');
  }
  const limits: Record<string, unknown> = { ...defaults };
  for (const key of keys) {
    const given = (options as Record<string, unknown>)[key];
    if (given === undefined) continue;
    if (typeof limits[key] === "number") checkNumber(key, given);
    else checkOther(key, given);
    limits[key] = given;
  }
  // Whatever was asked for: with no descriptor left some runtimes spin, and nobody is answered.
  limits.maxConnections = Math.min(limits.maxConnections as number, mostConnections);
  return limits as unknown as Limits;
}

function checkKind(key: string, value: unknown, kinds: readonly Kind[]): void {
  if (value === undefined) return;
  const kind = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  if ((kinds as readonly string[]).includes(kind)) return;
  throw new TypeError(`Cannot serve: ${key} must be a ${kinds.join(" or ")}, not a ${kind}`);
}

function checkNumber(key: string, value: unknown): void {
  const least = MAY_BE_ZERO.includes(key) ? 0 : 1;
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < least) {
    throw new RangeError(`Cannot serve: ${key} must be a whole number of at least ${least}`);
  }
}

function checkOther(key: string, value: unknown): void {
  if (key === "halfClose") {
    if (value !== "deliver" && value !== "abort") {
      throw new TypeError('Cannot serve: halfClose must be "deliver" or "abort"');
    }
  } else if (key === "strictEscapes") {
    if (typeof value !== "boolean") throw new TypeError(`Cannot serve: ${key} must be a boolean`);
  } else if (!Array.isArray(value) || value.length === 0 || !value.every(isMethod)) {
    throw new TypeError("Cannot serve: methods must be upper-case tokens of at most 32 characters");
  }
}

function isMethod(value: unknown): boolean {
  return typeof value === "string" && /^[A-Z][A-Z0-9!#$%&'*+.^_`|~-]{0,31}$/.test(value) &&
    value !== "CONNECT" && value !== "PRI";
}
