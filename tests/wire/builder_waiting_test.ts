/** Text and bytes wait until their object is finished, whatever is appended meanwhile. */

import fc from "fast-check";
import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Builder } from "../../src/wire/builder.ts";
import { Message } from "../../src/wire/views.ts";
import { toHex } from "../support/vectors.ts";

type Step =
  | { do: "set"; object: number; slot: number; value: string | Uint8Array }
  | { do: "list"; elements: number }
  | { do: "text"; value: string }
  | { do: "object"; size: number }
  | { do: "finish"; object: number };

/** Objects that are built at the same time, and slots of each. */
const OBJECTS = 3;
const SLOTS = 4;

/** Runs the steps; `late` sets an object's text and bytes only when it is about to be finished. */
function build(capacity: number, steps: readonly Step[], late: boolean): string {
  const builder = new Builder(capacity);
  const objects = Array.from({ length: OBJECTS }, () => builder.startObject(8 * SLOTS));
  const sets: (() => void)[][] = objects.map(() => []);
  const finish = (i: number): void => {
    sets[i]!.splice(0).forEach((set) => set());
    objects[i]!.finishAsRoot();
  };
  for (const step of steps) {
    if (step.do === "set") {
      const { object, slot, value } = step;
      const target = objects[object]!;
      const set = typeof value === "string"
        ? () => target.setText(8 * slot, value)
        : () => target.setBytes(8 * slot, value);
      if (late) sets[object]!.push(set);
      else set();
    } else if (step.do === "list") {
      const list = builder.startList();
      for (let i = 0; i < step.elements; i++) list.addU8(i);
    } else if (step.do === "text") {
      builder.startList().addText(step.value);
    } else if (step.do === "object") {
      const object = builder.startObject(step.size);
      if (step.size >= 8) object.setText(0, "inner");
      object.finish();
    } else {
      finish(step.object);
    }
  }
  objects.forEach((_, i) => finish(i));
  return toHex(builder.finish());
}

const value = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.uint8Array({ maxLength: 300 }),
  fc.constantFrom("", "x".repeat(400), new Uint8Array(20_000).fill(7)),
);
const object = fc.nat(OBJECTS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("set"), object, slot: fc.nat(SLOTS - 1), value }),
  },
  fc.record({ do: fc.constant("list"), elements: fc.nat(20) }),
  fc.record({ do: fc.constant("text"), value: fc.string({ maxLength: 40 }) }),
  fc.record({ do: fc.constant("object"), size: fc.nat(20) }),
  fc.record({ do: fc.constant("finish"), object }),
) as fc.Arbitrary<Step>;

test("Builder: text and bytes set early are where those set last would be", () => {
  fc.assert(
    fc.property(fc.constantFrom(0, 64, 1024, 20_000), fc.array(step), (capacity, steps) => {
      assertEquals(build(capacity, steps, false), build(capacity, steps, true));
    }),
    { numRuns: 300 },
  );
});

test("Builder: a message that is finished before its object is not changed by it", () => {
  const builder = new Builder();
  const object = builder.startObject(16);
  object.setText(0, "waits");
  const early = builder.finish();
  const copy = toHex(early);
  const others = Array.from({ length: 20 }, (_, i) => {
    const other = new Builder(64);
    other.startObject(8).setBytesFixed(0, new Uint8Array(8).fill(i));
    return other.finish();
  });
  const kept = others.map(toHex);
  object.setBytes(8, Uint8Array.of(1, 2, 3));
  object.finishAsRoot();
  const root = Message.parse(builder.finish()).root();
  assertEquals([root.text(0), root.bytes(8)], ["waits", Uint8Array.of(1, 2, 3)]);
  assertEquals(toHex(early), copy);
  assertEquals(others.map(toHex), kept);
});

test("Builder: what was set and waits is not what its memory becomes", () => {
  const builder = new Builder(4096);
  const first = builder.startObject(16);
  const second = builder.startObject(16);
  first.setText(0, "of the first");
  second.setText(0, "of the second");
  first.setText(8, "again");
  const list = builder.startList();
  list.addText("x".repeat(300));
  second.finish();
  first.setObject(8, 0); // takes the pointer away until the object is finished
  first.finishAsRoot();
  const root = Message.parse(builder.finish()).root();
  assertEquals([root.text(0), root.text(8)], ["of the first", "again"]);
});

test("Builder: texts with a length that is none move no cursor", () => {
  const other = new Builder(64);
  other.startObject(8).setBytesFixed(0, new Uint8Array(8).fill(9));
  const kept = other.finish();
  const before = toHex(kept);
  const builder = new Builder(64);
  const object = builder.startObject(24);
  object.setText(0, { length: -1000, toString: () => "text" } as unknown as string);
  object.setText(8, 12345 as unknown as string);
  object.finishAsRoot();
  const root = Message.parse(builder.finish()).root();
  assertEquals([root.text(0), root.text(8)], ["text", "12345"]);
  assertEquals(toHex(kept), before);
});
