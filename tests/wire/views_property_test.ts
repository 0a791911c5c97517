import { test } from "node:test";
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import { Builder } from "../../src/wire/builder.ts";
import { List } from "../../src/wire/list.ts";
import { asBytes, asF64, asText, asU16 } from "../../src/wire/list.ts";
import { ZapParseError } from "../../src/wire/parse_error.ts";
import { ListView, Message, type StructView } from "../../src/wire/views.ts";

const HEADER = [0x5a, 0x41, 0x50, 0x00, 1, 0, 0, 0];

/** A message with a good header and anything behind it, much of it plausible pointers. */
const hostile = fc.record({
  body: fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.array(fc.integer({ min: -40, max: 60 }), { maxLength: 50 }).map((words) =>
      new Uint8Array(Int32Array.from(words).buffer)
    ),
  ),
  root: fc.oneof(fc.integer({ min: 0, max: 80 }), fc.integer({ min: 0, max: 0xffffffff })),
  before: fc.nat({ max: 20 }),
}).map(({ body, root, before }) => {
  const buffer = new Uint8Array(before + 16 + body.length + 20).fill(0xee);
  const bytes = buffer.subarray(before, before + 16 + body.length);
  bytes.set(HEADER);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(8, root, true);
  view.setUint32(12, bytes.length, true);
  bytes.set(body, 16);
  return bytes;
});

const offsets = fc.array(
  fc.oneof(
    fc.integer({ min: 0, max: 60 }),
    fc.constantFrom(-1, -16, -1e9, 2 ** 31, 2 ** 32, 2 ** 53, NaN, Infinity, -Infinity),
  ),
  { minLength: 1, maxLength: 8 },
);

test("views: no bytes and no offset make a read throw or leave the message", () => {
  fc.assert(
    fc.property(hostile, offsets, (bytes, at) => {
      const inside = (part: Uint8Array) => {
        if (part.length === 0) return;
        assertStrictEquals(part.buffer, bytes.buffer);
        assert(part.byteOffset >= bytes.byteOffset + 16);
        assert(part.byteOffset + part.length <= bytes.byteOffset + bytes.length);
      };
      const visit = (view: StructView, depth: number) => {
        for (const offset of at) {
          for (const read of ["u8", "u16", "u32", "i8", "i16", "i32", "f32", "f64"] as const) {
            assertStrictEquals(typeof view[read](offset), "number");
          }
          for (const read of ["u64", "i64"] as const) {
            assertStrictEquals(typeof view[read](offset), "bigint");
          }
          assertStrictEquals(typeof view.bool(offset), "boolean");
          assertStrictEquals(typeof view.text(offset), "string");
          inside(view.bytes(offset));
          inside(view.bytesFixed(offset, 5));
          const list = view.list(offset);
          assert(list.len() <= bytes.length);
          for (const element of list) inside(element);
          assert(list.toStringArray().length <= list.len());
          for (const i of [0, 1, list.len() - 1, ...at]) {
            inside(list.bytesAt(i));
            assertStrictEquals(typeof list.textAt(i), "string");
            assertStrictEquals(typeof list.u64(i), "bigint");
            assertStrictEquals(typeof list.u32(i) + typeof list.u8(i), "numbernumber");
            inside(list.objectAt(i).bytes(0));
          }
          for (const element of [asText, asBytes, asU16, asF64]) {
            const typed = new List<unknown>(list, element);
            assert(typed.toArray().length <= typed.length);
            for (const i of at) typed.at(i);
          }
          if (depth > 0) visit(view.object(offset), depth - 1);
        }
      };
      visit(Message.parse(bytes).root(), 1);
    }),
    { numRuns: 500 },
  );
});

test("parse: any bytes give a message, or a ZapParseError with one of four codes", () => {
  const nearly = fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean()).map(([bytes, magic]) => {
    if (magic) bytes.set(HEADER.slice(0, bytes.length));
    return bytes;
  });
  fc.assert(fc.property(nearly, (bytes) => {
    try {
      const message = Message.parse(bytes);
      assert(message.size() >= 16 && message.size() <= bytes.length);
    } catch (error) {
      assert(error instanceof ZapParseError);
      assert(["too_short", "bad_magic", "bad_version", "bad_size"].includes(error.code));
      assert(error.message.startsWith("Cannot parse message: "));
    }
  }));
});

/** Bytes that count how often one of them is read. */
function counting(bytes: Uint8Array): { data: Uint8Array; reads: () => number } {
  let reads = 0;
  const data = new Proxy(bytes, {
    get(target, key) {
      if (typeof key === "string" && /^\d+$/.test(key)) reads++;
      const value = Reflect.get(target, key, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return { data, reads: () => reads };
}

test("lists: a walk by index reads as much for each element, however many there are", () => {
  for (
    const walk of [
      (list: ListView, i: number) => list.textAt(i),
      (list: ListView, i: number) => list.bytesAt(i),
      (list: ListView, i: number) => list.objectAt(i).isNull(),
      (list: ListView, i: number) => new List(list, asText).at(i),
    ]
  ) {
    const perElement = [100, 10_000].map((count) => {
      const { data, reads } = counting(new Uint8Array(16 + 4 * count));
      const list = new ListView(data, 16, count);
      for (let i = 0; i < count; i++) walk(list, i);
      return reads() / count;
    });
    assertEquals(perElement[0], perElement[1]);
    assert(perElement[0]! <= 8, `${perElement[0]} bytes read for an element`);
  }
});

test("lists: a walk backwards, and from both ends, is linear too", () => {
  const count = 10_000;
  const { data, reads } = counting(new Uint8Array(16 + 4 * count));
  const list = new ListView(data, 16, count);
  for (let i = count - 1; i >= 0; i--) list.bytesAt(i);
  for (let i = 0; i < count; i++) list.bytesAt(i % 2 === 0 ? i : count - i);
  assert(reads() <= 4 * count * 3, `${reads()} reads`);
});

test("lists: a declared count costs nothing until elements are there", () => {
  const bytes = new Uint8Array(1000);
  const list = new ListView(bytes, 996, 1000);
  assertEquals([...list].length, 1);
  assertEquals(list.toStringArray(), [""]);
  assertEquals(list.textAt(999), "");
});

test("builder and views: what is built reads back", () => {
  const fields = fc.record({
    text: fc.string({ unit: "binary", maxLength: 90 }),
    bytes: fc.uint8Array({ maxLength: 300 }),
    number: fc.double(),
    big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    elements: fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }),
    words: fc.array(fc.integer({ min: 0, max: 0xffffffff }), { maxLength: 20 }),
    capacity: fc.constantFrom(0, 16, 17, 100, 256, 5000, 20_000),
  });
  fc.assert(
    fc.property(fields, ({ text, bytes, number, big, elements, words, capacity }) => {
      const builder = new Builder(capacity);
      const object = builder.startObject(53);
      object.setText(0, text);
      object.setF64(8, number);
      const list = builder.startList();
      for (const element of elements) list.addObjectBytes(element);
      object.setList(16, list.finishOffset(), list.len());
      const packed = builder.startList();
      for (const word of words) packed.addU32(word);
      object.setList(24, packed.finishOffset(), packed.len());
      object.setBytes(32, bytes);
      const nested = builder.startObject(8);
      nested.setI64(0, big);
      object.setObject(40, nested.finish());
      object.setI8(44, -5);
      object.setBytesFixed(45, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
      object.finishAsRoot();

      const root = Message.parse(builder.finish()).root();
      assertEquals(root.text(0), text);
      assertEquals(root.f64(8), number);
      assertEquals([...root.list(16)].map((e) => [...e]), elements.map((e) => [...e]));
      assertEquals(words.map((_, i) => root.list(24).u32(i)), words);
      assertEquals([...root.bytes(32)], [...bytes]);
      assertEquals(root.object(40).i64(0), big);
      assertEquals(root.i8(44), -5);
      assertEquals([...root.bytesFixed(45, 8)], [1, 2, 3, 4, 5, 6, 7, 8]);
    }),
    { numRuns: 300 },
  );
});
