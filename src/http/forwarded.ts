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
    const hops = this.#header === "forwarded"
      ? parseForwarded(headers.get("forwarded") ?? "")
      : parseXForwarded(headers);
    for (let i = hops.length - 1; i >= 0 && this.#trusted.has(client.address); i--) {
      const { node, scheme, host } = hops[i]!;
      const address = node === undefined ? undefined : parseNode(node);
      if (address === undefined) break; // malformed: nothing left of it can be believed
      client = { address, scheme: parseScheme(scheme), host: parseHost(host) };
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
 * RFC 7239 §4: `for=192.0.2.60;proto=http;host="a:80", for="[2001:db8::1]:4711"`. An element that
 * breaks the grammar becomes a hop without a node.
 */
function parseForwarded(value: string): Hop[] {
  const hops: Hop[] = [];
  for (const element of splitQuoted(value, ",")) {
    const fields = new Map<string, string>();
    let valid = true;
    for (const pair of splitQuoted(element, ";")) {
      const match =
        /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+\-.^_`|~0-9A-Za-z]+))$/
          .exec(pair);
      const name = match?.[1]?.toLowerCase();
      if (!match || fields.has(name!)) valid = false;
      else fields.set(name!, match[3] ?? match[2]!.replace(/\\(.)/g, "$1"));
    }
    hops.push({
      node: valid ? fields.get("for") : undefined,
      scheme: fields.get("proto"),
      host: fields.get("host"),
    });
  }
  return hops;
}

/**
 * Splits at a separator outside of quoted strings; parts are trimmed. It reads from the right, so
 * that a quote which a client left open cannot swallow what a proxy added after it.
 */
function splitQuoted(text: string, separator: string): string[] {
  if (text === "") return [];
  const parts: string[] = [];
  let quoted = false;
  let end = text.length;
  for (let i = text.length - 1; i >= 0; i--) {
    if (text[i] === '"' && !isEscaped(text, i)) quoted = !quoted;
    else if (text[i] === separator && !quoted) {
      parts.unshift(text.slice(i + 1, end).trim());
      end = i;
    }
  }
  parts.unshift(text.slice(0, end).trim());
  return parts;
}

/** Whether an odd number of backslashes stands before. */
function isEscaped(text: string, at: number): boolean {
  let start = at;
  while (start > 0 && text[start - 1] === "\\") start--;
  return (at - start) % 2 === 1;
}

/**
 * `X-Forwarded-For`, with `-Proto` and `-Host` beside it. Proxies add to the first; of the others
 * some add and some replace, so a list is aligned at its right end, and a lone value stands for all.
 */
function parseXForwarded(headers: HeaderReader): Hop[] {
  const list = (name: string): string[] => {
    const value = headers.get(name);
    return value === null ? [] : value.split(",").map((part) => part.trim());
  };
  const nodes = list("x-forwarded-for");
  const schemes = list("x-forwarded-proto");
  const hosts = list("x-forwarded-host");
  const aligned = (values: string[], i: number): string | undefined =>
    values.length === 1 ? values[0] : values[values.length - nodes.length + i];
  return nodes.map((node, i) => ({ node, scheme: aligned(schemes, i), host: aligned(hosts, i) }));
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
