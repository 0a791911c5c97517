/**
 * The PROXY protocol, versions 1 and 2 (https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt):
 * a proxy's first bytes on a connection tell whom it speaks for. Where it is switched on it is
 * required: guessing would let a client invent its address.
 *
 * @module
 */

import { concatBytes, EMPTY } from "../base/bytes.ts";
import { parseIpv4, parseIpv6 } from "../base/ip_address.ts";
import { areTlvsValid } from "./proxy_tlvs.ts";

/** §2.1: the longest line of version 1, its CRLF included. */
const MAX_V1_BYTES = 107;

/** §2.2: addresses need 216 bytes at most; the rest is for TLVs, which hold names and a certificate's facts. */
const MAX_V2_BYTES = 16 + 4096;

/** §2.2: bytes of both addresses, and the ports, of TCP over IPv4 and IPv6, and of a Unix stream. */
const ADDRESS_BYTES: ReadonlyMap<number, number> = new Map([[0x11, 12], [0x21, 36], [0x31, 216]]);

const V1_START = new TextEncoder().encode("PROXY ");
const V2_START = new Uint8Array([13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10]);

/** One end of the connection that the proxy speaks for. */
export interface ProxyEnd {
  /** IPv4 or IPv6 address. */
  readonly address: string;
  /** TCP port. */
  readonly port: number;
}

/** What the proxy said. */
export interface ProxyHeader {
  /** 1 or 2. */
  readonly version: 1 | 2;
  /** The client, or `undefined` where the proxy speaks for itself (LOCAL, a health check) or does not tell. */
  readonly source: ProxyEnd | undefined;
  /** Where the client connected to. */
  readonly destination: ProxyEnd | undefined;
  /** The bytes after the header, the client's first. */
  readonly rest: Uint8Array;
}

/** Pushed a connection's first bytes, yields the header. It buffers no more than the longest header. */
export class ProxyHeaderReader {
  #bytes: Uint8Array = EMPTY;

  /**
   * Takes bytes.
   *
   * @returns The header; `undefined`: more is needed; `"malformed"`: close the connection.
   */
  push(chunk: Uint8Array): ProxyHeader | "malformed" | undefined {
    this.#bytes = this.#bytes.length === 0 ? chunk : concatBytes([this.#bytes, chunk]);
    const outcome = parseProxyHeader(this.#bytes);
    if (outcome !== undefined) this.#bytes = EMPTY;
    return outcome;
  }
}

/** The header at the start of `bytes`, or that there is none, or (`undefined`) not yet. */
export function parseProxyHeader(bytes: Uint8Array): ProxyHeader | "malformed" | undefined {
  if (bytes.length === 0) return undefined;
  if (startsLike(bytes, V1_START)) return parseV1(bytes);
  if (startsLike(bytes, V2_START)) return parseV2(bytes);
  return "malformed";
}

/** Whether the bytes so far could become, or are, this start. */
function startsLike(bytes: Uint8Array, start: Uint8Array): boolean {
  for (let i = 0; i < start.length && i < bytes.length; i++) {
    if (bytes[i] !== start[i]) return false;
  }
  return true;
}

function parseV1(bytes: Uint8Array): ProxyHeader | "malformed" | undefined {
  const end = bytes.subarray(0, MAX_V1_BYTES).indexOf(10);
  if (end === -1) return bytes.length >= MAX_V1_BYTES ? "malformed" : undefined;
  if (bytes[end - 1] !== 13) return "malformed";
  const line = String.fromCharCode(...bytes.subarray(0, end - 1));
  const rest = bytes.subarray(end + 1);
  // §2.1: what follows UNKNOWN is to be ignored.
  if (/^PROXY UNKNOWN(?: [\x20-\x7e]*)?$/.test(line)) {
    return { version: 1, source: undefined, destination: undefined, rest };
  }
  const match = /^PROXY TCP([46]) (\S+) (\S+) (0|[1-9]\d{0,4}) (0|[1-9]\d{0,4})$/.exec(line);
  if (!match) return "malformed";
  const [, family, from, to, fromPort, toPort] = match as unknown as string[];
  const parseAddress = family === "4" ? parseIpv4 : parseIpv6;
  if (!parseAddress(from!) || !parseAddress(to!)) return "malformed";
  if (Number(fromPort) > 65_535 || Number(toPort) > 65_535) return "malformed";
  return {
    version: 1,
    source: { address: from!.toLowerCase(), port: Number(fromPort) },
    destination: { address: to!.toLowerCase(), port: Number(toPort) },
    rest,
  };
}

function parseV2(bytes: Uint8Array): ProxyHeader | "malformed" | undefined {
  if (bytes.length < 16) return undefined;
  const command = bytes[12]!;
  if (command !== 0x20 && command !== 0x21) return "malformed";
  const family = bytes[13]!;
  const end = 16 + bytes[14]! * 256 + bytes[15]!;
  if (end > MAX_V2_BYTES) return "malformed";
  if (bytes.length < end) return undefined;
  const rest = bytes.subarray(end);
  const unknown: ProxyHeader = { version: 2, source: undefined, destination: undefined, rest };
  if (command === 0x20) return unknown; // LOCAL: the addresses are to be ignored
  if (family === 0x00) return unknown; // AF_UNSPEC
  const tlvs = 16 + (ADDRESS_BYTES.get(family) ?? MAX_V2_BYTES);
  if (tlvs > end || !areTlvsValid(bytes.subarray(0, end), tlvs)) return "malformed";
  if (family === 0x31) return unknown; // a Unix socket has no address to use
  const ports = tlvs - 4;
  const size = (ports - 16) / 2;
  return {
    version: 2,
    source: readEnd(bytes.subarray(16, 16 + size), bytes, ports),
    destination: readEnd(bytes.subarray(16 + size, ports), bytes, ports + 2),
    rest,
  };
}

function readEnd(address: Uint8Array, bytes: Uint8Array, portAt: number): ProxyEnd {
  return { address: formatAddress(address), port: bytes[portAt]! * 256 + bytes[portAt + 1]! };
}

/** Dotted, or the canonical IPv6 form (RFC 5952), which is how the web's `URL` writes it. */
function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join(".");
  const groups: string[] = [];
  for (let i = 0; i < 16; i += 2) groups.push((bytes[i]! * 256 + bytes[i + 1]!).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}
