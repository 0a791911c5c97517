/** Addresses and address ranges, for deciding whom to trust. @module */

/**
 * The sixteen bytes of an IPv6 address; an IPv4 address as its IPv4-mapped form (RFC 4291 §2.5.5.2),
 * so that `::ffff:10.0.0.1`, as dual-stack sockets say it, is the same as `10.0.0.1`.
 *
 * @param text Without brackets or port; a zone (`%eth0`) is ignored.
 * @returns `undefined` if it is not an address.
 */
export function parseIpAddress(text: string): Uint8Array | undefined {
  if (text.length > 64) return undefined;
  const v4 = parseV4(text);
  if (v4) {
    const bytes = new Uint8Array(16);
    bytes[10] = bytes[11] = 0xff;
    bytes.set(v4, 12);
    return bytes;
  }
  const zone = text.indexOf("%");
  return parseV6(zone === -1 ? text : text.slice(0, zone));
}

/** Whether `text` is an IPv4 address in dotted form. */
export function isIpv4(text: string): boolean {
  return parseV4(text) !== undefined;
}

/** Whether `text` is an IPv6 address without a zone. */
export function isIpv6(text: string): boolean {
  return parseV6(text) !== undefined;
}

/** Four numbers without leading zeros, which some parsers would read as octal. */
function parseV4(text: string): Uint8Array | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!match) return undefined;
  const bytes = new Uint8Array(4);
  for (let i = 0; i < 4; i++) {
    const part = match[i + 1]!;
    if (Number(part) > 255 || (part.length > 1 && part[0] === "0")) return undefined;
    bytes[i] = Number(part);
  }
  return bytes;
}

/** RFC 4291 §2.2. */
function parseV6(text: string): Uint8Array | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? parseGroups(halves[1]!, true) : [];
  if (!head || !tail) return undefined;
  const length = head.length + tail.length;
  if (halves.length === 1 ? length !== 16 : length > 14) return undefined;
  const bytes = new Uint8Array(16);
  bytes.set(head);
  bytes.set(tail, 16 - tail.length);
  return bytes;
}

/** The bytes of colon-separated groups; the last may be an IPv4 address where the text ends with it. */
function parseGroups(text: string, last: boolean): number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i]!;
    if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      const value = parseInt(group, 16);
      bytes.push(value >> 8, value & 0xff);
    } else {
      const v4 = last && i === groups.length - 1 ? parseV4(group) : undefined;
      if (!v4) return undefined;
      bytes.push(...v4);
    }
    if (bytes.length > 16) return undefined;
  }
  return bytes;
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
      this.#ranges.some(({ prefix, bits }) => within(bytes, prefix, bits));
  }
}

function parseRange(text: string): { prefix: Uint8Array; bits: number } {
  const [address = "", length] = text.split("/");
  const prefix = parseIpAddress(address);
  const own = isIpv4(address) ? 32 : 128;
  const bits = length === undefined ? own : /^\d{1,3}$/.test(length) ? Number(length) : NaN;
  if (!prefix || !(bits <= own) || text.split("/").length > 2) {
    throw new TypeError(`Cannot read address range "${text}": expected an address or CIDR range`);
  }
  const mapped = bits + 128 - own;
  const masked = prefix.map((byte, i) =>
    byte & (0xff00 >> Math.min(8, Math.max(0, mapped - 8 * i)))
  );
  if (!within(prefix, masked, 128)) {
    throw new TypeError(`Cannot read address range "${text}": bits are set after the prefix`);
  }
  return { prefix, bits: mapped };
}

function within(address: Uint8Array, prefix: Uint8Array, bits: number): boolean {
  for (let i = 0; i < 16 && 8 * i < bits; i++) {
    const mask = 0xff00 >> Math.min(8, bits - 8 * i);
    if (((address[i]! ^ prefix[i]!) & mask & 0xff) !== 0) return false;
  }
  return true;
}
