/** IP addresses as text, and prefixes (RFC 4291 §2.2, RFC 4632). */

/**
 * Bytes of an address: 4 for IPv4, 16 for IPv6; an IPv4-mapped IPv6 address is the IPv4 address.
 * `undefined` for anything else, such as a zone, a port, or an octet with a leading zero.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(":")) return parseIpv4(text);
  const bytes = parseIpv6(text);
  if (!bytes) return undefined;
  const isMapped = bytes[10] === 0xff && bytes[11] === 0xff &&
    bytes.subarray(0, 10).every((byte) => byte === 0);
  return isMapped ? bytes.subarray(12) : bytes;
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  const bytes = new Uint8Array(4);
  for (const [i, part] of parts.entries()) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(part) || Number(part) > 255) {
      return undefined;
    }
    bytes[i] = Number(part);
  }
  return bytes;
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (!head || !tail) return undefined;
  const length = head.length + tail.length;
  // "::" stands for at least one group (RFC 5952 §4.2.2 asks for two; readers take one).
  if (halves.length === 1 ? length !== 16 : length > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** Bytes of groups between colons; the last may be an IPv4 address if it ends the text. */
function parseGroups(text: string, endsText: boolean): number[] | undefined {
  if (text === "") return [];
  const bytes: number[] = [];
  const groups = text.split(":");
  for (const [i, group] of groups.entries()) {
    if (endsText && i === groups.length - 1 && group.includes(".")) {
      const ipv4 = parseIpv4(group);
      if (!ipv4) return undefined;
      bytes.push(...ipv4);
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(group)) return undefined;
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    }
  }
  return bytes;
}

/** Whether an address has the same first `prefix` bits as a network of the same length. */
export function isInNetwork(
  address: Uint8Array,
  network: Uint8Array,
  prefix: number,
): boolean {
  if (address.length !== network.length || prefix > 8 * network.length) {
    return false;
  }
  const whole = prefix >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== network[i]) return false;
  const shift = 8 - (prefix & 7);
  return shift === 8 || address[whole]! >> shift === network[whole]! >> shift;
}
