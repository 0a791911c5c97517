import { test } from "node:test";
import { assertEquals, assertStrictEquals } from "@std/assert";
import * as fc from "fast-check";
import { bytes, bytesFixed, list, struct, text, u32 } from "../../mod.ts";
import { COPIED_BYTES, TEXT_RUN_BYTES } from "../../src/wire/limits.ts";

const Texts = struct("Texts", {
  first: text,
  count: u32,
  second: text,
  tags: list(text),
  third: text,
  data: bytes,
  fixed: bytesFixed(4),
});
const value = {
  first: "Notes on the Analytical Engine",
  count: 7,
  second: "Zürich & Söhne",
  tags: ["poetry", "Mathématiques", "", "engines"],
  third: "London",
  data: Uint8Array.of(1, 2, 3),
  fixed: Uint8Array.of(4, 5, 6, 7),
};

test("decode gives the texts that views give, one by one, whatever they hold", () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.string({ unit: "binary-ascii", maxLength: 40 }),
    fc.string({ unit: fc.constantFrom("a", "ü", "\x80", "ÿ"), maxLength: 40 }),
  );
  const values = fc.record({
    first: texts,
    second: fc.oneof(texts, fc.constant("")),
    tags: fc.array(texts, { maxLength: 20 }),
    third: fc.oneof(texts, fc.constant(""), fc.constant("x".repeat(TEXT_RUN_BYTES))),
  });
  fc.assert(
    fc.property(values, (texts) => {
      const message = Texts.encode({ ...value, ...texts });
      const view = Texts.view(message);
      const { first, second, tags, third } = Texts.decode(message);
      assertEquals({ first, second, tags, third }, {
        first: view.first,
        second: view.second,
        tags: view.tags.toArray(),
        third: view.third,
      });
    }),
    { numRuns: 300 },
  );
});

test("decode gives what views give of hostile text slots", () => {
  const slots = fc.array(
    fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(-1, -8, 2 ** 31, 2 ** 32 - 1)),
    { minLength: 6, maxLength: 6 },
  );
  fc.assert(
    fc.property(slots, fc.uint8Array({ minLength: 80, maxLength: 80 }), (words, noise) => {
      const message = Texts.encode(value).slice();
      const slot = new DataView(message.buffer);
      message.set(noise, message.length - noise.length);
      words.forEach((word, i) => slot.setUint32(16 + [0, 4, 12, 16, 28, 32][i]!, word, true));
      const view = Texts.view(message);
      const read = Texts.decode(message);
      assertEquals([read.first, read.second, read.third], [view.first, view.second, view.third]);
    }),
    { numRuns: 1000 },
  );
});

test("bytes of a decoded value are parts of the caller's memory, in small and large messages", () => {
  for (const third of ["short", "x".repeat(COPIED_BYTES)]) {
    const memory = new Uint8Array(8 * COPIED_BYTES);
    const length = Texts.encodeInto({ ...value, third }, memory, 24);
    const message = memory.subarray(24);
    const read = Texts.decode(message);
    assertEquals(read, { ...value, third });
    assertStrictEquals(read.data.buffer, memory.buffer);
    assertStrictEquals(read.fixed.buffer, memory.buffer);
    memory.fill(9, 24, 24 + length);
    assertEquals(read.data, Uint8Array.of(9, 9, 9));
    assertEquals(read.first, value.first);
  }
});

test("what one decode read says nothing about the next message", () => {
  const other = { ...value, first: "NOTES ON THE ANALYTICAL ENGINE", third: "Zürich" };
  const messages = [Texts.encode(value), Texts.encode(other)];
  const Short = struct("Short", { first: text });
  const short = Short.encode({ first: "L0nd0n and more of it" });
  for (let i = 0; i < 4; i++) {
    assertEquals(Texts.decode(messages[i & 1]!), i & 1 ? other : value);
    assertEquals(Short.decode(short).first, "L0nd0n and more of it");
    assertEquals(Texts.view(messages[1]!).third, "Zürich");
  }
});

test("an object whose section does not fit reads its own texts, and the next element its own", () => {
  // The last struct of a list is cut in its section; what was read before lies elsewhere.
  const Item = struct("Item", { a: text, b: text, c: text });
  const Outer = struct("Outer", { items: list(Item), after: text, more: text, last: text });
  const items = [{ a: "one", b: "two", c: "three" }, { a: "four", b: "five", c: "six" }];
  const message = Outer.encode({ items, after: "after", more: "more", last: "last" }).slice();
  const view = new DataView(message.buffer);
  const start = 16 + view.getInt32(16, true);
  view.setUint32(start + 4 + 12, 16 + 12, true); // the first element's size: half of its section
  const read = Outer.decode(message);
  assertEquals(read.items[0], { a: "", b: "", c: "" });
  assertEquals(read.items[1], items[1]);
  assertEquals([read.after, read.more, read.last], ["after", "more", "last"]);
});

test("an honest message is read whole, however deep its lists of structs nest", () => {
  const body = "text ".repeat(20_000);
  let Level = struct("Leaf", { body: text });
  // deno-lint-ignore no-explicit-any -- a type a level
  let value: any = { body };
  for (let i = 0; i < 12; i++) {
    // deno-lint-ignore no-explicit-any
    Level = struct(`Level${i}`, { items: list(Level) }) as any;
    value = { items: [value] };
  }
  assertEquals(Level.decode(Level.encode(value)), value);
});
