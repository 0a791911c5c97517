import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { concatBytes } from "../../src/base/bytes.ts";
import { parseProxyHeader, ProxyHeaderReader } from "../../src/http/proxy_protocol.ts";

const ascii = (text: string) => new TextEncoder().encode(text);
const SIGNATURE = [13, 10, 13, 10, 0, 13, 10, 0x51, 0x55, 0x49, 0x54, 10];

function v2(command: number, family: number, body: readonly number[], rest = ""): Uint8Array {
  const head = [...SIGNATURE, command, family, body.length >> 8, body.length & 255, ...body];
  return concatBytes([new Uint8Array(head), ascii(rest)]);
}

const TCP4 = [192, 0, 2, 1, 198, 51, 100, 2, 0xdc, 4, 1, 0xbb];
const TCP6 = [
  ...[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
  ...[0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2],
  ...[0, 80, 1, 0xbb],
];
const TLV = [4, 0, 3, 1, 2, 3];
/** The checksums of headers below, made by another algorithm, which gives 0xE3069283 for `123456789`. */
const CRC4 = [3, 0, 4, 0x43, 0x94, 0x5c, 0x1b];
const CRC6 = [3, 0, 4, 0x35, 0x26, 0x00, 0x8f];

const GOOD: readonly (readonly [string, Uint8Array, string | undefined, string])[] = [
  [
    "v1 TCP4",
    ascii("PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\nGET"),
    "192.0.2.1:56324",
    "GET",
  ],
  ["v1 TCP6", ascii("PROXY TCP6 2001:DB8::1 2001:db8::2 0 65535\r\n"), "2001:db8::1:0", ""],
  ["v1 UNKNOWN", ascii("PROXY UNKNOWN\r\nGET"), undefined, "GET"],
  ["v1 UNKNOWN with more", ascii("PROXY UNKNOWN ffff::1 x 1 2\r\n"), undefined, ""],
  ["v2 TCP4", v2(0x21, 0x11, TCP4, "GET"), "192.0.2.1:56324", "GET"],
  ["v2 TCP4 with TLVs", v2(0x21, 0x11, [...TCP4, ...TLV], "GET"), "192.0.2.1:56324", "GET"],
  [
    "v2 TCP4 with a checksum",
    v2(0x21, 0x11, [...TCP4, ...TLV, ...CRC4], "GET"),
    "192.0.2.1:56324",
    "GET",
  ],
  ["v2 TCP6 with a checksum", v2(0x21, 0x21, [...TCP6, ...CRC6]), "2001:db8::1:80", ""],
  ["v2 LOCAL with values that are none, ignored", v2(0x20, 0x00, [3, 0, 4, 1]), undefined, ""],
  ["v2 TCP6", v2(0x21, 0x21, TCP6), "2001:db8::1:80", ""],
  ["v2 LOCAL", v2(0x20, 0x00, [], "GET"), undefined, "GET"],
  ["v2 LOCAL with addresses, ignored", v2(0x20, 0x11, TCP4), undefined, ""],
  ["v2 AF_UNSPEC", v2(0x21, 0x00, [1, 2, 3]), undefined, ""],
  ["v2 AF_UNIX", v2(0x21, 0x31, new Array(216).fill(0)), undefined, ""],
];

for (const [name, input, source, rest] of GOOD) {
  test(`read whole, in two and byte by byte: ${name}`, () => {
    const headBytes = input.length - rest.length;
    for (let at = 0; at <= input.length; at++) {
      const reader = new ProxyHeaderReader();
      const first = at === 0 ? undefined : reader.push(input.slice(0, at));
      const outcome = first ?? reader.push(input.slice(at));
      assertEquals(first !== undefined, at >= headBytes, `cut at ${at}`);
      if (outcome === undefined || outcome === "malformed") throw new Error(`${name}: ${outcome}`);
      const end = outcome.source;
      assertEquals(end && `${end.address}:${end.port}`, source);
      assertEquals(outcome.rest, input.slice(headBytes, first ? at : input.length));
    }
    const reader = new ProxyHeaderReader();
    for (let i = 0; i < headBytes - 1; i++) {
      assertEquals(reader.push(input.slice(i, i + 1)), undefined);
    }
    assertEquals(typeof reader.push(input.slice(headBytes - 1, headBytes)), "object");
  });
}

const BAD: readonly (readonly [string, Uint8Array])[] = [
  ["plain HTTP", ascii("GET / HTTP/1.1\r\n")],
  ["lower case", ascii("proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n")],
  ["bare LF", ascii("PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n")],
  ["two spaces", ascii("PROXY  TCP4 1.1.1.1 2.2.2.2 1 2\r\n")],
  ["port above 65535", ascii("PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n")],
  ["port with leading zero", ascii("PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n")],
  ["IPv6 as TCP4", ascii("PROXY TCP4 ::1 ::1 1 2\r\n")],
  ["IPv4 as TCP6", ascii("PROXY TCP6 1.1.1.1 2.2.2.2 1 2\r\n")],
  ["UDP4", ascii("PROXY UDP4 1.1.1.1 2.2.2.2 1 2\r\n")],
  ["UNKNOWNX", ascii("PROXY UNKNOWNX\r\n")],
  ["no line end within 107 bytes", ascii("PROXY UNKNOWN " + "x".repeat(93))],
  ["control byte", ascii("PROXY UNKNOWN \x01\r\n")],
  ["v2 version 1", v2(0x11, 0x11, TCP4)],
  ["v2 command 2", v2(0x22, 0x11, TCP4)],
  ["v2 UDP", v2(0x21, 0x12, TCP4)],
  ["v2 too short for its family", v2(0x21, 0x11, TCP4.slice(0, 11))],
  ["v2 IPv6 too short", v2(0x21, 0x21, TCP6.slice(0, 35))],
  ["v2 Unix too short", v2(0x21, 0x31, new Array(215).fill(0))],
  ["v2 with a wrong checksum", v2(0x21, 0x11, [...TCP4, ...TLV, 3, 0, 4, 0, 0, 0, 0])],
  [
    "v2 with a checksum of other addresses",
    v2(0x21, 0x11, [...TCP4.slice(0, 11), 1, ...TLV, ...CRC4]),
  ],
  ["v2 with a checksum of 3 bytes", v2(0x21, 0x11, [...TCP4, 3, 0, 3, 1, 2, 3])],
  ["v2 with a value beyond its end", v2(0x21, 0x11, [...TCP4, 4, 0, 4, 1, 2, 3])],
  ["v2 with half a value's head", v2(0x21, 0x11, [...TCP4, 4, 0])],
  ["v2 Unix with a value beyond its end", v2(0x21, 0x31, [...new Array(216).fill(0), 4, 1, 0])],
  ["v2 longer than any", new Uint8Array([...SIGNATURE, 0x21, 0x11, 0xff, 0xff])],
];

for (const [name, input] of BAD) {
  test(`refused: ${name}`, () => {
    assertEquals(parseProxyHeader(input), "malformed");
    const reader = new ProxyHeaderReader();
    let outcome: unknown;
    for (let i = 0; i < input.length && outcome === undefined; i++) {
      outcome = reader.push(input.slice(i, i + 1));
    }
    assertEquals(outcome, "malformed");
  });
}

test("random bytes end in a header, a refusal, or a wait bounded by the longest header", () => {
  const start = fc.constantFrom(ascii("PROXY "), new Uint8Array(SIGNATURE), new Uint8Array(0));
  fc.assert(
    fc.property(start, fc.uint8Array({ minLength: 4200, maxLength: 4300 }), (head, noise) => {
      const outcome = parseProxyHeader(concatBytes([head, noise]));
      assertEquals(outcome !== undefined, true);
    }),
    { numRuns: 200 },
  );
});
