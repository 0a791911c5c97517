/**
 * Who the client is when a proxy stands between: `Forwarded` (RFC 7239) or `X-Forwarded-*`.
 *
 * Anyone can send these headers, so only what trusted proxies added is believed: the chain is read
 * from the right, the side nearest to this server, and the first address that is no trusted proxy is
 * the client. What stands left of it is the client's own word. One header family is read, the one
 * that the proxies set: a proxy that sets one lets the other through untouched.
 *
 * @module
 */

import type { SocketAddress } from "../runtime/types.ts";
import { AddressSet, parseIpAddress } from "./ip_address.ts";

/** Which proxies are trusted, and what they send. */
export interface TrustedProxyOptions {
  /** Addresses (`10.0.0.5`), ranges (`10.0.0.0/8`), `"loopback"`, `"private"`, or `"unix"` for a Unix socket's peer. */
  readonly addresses: readonly string[];
  /** The headers that the proxies set. The outermost one must set or remove them in every request. */
  readonly header: "forwarded" | "x-forwarded";
}

/** The client, as far as the trusted proxies tell. */
export interface ForwardedClient {
  /** Its address, or what a proxy says instead (`unknown`, `_hidden`); `undefined` for a Unix socket's peer. */
  readonly address: string | undefined;
  /** The scheme of its request to the outermost trusted proxy, where that proxy tells. */
  readonly scheme: "http" | "https" | undefined;
  /** The host of that request, where that proxy tells. */
  readonly host: string | undefined;
}

/** The part of `Headers` that is read here. */
interface HeaderReader {
  get(name: string): string | null;
}

/** One hop, as a proxy wrote it. */
interface Hop {
  readonly node: string | undefined;
  readonly scheme: string | undefined;
  readonly host: string | undefined;
}

/** Reads the client out of a request's headers. */
export class TrustedProxies {
  readonly #trusted: AddressSet;
  readonly #header: TrustedProxyOptions["header"];

  /** @throws {TypeError} For an address that cannot be read. */
  constructor(options: TrustedProxyOptions) {
    this.#trusted = new AddressSet(options.addresses);
    this.#header = options.header;
    if (options.header !== "forwarded" && options.header !== "x-forwarded") {
      throw new TypeError(`Unknown proxy header "${options.header}": forwarded or x-forwarded`);
    }
  }

  /** Whether a peer is a trusted proxy; `undefined` is the peer of a Unix socket. */
  trusts(address: string | undefined): boolean {
    return this.#trusted.has(address);
  }

  /**
   * The client of a request.
   *
   * @param remoteAddress The socket's peer; `undefined` on a Unix socket.
   */
  resolve(remoteAddress: string | undefined, headers: HeaderReader): ForwardedClient {
    let client: ForwardedClient = { address: remoteAddress, scheme: undefined, host: undefined };
    if (!this.#trusted.has(remoteAddress)) return client;
    const hops = this.#header === "forwarded"
      ? forwardedHops(headers.get("forwarded") ?? "")
      : xForwardedHops(headers);
    for (const hop of hops) {
      const address = hop.node === undefined ? undefined : parseNode(hop.node);
      if (address === undefined) break; // malformed: nothing left of it can be believed
      client = { address, scheme: parseScheme(hop.scheme), host: parseHost(hop.host) };
      if (!this.#trusted.has(address)) break;
    }
    return client;
  }
}

/** The client of a request: what the trusted proxies say, else the socket's peer. */
export function clientOf(
  proxies: TrustedProxies | undefined,
  peer: SocketAddress,
  head: { get(name: string): string | undefined },
): ForwardedClient {
  const address = peer.transport === "tcp" ? peer.hostname : undefined;
  if (!proxies) return { address, scheme: undefined, host: undefined };
  return proxies.resolve(address, { get: (name) => head.get(name) ?? null });
}

/**
 * RFC 7239 §4: `for=192.0.2.60;proto=http;host="a:80", for="[2001:db8::1]:4711"`, the last first. An
 * element that breaks the grammar is a hop without a node.
 */
function* forwardedHops(value: string): Generator<Hop> {
  for (const element of partsFromRight(value, ",", true)) {
    const fields = new Map<string, string>();
    for (const pair of partsFromRight(element, ";", true)) {
      const match = PAIR.exec(pair);
      const name = match?.[1]?.toLowerCase();
      if (!match || fields.has(name!)) return yield NO_HOP;
      fields.set(name!, match[3] ?? match[2]!.replace(/\\(.)/g, "$1"));
    }
    yield { node: fields.get("for"), scheme: fields.get("proto"), host: fields.get("host") };
  }
}

const PAIR =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z]+))$/;
const NO_HOP: Hop = { node: undefined, scheme: undefined, host: undefined };

/**
 * The trimmed parts of a list, the last first, split at a separator outside of quoted strings. Read
 * from the right a quote that a client left open cannot swallow what a proxy added after it, and
 * what stands left of the client is not looked at: lists of 30,000 elements cost no more than short
 * ones.
 */
function* partsFromRight(text: string, separator: string, quotes: boolean): Generator<string> {
  if (text === "") return;
  let quoted = false;
  let end = text.length;
  for (let i = text.length - 1; i >= 0; i--) {
    if (quotes && text[i] === '"' && !isEscaped(text, i)) quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      yield text.slice(i + 1, end).trim();
      end = i;
    }
  }
  yield text.slice(0, end).trim();
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}

/**
 * `X-Forwarded-For`, with `-Proto` and `-Host` beside it, the last first. Proxies add to the first;
 * of the others some add and some replace, so a list is aligned at its right end, and a lone value
 * stands for all.
 */
function* xForwardedHops(headers: HeaderReader): Generator<Hop> {
  const list = (name: string): Iterator<string> =>
    partsFromRight(headers.get(name) ?? "", ",", false);
  const beside = (name: string): () => string | undefined => {
    const lone = headers.get(name)?.trim();
    if (lone?.includes(",") === false) return () => lone;
    const values = list(name);
    return () => values.next().value;
  };
  const schemes = beside("x-forwarded-proto");
  const hosts = beside("x-forwarded-host");
  const nodes = list("x-forwarded-for");
  for (let node = nodes.next(); !node.done; node = nodes.next()) {
    yield { node: node.value, scheme: schemes(), host: hosts() };
  }
}

/** RFC 7239 §6: an address with or without port, `unknown`, or an obfuscated identifier. */
function parseNode(node: string): string | undefined {
  if (node.toLowerCase() === "unknown") return "unknown";
  if (/^_[A-Za-z0-9._-]{1,64}(:\d{1,5})?$/.test(node)) return node.replace(/:\d+$/, "");
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::(?:\d{1,5}|_[A-Za-z0-9._-]+))?$/.exec(node);
  const withPort = /^([\d.]+):(?:\d{1,5}|_[A-Za-z0-9._-]+)$/.exec(node);
  const address = bracketed?.[1] ?? withPort?.[1] ?? node;
  return !address.includes("%") && parseIpAddress(address) ? address.toLowerCase() : undefined;
}

function parseScheme(scheme: string | undefined): "http" | "https" | undefined {
  const lower = scheme?.toLowerCase();
  return lower === "http" || lower === "https" ? lower : undefined;
}

/** A host as a `Host` header may carry it: a name or an address, and perhaps a port. */
function parseHost(host: string | undefined): string | undefined {
  if (host === undefined || host.length > 260) return undefined;
  const match = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/.exec(host);
  if (!match || Number(match[2] ?? 0) > 65_535) return undefined;
  if (host.startsWith("[") && !parseIpAddress(match[1]!.slice(1, -1))) return undefined;
  return host.toLowerCase();
}
