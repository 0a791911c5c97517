/** Random schemas and values, for property tests. */

import * as fc from "fast-check";
import {
  type Field,
  type ScalarKind,
  slotWidth,
  type Struct,
  type Type,
} from "../../src/schema/model.ts";
import { lowerFirst } from "../../src/schema/names.ts";

/** A struct by name out of some structs, and a value of it. */
export interface Sample {
  readonly structs: readonly Struct[];
  readonly name: string;
  readonly value: Record<string, unknown>;
}

const SCALARS: readonly ScalarKind[] = [
  "bool",
  "u8",
  "u16",
  "u32",
  "u64",
  "i8",
  "i16",
  "i32",
  "i64",
  "f32",
  "f64",
];

function simpleType(structs: readonly Struct[]): fc.Arbitrary<Type> {
  const kinds: fc.Arbitrary<Type>[] = [
    fc.constantFrom(...SCALARS).map((kind) => ({ kind })),
    fc.constant({ kind: "text" }),
    fc.constant({ kind: "bytes" }),
    fc.integer({ min: 1, max: 40 }).map((size) => ({ kind: "bytes_fixed", size })),
  ];
  if (structs.length > 0) {
    kinds.push(fc.constantFrom(...structs).map(({ name }) => ({ kind: "struct", name })));
  }
  return fc.oneof(...kinds);
}

function fieldType(structs: readonly Struct[]): fc.Arbitrary<Type> {
  const simple = simpleType(structs);
  return fc.oneof(
    { weight: 3, arbitrary: simple },
    { weight: 1, arbitrary: simple.map((of): Type => ({ kind: "list", of })) },
  );
}

/** A struct that may mention those before it; a third of its fields leave a gap, order is shuffled. */
function structAfter(structs: readonly Struct[]): fc.Arbitrary<Struct> {
  const field = fc.record({
    type: fieldType(structs),
    gap: fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 9 })),
    rank: fc.integer(),
    upper: fc.boolean(),
  });
  return fc.array(field, { minLength: 1, maxLength: 8 }).map((drawn) => {
    let cursor = 0;
    const fields = drawn.map(({ type, gap, rank, upper }, i) => {
      const offset = cursor + gap;
      cursor = offset + slotWidth(type);
      return { rank, field: { name: `${upper ? "F" : "f"}${i}`, type, offset } satisfies Field };
    });
    return {
      name: `S${structs.length}`,
      fields: fields.sort((a, b) => a.rank - b.rank).map(({ field }) => field),
      size: cursor,
    };
  });
}

const structsArbitrary: fc.Arbitrary<Struct[]> = fc.integer({ min: 1, max: 4 }).chain((count) => {
  let structs: fc.Arbitrary<Struct[]> = fc.constant([]);
  for (let i = 0; i < count; i++) {
    structs = structs.chain((before) => structAfter(before).map((next) => [...before, next]));
  }
  return structs;
});

/** Texts of every kind of character; well-formed, so that they survive. */
export const textArbitrary: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }),
  fc.string({ maxLength: 80 }),
  fc.string({ unit: "binary", maxLength: 60 }),
);

function simpleValue(structs: readonly Struct[], type: Type): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "u8":
      return fc.integer({ min: 0, max: 0xff });
    case "u16":
      return fc.integer({ min: 0, max: 0xffff });
    case "u32":
      return fc.integer({ min: 0, max: 0xffffffff });
    case "i8":
      return fc.integer({ min: -0x80, max: 0x7f });
    case "i16":
      return fc.integer({ min: -0x8000, max: 0x7fff });
    case "i32":
      return fc.integer({ min: -0x80000000, max: 0x7fffffff });
    case "u64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "i64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "f32":
      return fc.float({ noDefaultInfinity: true, noNaN: true });
    case "f64":
      return fc.double({ noDefaultInfinity: true, noNaN: true });
    case "text":
      return textArbitrary;
    case "bytes":
      return fc.uint8Array({ maxLength: 100 });
    case "bytes_fixed":
      return fc.uint8Array({ minLength: type.size, maxLength: type.size });
    case "list":
      return fc.array(simpleValue(structs, type.of), { maxLength: 5 });
    case "struct":
      return valueOf(structs, structs.find(({ name }) => name === type.name)!);
  }
}

/** A value of a struct. */
export function valueOf(
  structs: readonly Struct[],
  struct: Struct,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.record(Object.fromEntries(struct.fields.map(({ name, type }) => {
    const value = simpleValue(structs, type);
    const drawn = type.kind === "struct" ? fc.option(value, { nil: null, freq: 3 }) : value;
    return [lowerFirst(name), drawn];
  }))).map((value) => ({ ...value }));
}

/** Structs, the last of them, and a value of it. */
export const sampleArbitrary: fc.Arbitrary<Sample> = structsArbitrary.chain((structs) => {
  const root = structs.at(-1)!;
  return valueOf(structs, root).map((value) => ({ structs, name: root.name, value }));
});
