/** Addresses and address ranges, for deciding whom to trust. @module */

import { isInNetwork, parseIpv4, parseIpv6 } from "../base/ip_address.ts";

/**
 * The sixteen bytes of an IPv6 address; an IPv4 address as its IPv4-mapped form (RFC 4291 §2.5.5.2),
 * so that `::ffff:10.0.0.1`, as dual-stack sockets say it, is the same as `10.0.0.1`.
 *
 * @param text Without brackets or port; a zone (`%eth0`) is ignored; at most 64 characters.
 * @returns `undefined` if it is not an address.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (text.length > 64) return undefined;
  const v4 = parseIpv4(text);
  if (v4) {
    const bytes = new Uint8Array(16);
    bytes[10] = bytes[11] = 0xff;
    bytes.set(v4, 12);
    return bytes;
  }
  const zone = text.indexOf("%");
  return parseIpv6(zone === -1 ? text : text.slice(0, zone));
}

/** The named ranges: loopback, and RFC 1918, RFC 4193 and link-local addresses. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  loopback: ["127.0.0.0/8", "::1/128"],
  private: [
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "fc00::/7",
    "fe80::/10",
  ],
};

/** A set of addresses: single ones, ranges (`10.0.0.0/8`), `"loopback"`, `"private"`, and `"unix"`. */
export class AddressSet {
  readonly #ranges: { readonly prefix: Uint8Array; readonly bits: number }[] = [];
  readonly #unix: boolean;

  /** @throws {TypeError} For an entry that is none of these, or a range with bits set after its prefix. */
  constructor(entries: readonly string[]) {
    this.#unix = entries.includes("unix");
    for (const entry of entries) {
      if (entry === "unix") continue;
      for (const range of NAMED[entry] ?? [entry]) this.#ranges.push(parseRange(range));
    }
  }

  /** Whether an address is in the set; `undefined` is the peer of a Unix socket. */
  has(address: string | undefined): boolean {
    if (address === undefined) return this.#unix;
    const bytes = parseIpAddress(address);
    return bytes !== undefined &&
      this.#ranges.some(({ prefix, bits }) => isInNetwork(bytes, prefix, bits));
  }
}

function parseRange(text: string): { prefix: Uint8Array; bits: number } {
  const [address = "", length] = text.split("/");
  const prefix = parseIpAddress(address);
  const own = parseIpv4(address) ? 32 : 128;
  const bits = length === undefined ? own : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
  if (!prefix || !(bits <= own) || text.split("/").length > 2) {
    throw new TypeError(`Cannot read address range "${text}": expected an address or CIDR range`);
  }
  const mapped = bits + 128 - own;
  const masked = prefix.map((byte, i) =>
    byte & (0xff00 >> Math.min(8, Math.max(0, mapped - 8 * i)))
  );
  if (!isInNetwork(prefix, masked, 128)) {
    throw new TypeError(`Cannot read address range "${text}": bits are set after the prefix`);
  }
  return { prefix, bits: mapped };
}
