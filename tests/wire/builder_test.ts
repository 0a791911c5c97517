import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Builder } from "../../src/wire/builder.ts";
import type { ListBuilder } from "../../src/wire/list_builder.ts";
import { Message } from "../../src/wire/views.ts";
import { toHex } from "../support/vectors.ts";

function note(builder: Builder, text: string): void {
  const object = builder.startObject(12);
  object.setText(0, text);
  object.setU32(8, text.length);
  object.finishAsRoot();
}

test("Builder: the capacity changes nothing but the memory", () => {
  const expected = new Builder(10_000);
  note(expected, "x".repeat(500));
  for (const capacity of [0, 1, 16, 28, 29, 255, 256, 4096, 16_384, 16_385, 100_000]) {
    const builder = new Builder(capacity);
    note(builder, "x".repeat(500));
    assertEquals(toHex(builder.finish()), toHex(expected.finish()), `capacity ${capacity}`);
  }
});

test("Builder: builders that are used at the same time do not disturb each other", () => {
  const builders = Array.from({ length: 300 }, () => new Builder(32));
  const objects = builders.map((builder) => builder.startObject(16));
  for (let round = 0; round < 2; round++) {
    objects.forEach((object, i) => object.setU64(8 * round, BigInt(i * 10 + round)));
  }
  builders.forEach((builder, i) => {
    const list = builder.startList();
    for (let k = 0; k < i; k++) list.addU8(k);
    objects[i]!.finishAsRoot();
  });
  const messages = builders.map((builder) => builder.finish());
  messages.forEach((bytes, i) => {
    const root = Message.parse(bytes).root();
    assertEquals([root.u64(0), root.u64(8)], [BigInt(i * 10), BigInt(i * 10 + 1)]);
    assertEquals(bytes.length, 32 + i);
  });
});

test("Builder: building on after finish leaves what was finished as it is", () => {
  const builder = new Builder();
  note(builder, "first");
  const first = builder.finish();
  const copy = toHex(first);
  const other = new Builder();
  note(other, "another message in the memory behind the first");
  note(builder, "second");
  assertEquals(toHex(first), copy);
  assertEquals(Message.parse(builder.finish()).root().text(0), "second");
  assertEquals(
    Message.parse(other.finish()).root().text(0),
    "another message in the memory behind the first",
  );
});

test("Builder: unset slots and padding are zero, whatever the memory held", () => {
  for (let i = 0; i < 400; i++) new Builder(200).finish().buffer; // take memory
  const dirty = new Builder(128);
  dirty.startObject(100).setBytesFixed(0, new Uint8Array(100).fill(0xff));
  const builder = new Builder(128);
  builder.startObject(100).finishAsRoot();
  const list = builder.startList();
  list.addU8(1);
  builder.startObject(3).finish();
  const bytes = builder.finish();
  assert(bytes.subarray(16, 120).every((byte) => byte === 0));
  assertEquals(toHex(bytes.subarray(120)), "0100000000000000000000");
});

test("Builder: bytes are copied when they are set", () => {
  const builder = new Builder();
  const object = builder.startObject(16);
  const small = Uint8Array.of(1, 2, 3);
  const large = new Uint8Array(40_000).fill(7);
  object.setBytes(0, small);
  object.setBytes(8, large);
  small.fill(0);
  large.fill(0);
  object.finishAsRoot();
  const root = Message.parse(builder.finish()).root();
  assertEquals(root.bytes(0), Uint8Array.of(1, 2, 3));
  assert(root.bytes(8).every((byte) => byte === 7));
});

test("Builder: the last set of a text slot wins; an empty one makes it null", () => {
  const builder = new Builder();
  const object = builder.startObject(16);
  object.setText(0, "one");
  object.setText(0, "two");
  object.setText(8, "gone");
  object.setText(8, "");
  object.finishAsRoot();
  const root = Message.parse(builder.finish()).root();
  assertEquals([root.text(0), root.text(8)], ["two", ""]);
});

test("Builder: a slot outside the object, and a version that is none, are refused", () => {
  const object = new Builder().startObject(8);
  for (const offset of [-1, 5, 8, NaN]) {
    assertThrows(() => object.setU32(offset, 1), RangeError, "outside the object's 8");
  }
  assertThrows(() => object.setText(1, "x"), RangeError, "bytes 1 to 9");
  assertThrows(() => object.setBytesFixed(7, new Uint8Array(2)), RangeError);
  assertThrows(() => new Builder(16, 3), RangeError, "version 3 is neither 1 nor 2");
});

test("Builder: what is no size or no bytes is refused, and touches no other message", () => {
  const made = Array.from({ length: 100 }, (_, i) => {
    const builder = new Builder(NaN);
    note(builder, `message ${i}`);
    return builder.finish();
  });
  const before = made.map(toHex);
  const buffer = new ArrayBuffer(8) as unknown as Uint8Array;
  const negative = { length: -1000 } as unknown as Uint8Array;
  const wrong: [(builder: Builder) => void, ErrorConstructor][] = [
    ...[-1000, -1, NaN, 0.5, Infinity, 2 ** 32, "8" as unknown as number].map((size) =>
      [(builder: Builder) => void builder.startObject(size).finishAsRoot(), RangeError] as [
        (builder: Builder) => void,
        ErrorConstructor,
      ]
    ),
    [(builder) => builder.startObject(8).setBytes(0, buffer), TypeError],
    [(builder) => builder.startObject(8).setBytes(0, negative), TypeError],
    [(builder) => builder.startObject(8).setBytesFixed(0, negative), TypeError],
    [(builder) => builder.startList().addObjectBytes(negative), TypeError],
    [(builder) => builder.startList().addText(negative as unknown as string), TypeError],
    [(builder) => builder.startObject(8).setBytesFixed(0, buffer), TypeError],
    [(builder) => builder.startList().addObjectBytes(buffer), TypeError],
    [(builder) => builder.startList().addText(5 as unknown as string), TypeError],
  ];
  for (const [use, Class] of wrong) {
    const builder = new Builder();
    assertThrows(() => {
      use(builder);
      builder.finish();
    }, Class);
    for (let i = 0; i < 100; i++) note(new Builder(), "over others");
  }
  assertEquals(made.map(toHex), before);
});

test("Builder: bytes that lie about their length write over no other message", () => {
  class Short extends Uint8Array {
    override get length(): number {
      return 10;
    }
  }
  const others: Uint8Array[] = [];
  const other = (): void => {
    const builder = new Builder(64);
    builder.startObject(16).setBytesFixed(0, new Uint8Array(16).fill(9));
    others.push(builder.finish());
  };
  for (const use of ["setBytes", "setBytesFixed", "addObjectBytes"] as const) {
    const lies = (builder: Builder): unknown[] => {
      let asked = 0;
      const growing = {
        get length() {
          return asked++ < 1 ? 1 : 300;
        },
      }; // deno-fmt-ignore-line
      const finishing = Array.from({ length: 12 }, () => 0xee);
      const finish = (): number => {
        builder.finish();
        other();
        return 0xee;
      };
      Object.defineProperty(finishing, 0, { get: finish });
      return [new Short(500).fill(0xee), growing, finishing, { length: "12" }, { length: 0.5 }];
    };
    for (let i = 0; i < lies(new Builder()).length; i++) {
      const builder = new Builder(64);
      other();
      const lie = lies(builder)[i] as Uint8Array;
      assertThrows(() => {
        if (use === "addObjectBytes") builder.startList().addObjectBytes(lie);
        else builder.startObject(16)[use](0, lie);
      }, TypeError);
    }
  }
  const wanted = toHex(others[0]!);
  assertEquals(others.map(toHex), others.map(() => wanted));
});

test("Builder: finish can be called again, with flags", () => {
  const builder = new Builder(64, 2);
  note(builder, "same");
  const plain = builder.finish();
  const flagged = builder.finishWithFlags(0x0104);
  assertEquals(Message.parse(flagged).flags(), 0x0104);
  assertEquals(Message.parse(flagged).version(), 2);
  assertEquals(plain.length, flagged.length);
});

test("Builder: a text element is the element of its bytes", () => {
  const build = (add: (list: ListBuilder, text: string) => void) => {
    const builder = new Builder(16);
    const object = builder.startObject(8);
    const list = builder.startList();
    for (const text of ["", "a", "Zürich", "x".repeat(100), "🏔".repeat(50), "\ud800"]) {
      add(list, text);
    }
    object.setList(0, list.finishOffset(), list.len());
    object.finishAsRoot();
    return toHex(builder.finish());
  };
  assertEquals(
    build((list, text) => list.addText(text)),
    build((list, text) => list.addObjectBytes(new TextEncoder().encode(text))),
  );
});
