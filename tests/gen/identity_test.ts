/** Generated code against the struct DSL and the builder, on a thousand random schemas and values. */

import { test } from "node:test";
import fc from "fast-check";
import { assertEquals } from "@std/assert";
import type { Schema, Struct } from "../../src/schema/model.ts";
import { identifier, lowerFirst, upperFirst } from "../../src/schema/names.ts";
import { structsOf } from "../../src/schema/from_schema.ts";
import { StructView } from "../../src/wire/views.ts";
import { arbitrarySchema, arbitraryStruct } from "../schema/arbitrary_schema.ts";
import { buildWithBuilder } from "../schema/build_with_builder.ts";
import { toHex } from "../support/vectors.ts";
import { type GeneratedModule, importGenerated } from "./generated_module.ts";

const SCHEMAS = 1000;
/** Schemas that share a generated module: importing a thousand modules would take minutes. */
const BATCH = 100;

type Value = Record<string, unknown>;

interface Sample {
  readonly schema: Schema;
  readonly root: string;
  readonly value: Value;
}

/** The schema with all structs' names made its own, so that many fit into one module. */
function renamed(schema: Schema, i: number): Schema {
  const name = (of: string): string => `T${i}.${of}`;
  return JSON.parse(
    JSON.stringify({ ...schema, interfaces: [] }, (key, value) => {
      if (key === "structs") return value.map((s: Struct) => ({ ...s, name: name(s.name) }));
      return value?.kind === "struct" ? { kind: "struct", name: name(value.name) } : value;
    }),
  );
}

function samples(seed: number): Sample[] {
  return fc.sample(arbitrarySchema, { numRuns: SCHEMAS, seed }).map((drawn, i) => {
    const schema = renamed(drawn, i);
    const root = schema.structs[0]!;
    const [value] = fc.sample(arbitraryStruct(schema, root), { numRuns: 1, seed: seed + i });
    return { schema, root: root.name, value: value! };
  });
}

function functions(module: GeneratedModule, root: string) {
  const name = upperFirst(identifier(root));
  return {
    create: module[`new${name}`] as (value: Value) => Uint8Array,
    into: module[`encode${name}Into`] as (v: Value, buffer: Uint8Array, at?: number) => number,
    decode: module[`decode${name}`] as (bytes: Uint8Array) => Value,
    view: module[identifier(root)] as { wrap(bytes: Uint8Array): Value },
  };
}

test("struct DSL = generated code = builder, for a thousand random schemas and values", async () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const drawn = samples(seed);
  let compared = 0;
  for (let start = 0; start < drawn.length; start += BATCH) {
    const batch = drawn.slice(start, start + BATCH);
    const structs = batch.flatMap(({ schema }) => schema.structs);
    const [module] = await importGenerated([{ ...batch[0]!.schema, structs }]);
    for (const [i, { schema, root, value }] of batch.entries()) {
      const where = `seed ${seed}, sample ${start + i}, ${root}`;
      const { create, into, decode, view } = functions(module!, root);
      const bytes = create(value);
      const hex = toHex(bytes);
      assertEquals(hex, toHex(buildWithBuilder(schema, root, value)), `builder: ${where}`);
      const type = structsOf(schema).get(root)!;
      assertEquals(hex, toHex(type.encode(value)), `DSL: ${where}`);
      const buffer = new Uint8Array(bytes.length + 20).fill(0xa5);
      assertEquals(into(value, buffer, 3), bytes.length, where);
      assertEquals(toHex(buffer.subarray(3, 3 + bytes.length)), hex, `into: ${where}`);
      assertEquals(decode(bytes), type.decode(bytes), `decode: ${where}`);
      assertEquals(
        readView(view.wrap(bytes), schema, root),
        readView(type.view(bytes) as unknown as Value, schema, root),
        `view: ${where}`,
      );
      compared++;
    }
  }
  assertEquals(compared, SCHEMAS);
});

/** All that the getters of a view give, lists and nested views included. */
function readView(view: Value, schema: Schema, name: string, depth = 3): Value | null {
  if (StructView.prototype.isNull.call(view) || depth === 0) return null;
  const { fields } = schema.structs.find((struct) => struct.name === name)!;
  return Object.fromEntries(fields.map(({ name, type }) => {
    const property = lowerFirst(name);
    const value = view[property];
    if (type.kind === "struct") {
      return [name, readView(value as Value, schema, type.name, depth - 1)];
    }
    if (type.kind !== "list") return [name, value];
    const elements = [...value as Iterable<unknown>];
    const { of } = type;
    return [
      name,
      of.kind === "struct"
        ? elements.map((element) => readView(element as Value, schema, of.name, depth - 1))
        : elements,
    ];
  }));
}

test("hostile bytes are read by generated code as by the DSL", async () => {
  const schema = fc.sample(arbitrarySchema, { numRuns: 40, seed: 7 }).map(renamed);
  const structs = schema.flatMap(({ structs }) => structs);
  const [module] = await importGenerated([{ ...schema[0]!, structs }]);
  const whole = { ...schema[0]!, structs };
  const types = structsOf(whole);
  const hostile = fc.tuple(fc.constantFrom(...structs), fc.nat()).chain(([struct, seed]) => {
    const [value] = fc.sample(arbitraryStruct(whole, struct), { numRuns: 1, seed });
    const bytes = types.get(struct.name)!.encode(value!);
    const damage = fc.array(
      fc.tuple(fc.integer({ min: 16, max: Math.max(16, bytes.length - 1) }), fc.nat(255)),
      { maxLength: 8 },
    );
    return fc.tuple(fc.constant(struct.name), damage, fc.nat(40)).map(([name, hits, cut]) => {
      const copy = bytes.slice(0, Math.max(16, bytes.length - cut));
      new DataView(copy.buffer).setUint32(12, copy.length, true);
      for (const [at, byte] of hits) if (at < copy.length) copy[at] = byte;
      return { name, bytes: copy };
    });
  });
  fc.assert(
    fc.property(hostile, ({ name, bytes }) => {
      assertEquals(functions(module!, name).decode(bytes), types.get(name)!.decode(bytes));
    }),
    { numRuns: 1000 },
  );
});
