/** IP addresses as text, and prefixes of their bytes (RFC 4291 §2.2, RFC 4632). */

/** Longest address text: an IPv6 address that ends in an IPv4 one. */
const MAX_LENGTH = 45;

/** The four bytes of a dotted IPv4 address; `undefined` for anything else, such as an octet with a leading zero, which some readers take as octal. */
export function parseIpv4(text: string): Uint8Array | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const part = match[i + 1]!;
    if (Number(part) > 255 || (part.length > 1 && part[0] === "0")) {
      return undefined;
    }
    bytes[i] = Number(part);
  }
  return bytes;
}

/** The sixteen bytes of an IPv6 address without a zone; `undefined` for anything else. */
export function parseIpv6(text: string): Uint8Array | undefined {
  if (text.length > MAX_LENGTH) return undefined;
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

/** Whether an address has the same first `bits` bits as a network of the same length. */
export function isInNetwork(
  address: Uint8Array,
  network: Uint8Array,
  bits: number,
): boolean {
  if (address.length !== network.length || bits > 8 * network.length) {
    return false;
  }
  const whole = bits >> 3;
  for (let i = 0; i < whole; i++) if (address[i] !== network[i]) return false;
  const shift = 8 - (bits & 7);
  return shift === 8 || address[whole]! >> shift === network[whole]! >> shift;
}
