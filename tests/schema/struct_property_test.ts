import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { structsOf } from "../../src/schema/from_schema.ts";
import type { Struct } from "../../src/schema/model.ts";
import { toHex } from "../support/vectors.ts";
import { sampleArbitrary, valueOf } from "./arbitrary.ts";
import { buildWithBuilder } from "./build_with_builder.ts";

test("struct: a thousand random schemas and values give the builder's bytes, and read back", () => {
  fc.assert(
    fc.property(sampleArbitrary, ({ structs, name, value }) => {
      const type = structsOf({ structs }).get(name)!;
      const bytes = type.encode(value);
      assertEquals(toHex(bytes), toHex(buildWithBuilder({ structs }, name, value)));
      assertEquals(plain(type.decode(bytes)), plain(value));
    }),
    { numRuns: 1000 },
  );
});

test("struct: encodeInto writes the same bytes at any offset of dirty memory, and nothing else", () => {
  const offset = fc.integer({ min: 0, max: 33 });
  const spare = fc.integer({ min: 0, max: 500 });
  fc.assert(
    fc.property(sampleArbitrary, offset, spare, ({ structs, name, value }, at, room) => {
      const type = structsOf({ structs }).get(name)!;
      const bytes = type.encode(value);
      const buffer = new Uint8Array(at + bytes.length + room).fill(0xa5);
      assertEquals(type.encodeInto(value, buffer, at), bytes.length);
      assertEquals(toHex(buffer.subarray(at, at + bytes.length)), toHex(bytes));
      assert(buffer.subarray(0, at).every((byte) => byte === 0xa5));
    }),
    { numRuns: 300 },
  );
});

test("struct: hostile bytes decode to what the view reads, and never throw past the header", () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 12 });
  fc.assert(
    fc.property(sampleArbitrary, damage, fc.nat(), ({ structs, name, value }, hits, cut) => {
      const type = structsOf({ structs }).get(name)!;
      const bytes = type.encode(value).slice();
      for (const [at, byte] of hits) {
        // The header's magic, version and size stay: everything else may be anything.
        const free = [8, 9, ...Array.from({ length: bytes.length - 16 }, (_, i) => 16 + i)];
        bytes[free[at % free.length]!] = byte;
      }
      const size = Math.max(16, bytes.length - (cut % 40));
      new DataView(bytes.buffer).setUint32(12, size, true);
      const decoded = type.decode(bytes);
      const view = type.view(bytes) as unknown as Record<string, unknown>;
      assertEquals(plain(decoded), plain(fromView(structs, name, view)));
    }),
    { numRuns: 1000 },
  );
});

test("struct: values of a struct satisfy any of its versions that only append fields", () => {
  const older: Struct = {
    name: "S",
    fields: [{ name: "a", type: { kind: "u32" }, offset: 0 }],
    size: 4,
  };
  const newer: Struct = {
    name: "S",
    fields: [...older.fields, { name: "b", type: { kind: "text" }, offset: 4 }],
    size: 12,
  };
  const bytes = structsOf({ structs: [older] }).get("S")!.encode({ a: 7 });
  assertEquals(structsOf({ structs: [newer] }).get("S")!.decode(bytes), { a: 7, b: "" });
  fc.assert(
    fc.property(valueOf([newer], newer), (value) => {
      const bytes = structsOf({ structs: [newer] }).get("S")!.encode(value);
      assertEquals(structsOf({ structs: [older] }).get("S")!.decode(bytes), { a: value["a"] });
    }),
    { numRuns: 50 },
  );
});

/** A view read field by field. */
function fromView(
  structs: readonly Struct[],
  name: string,
  view: Record<string, unknown>,
): Record<string, unknown> {
  const struct = structs.find((struct) => struct.name === name)!;
  return Object.fromEntries(struct.fields.map(({ name, type }) => {
    const key = name.replace("F", "f");
    const read = view[key];
    if (type.kind === "struct") {
      const object = read as { isNull(): boolean };
      return [key, object.isNull() ? null : fromView(structs, type.name, read as typeof view)];
    }
    // A fixed slot that does not fit reads as empty in a view, and as zeros in a value.
    if (type.kind === "bytes_fixed" && (read as Uint8Array).length === 0) {
      return [key, new Uint8Array(type.size)];
    }
    if (type.kind !== "list") return [key, read];
    const values = [...read as Iterable<unknown>];
    const { of } = type;
    return [
      key,
      of.kind === "struct"
        ? values.map((value) => fromView(structs, of.name, value as typeof view))
        : values,
    ];
  }));
}

/** A value whose NaNs and byte arrays compare by content. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${toHex(value)}`;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, plain(of)]));
  }
  return Object.is(value, -0) ? "-0" : Number.isNaN(value) ? "NaN" : value;
}
