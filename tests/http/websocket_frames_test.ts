import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { concatBytes } from "../../src/base/bytes.ts";
import { FrameParser } from "../../src/http/websocket/frame_parser.ts";
import { encodeClose, encodeFrame, encodeText } from "../../src/http/websocket/frame_writer.ts";
import { applyMask } from "../../src/http/websocket/mask.ts";
import { isCloseCode, OPCODE } from "../../src/http/websocket/opcodes.ts";
import { Utf8Validator } from "../../src/http/websocket/utf8.ts";

type Step = readonly unknown[];

/** Every event of the parser for these chunks; payloads as text. */
function parse(chunks: readonly Uint8Array[], options = {}): Step[] {
  const steps: Step[] = [];
  const hex = (bytes: Uint8Array) =>
    [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");
  const parser = new FrameParser({
    text: (text) => steps.push(["text", text]),
    binary: (bytes) => steps.push(["binary", hex(bytes)]),
    deflated: (bytes, isText) => steps.push(["deflated", hex(bytes), isText]),
    ping: (bytes) => steps.push(["ping", hex(bytes)]),
    pong: (bytes) => steps.push(["pong", hex(bytes)]),
    close: (code, reason) => steps.push(["close", code, reason]),
    fault: (fault) => steps.push(["fault", fault.code, fault.reason]),
  }, { masked: true, maxMessageBytes: 1000, ...options });
  for (const chunk of chunks) parser.push(chunk.slice());
  return steps;
}

const MASK = new Uint8Array([0x37, 0xfa, 0x21, 0x3d]);
const frame = (opcode: number, payload: string | Uint8Array, options = {}) =>
  encodeFrame(opcode, typeof payload === "string" ? encodeText(payload) : payload, {
    mask: MASK,
    ...options,
  });
const bytes = (...list: number[]) => new Uint8Array(list);

test("frames of RFC 6455 §5.7 parse and are written as printed there", () => {
  const masked = bytes(0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58);
  assertEquals(frame(OPCODE.text, "Hello"), masked);
  assertEquals(parse([masked]), [["text", "Hello"]]);
  const plain = bytes(0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
  assertEquals(encodeFrame(OPCODE.text, encodeText("Hello")), plain);
  assertEquals(parse([plain], { masked: false }), [["text", "Hello"]]);
  const pieces = [bytes(0x01, 0x03, 0x48, 0x65, 0x6c), bytes(0x80, 0x02, 0x6c, 0x6f)];
  assertEquals(parse(pieces, { masked: false }), [["text", "Hello"]]);
  const ping = bytes(0x89, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f);
  assertEquals(parse([ping], { masked: false }), [["ping", "48656c6c6f"]]);
  const long = new Uint8Array(65536).fill(7);
  const head = encodeFrame(OPCODE.binary, long).subarray(0, 10);
  assertEquals([...head], [0x82, 0x7f, 0, 0, 0, 0, 0, 1, 0, 0]);
  assertEquals([...encodeFrame(OPCODE.binary, long.subarray(0, 256)).subarray(0, 4)], [
    0x82,
    0x7e,
    1,
    0,
  ]);
});

test("a session gives the same events however it is cut in two, and byte by byte", () => {
  const session = concatBytes([
    frame(OPCODE.text, "grüße 🎉"),
    frame(OPCODE.text, "one ", { fin: false }),
    frame(OPCODE.ping, "between"),
    frame(OPCODE.continuation, "", { fin: false }),
    frame(OPCODE.continuation, "two"),
    frame(OPCODE.binary, new Uint8Array(300).map((_, i) => i)),
    frame(OPCODE.text, ""),
    frame(OPCODE.pong, ""),
    encodeClose(1000, "bye", MASK),
    frame(OPCODE.text, "after close: ignored"),
  ]);
  const expected = parse([session]);
  assertEquals(expected.map((step) => step[0]), [
    "text",
    "ping",
    "text",
    "binary",
    "text",
    "pong",
    "close",
  ]);
  assertEquals(expected[2], ["text", "one two"]);
  assertEquals(expected[6], ["close", 1000, "bye"]);
  for (let at = 0; at <= session.length; at++) {
    assertEquals(parse([session.subarray(0, at), session.subarray(at)]), expected, `cut at ${at}`);
  }
  assertEquals(parse([...session].map((byte) => bytes(byte))), expected);
});

const FAULTS: readonly (readonly [string, Uint8Array, number])[] = [
  ["RSV1 without an extension", bytes(0xc1, 0x80, 0, 0, 0, 0), 1002],
  ["RSV2", bytes(0xa1, 0x80, 0, 0, 0, 0), 1002],
  ["RSV3", bytes(0x91, 0x80, 0, 0, 0, 0), 1002],
  ["opcode 3", bytes(0x83, 0x80), 1002],
  ["opcode 7", bytes(0x87, 0x80), 1002],
  ["opcode 11", bytes(0x8b, 0x80), 1002],
  ["opcode 15", bytes(0x8f, 0x80), 1002],
  ["unmasked frame of a client", bytes(0x81, 0x05), 1002],
  ["fragmented ping", bytes(0x09, 0x80), 1002],
  ["fragmented close", bytes(0x08, 0x80), 1002],
  ["ping of 126 bytes", bytes(0x89, 0xfe), 1002],
  ["continuation of nothing", bytes(0x80, 0x80), 1002],
  ["16-bit length that fits 7 bits", bytes(0x82, 0xfe, 0, 125, 0, 0, 0, 0), 1002],
  ["64-bit length that fits 16", bytes(0x82, 0xff, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0), 1002],
  ["64-bit length, highest bit", bytes(0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1002],
  ["64-bit length of 2^56", bytes(0x82, 0xff, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 1009],
  ["1001 bytes announced", bytes(0x82, 0xfe, 3, 0xe9, 0, 0, 0, 0), 1009],
  ["close with one byte", frame(OPCODE.close, bytes(3)), 1002],
  ["close with 999", frame(OPCODE.close, bytes(3, 231)), 1002],
  ["close with 1004", frame(OPCODE.close, bytes(3, 236)), 1002],
  ["close with 1005", frame(OPCODE.close, bytes(3, 237)), 1002],
  ["close with 1006", frame(OPCODE.close, bytes(3, 238)), 1002],
  ["close with 1015", frame(OPCODE.close, bytes(3, 247)), 1002],
  ["close with 2999", frame(OPCODE.close, bytes(11, 183)), 1002],
  ["close with 5000", frame(OPCODE.close, bytes(19, 136)), 1002],
  ["close reason not UTF-8", frame(OPCODE.close, bytes(3, 232, 0xff)), 1007],
  ["text not UTF-8", frame(OPCODE.text, bytes(0x61, 0xff)), 1007],
  ["text ends within a character", frame(OPCODE.text, bytes(0xe2, 0x82)), 1007],
  ["text with a surrogate", frame(OPCODE.text, bytes(0xed, 0xa0, 0x80)), 1007],
  ["text with an overlong form", frame(OPCODE.text, bytes(0xc0, 0xaf)), 1007],
  ["text above U+10FFFF", frame(OPCODE.text, bytes(0xf4, 0x90, 0x80, 0x80)), 1007],
];

for (const [name, input, code] of FAULTS) {
  test(`refused with ${code}: ${name}`, () => {
    for (const chunks of [[input], [...input].map((byte) => bytes(byte))]) {
      const steps = parse(chunks);
      assertEquals(steps.length, 1);
      assertEquals(steps[0]!.slice(0, 2), ["fault", code]);
    }
  });
}

test("a new message inside a fragmented one is refused", () => {
  const steps = parse([frame(OPCODE.text, "a", { fin: false }), frame(OPCODE.text, "b")]);
  assertEquals(steps, [["fault", 1002, "new message inside a fragmented one"]]);
});

test("the limit counts all fragments", () => {
  const part = new Uint8Array(400);
  const steps = parse([
    frame(OPCODE.binary, part, { fin: false }),
    frame(OPCODE.continuation, part, { fin: false }),
    frame(OPCODE.continuation, part),
  ]);
  assertEquals(steps, [["fault", 1009, "message is larger than 1000 bytes"]]);
  assertEquals(parse([frame(OPCODE.binary, new Uint8Array(1000))])[0]![0], "binary");
});

test("a masked frame from a server is refused by a client", () => {
  assertEquals(parse([frame(OPCODE.text, "a")], { masked: false })[0]!.slice(0, 2), [
    "fault",
    1002,
  ]);
});

test("bad UTF-8 in a piece is refused before the message is whole", () => {
  const start = frame(OPCODE.text, bytes(0x61, 0xf4, 0x90, 0x80, 0x80), { fin: false });
  assertEquals(parse([start])[0]!.slice(0, 2), ["fault", 1007]);
  // and within a frame, at the byte
  const long = frame(OPCODE.text, concatBytes([bytes(0xed, 0xa0), new Uint8Array(50)]));
  assertEquals(parse([long.subarray(0, 8)])[0]!.slice(0, 2), ["fault", 1007]);
});

test("a character may lie across fragments, and a leading U+FEFF is kept", () => {
  const euro = encodeText("\ufeff€");
  const steps = parse([
    frame(OPCODE.text, euro.subarray(0, 4), { fin: false }),
    frame(OPCODE.continuation, euro.subarray(4)),
  ]);
  assertEquals(steps, [["text", "\ufeff€"]]);
  assertEquals(parse([frame(OPCODE.text, euro)]), [["text", "\ufeff€"]]);
});

test("RSV1 is taken where deflate was agreed, on a first data frame only", () => {
  const deflate = { deflate: true };
  const first = frame(OPCODE.text, "x", { deflated: true, fin: false });
  const steps = parse([first, frame(OPCODE.continuation, "y")], deflate);
  assertEquals(steps, [["deflated", "7879", true]]);
  const again = frame(OPCODE.continuation, "y", { deflated: true });
  assertEquals(parse([first, again], deflate)[0]!.slice(0, 2), ["fault", 1002]);
  assertEquals(parse([frame(OPCODE.ping, "", { deflated: true })], deflate)[0]!.slice(0, 2), [
    "fault",
    1002,
  ]);
});

test("hold stops after the current message and tells what was taken", () => {
  const seen: string[] = [];
  const parser: FrameParser = new FrameParser({
    text: (text) => {
      seen.push(text);
      parser.hold();
    },
    binary() {},
    deflated() {},
    ping() {},
    pong() {},
    close() {},
    fault() {},
  }, { masked: true, maxMessageBytes: 100 });
  let rest = concatBytes([
    frame(OPCODE.text, "a"),
    frame(OPCODE.text, "b"),
    frame(OPCODE.text, "c"),
  ]);
  for (const expected of ["a", "b", "c"]) {
    rest = rest.subarray(parser.push(rest));
    assertEquals(seen.at(-1), expected);
  }
  assertEquals(rest.length, 0);
});

test("masking twice gives the bytes back, at any offset, length and phase", () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.nat(7),
      fc.nat(3),
      (payload, key, offset, phase) => {
        const memory = new Uint8Array(offset + payload.length);
        memory.set(payload, offset);
        const view = memory.subarray(offset);
        applyMask(view, 0, view.length, key, phase);
        for (let i = 0; i < payload.length; i++) {
          assertEquals(view[i], payload[i]! ^ key[(phase + i) & 3]!);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("the UTF-8 check agrees with a fatal TextDecoder, however the bytes are cut", () => {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const nasty = fc.array(
    fc.constantFrom(
      0x41,
      0x80,
      0xbf,
      0xc1,
      0xc2,
      0xe0,
      0xa0,
      0x9f,
      0xed,
      0xf0,
      0x90,
      0x8f,
      0xf4,
      0xf5,
    ),
    { maxLength: 8 },
  );
  const good = fc.string({ unit: "grapheme", maxLength: 8 }).map((text) => [...encodeText(text)]);
  fc.assert(
    fc.property(fc.oneof(nasty, good), fc.nat(8), (list, cut) => {
      const input = new Uint8Array(list);
      let expected = true;
      try {
        decoder.decode(input);
      } catch {
        expected = false;
      }
      const validator = new Utf8Validator();
      const at = Math.min(cut, input.length);
      const ok = validator.push(input, 0, at) && validator.push(input, at, input.length) &&
        validator.complete;
      assertEquals(ok, expected);
    }),
    { numRuns: 500 },
  );
});

test("random bytes end in events or a fault, never in a throw", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (chunks) => {
      const steps = parse(chunks);
      const ends = steps.findIndex((step) => step[0] === "fault" || step[0] === "close");
      assert(ends === -1 || ends === steps.length - 1);
    }),
    { numRuns: 300 },
  );
});

test("close codes: 1000-1003, 1007-1014, 3000-4999", () => {
  for (const code of [1000, 1003, 1007, 1014, 3000, 4999]) assert(isCloseCode(code), `${code}`);
  for (const code of [0, 999, 1004, 1005, 1006, 1015, 2999, 5000, 1000.5, NaN]) {
    assert(!isCloseCode(code), `${code}`);
  }
});

test("a close reason is cut at 123 bytes, between characters", () => {
  const steps = parse([encodeClose(1000, "é".repeat(100), MASK)]);
  assertEquals(steps, [["close", 1000, "é".repeat(61)]]);
});
