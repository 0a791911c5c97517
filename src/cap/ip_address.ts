/** IP addresses as caveats hold them. */

import { parseIpv4, parseIpv6 } from "../base/ip_address.ts";

/**
 * Bytes of an address: 4 for IPv4, 16 for IPv6; an IPv4-mapped IPv6 address is the IPv4 address.
 * `undefined` for anything else, such as a zone, a port, or an octet with a leading zero.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (!text.includes(":")) return parseIpv4(text);
  const bytes = parseIpv6(text);
  if (!bytes) return undefined;
  const isMapped = bytes[10] === 0xff && bytes[11] === 0xff &&
    bytes.subarray(0, 10).every((byte) => byte === 0);
  return isMapped ? bytes.subarray(12) : bytes;
}
