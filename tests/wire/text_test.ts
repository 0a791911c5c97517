import { test } from "node:test";
import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import * as here from "../../src/wire/text.ts";
import { toHex } from "../support/vectors.ts";

type Text = typeof here;

/** The same module as a browser sees it: without a `Buffer`. */
async function withoutBuffer(): Promise<Text> {
  const kept = Object.getOwnPropertyDescriptor(globalThis, "Buffer");
  Object.defineProperty(globalThis, "Buffer", { value: undefined, configurable: true });
  try {
    // A specifier of its own, so that the module is evaluated anew.
    const specifier = "../../src/wire/text.ts?without-buffer";
    return await import(specifier) as Text;
  } finally {
    if (kept) Object.defineProperty(globalThis, "Buffer", kept);
    else Reflect.deleteProperty(globalThis, "Buffer");
  }
}

const plain = await withoutBuffer();
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Any UTF-16, lone surrogates included, in lengths on both sides of every threshold. */
const utf16 = fc.oneof(
  fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 80 }),
  fc.array(fc.oneof(fc.integer({ min: 0, max: 0x7f }), fc.integer({ min: 0xd7f0, max: 0xe010 })), {
    maxLength: 80,
  }),
  fc.array(fc.integer({ min: 0, max: 0x7f }), { maxLength: 300 }),
).map((units) => String.fromCharCode(...units));

/** Bytes that are often nearly UTF-8: truncated, overlong, surrogates, byte order marks. */
const nearlyUtf8 = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  utf16.map((text) => encoder.encode(text)),
  fc.array(
    fc.constantFrom(
      [0x41],
      [0xc3, 0xa9],
      [0xc3],
      [0xc0, 0x80],
      [0xe2, 0x82, 0xac],
      [0xe2, 0x82],
      [0xed, 0xa0, 0x80],
      [0xf0, 0x9f, 0x8f, 0x94],
      [0xf0, 0x9f, 0x8f],
      [0xf8, 0x88, 0x80, 0x80, 0x80],
      [0xef, 0xbb, 0xbf],
      [0xff],
    ),
    { maxLength: 30 },
  ).map((parts) => Uint8Array.from(parts.flat())),
  // Nearly Latin-1, in lengths around that of a short text.
  fc.array(
    fc.constantFrom(
      ...[[0x41], [0x7f], [0xc2, 0x80], [0xc2, 0xbf], [0xc3, 0x80], [0xc3, 0xa9], [0xc3, 0xbf]],
    ),
    { maxLength: 30 },
  ).chain((parts) =>
    fc.constantFrom([], [0xc3], [0xc2, 0x41], [0xc4, 0x80], [0xc1, 0x80], [0xc3, 0xc3])
      .map((last) => Uint8Array.from([...parts.flat(), ...last]))
  ),
);

for (const [name, text] of [["this runtime", here], ["no Buffer", plain]] as const) {
  test(`text, ${name}: writing gives TextEncoder's bytes, and touches nothing else`, () => {
    fc.assert(
      fc.property(utf16, fc.nat({ max: 9 }), (value, at) => {
        const expected = encoder.encode(value);
        const bytes = new Uint8Array(at + text.textBound(value.length) + 5).fill(0xa5);
        const end = text.writeText(bytes, at, value);
        assertEquals(toHex(bytes.subarray(at, end)), toHex(expected));
        assertEquals(bytes.subarray(0, at).every((byte) => byte === 0xa5), true);
        assertEquals(text.encodeText(value), expected);
      }),
      { numRuns: 1000 },
    );
  });

  test(`text, ${name}: reading gives TextDecoder's text, with a leading U+FEFF kept`, () => {
    fc.assert(
      fc.property(nearlyUtf8, fc.nat({ max: 9 }), (data, at) => {
        const bytes = new Uint8Array(at + data.length + 3).fill(0xc3);
        bytes.set(data, at);
        const expected = decoder.decode(data);
        assertEquals(text.readText(bytes, at, at + data.length), expected);
        assertEquals(text.readUnicode(bytes, at, at + data.length), expected);
        assertEquals(text.decodeText(data), expected);
      }),
      { numRuns: 2000 },
    );
  });

  test(`text, ${name}: every length around the thresholds, ASCII and not`, () => {
    for (let length = 0; length <= 130; length++) {
      for (const end of ["", "z", "é", "€", "🏔", "\ud800", "éxyz", "€xyz", "🏔xyz", "\ud800xyz"]) {
        const value = "x".repeat(length) + end;
        const bytes = new Uint8Array(text.textBound(value.length));
        const stop = text.writeText(bytes, 0, value);
        assertEquals(toHex(bytes.subarray(0, stop)), toHex(encoder.encode(value)));
        assertEquals(text.readText(bytes, 0, stop), value.toWellFormed());
      }
    }
    assertEquals(text.decodeText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x41)), "\ufeffA");
    assertEquals(toHex(text.encodeText("\ud800")), "efbfbd");
  });
}
