/** Random schemas and values, and their text in both forms, written without the formatter. */

import fc from "fast-check";
import {
  type Field,
  type Interface,
  type Schema,
  slotWidth,
  type Struct,
  type Type,
} from "../../src/schema/model.ts";

const SCALARS = [
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
] as const;

/** A value of a struct, by property name; `null` is the null struct. */
export type StructValue = Record<string, unknown> | null;

const FIELD_NAMES = [
  "Id",
  "title",
  "Text",
  "data",
  "Offset",
  "U8",
  "list",
  "isNull",
  "class",
  "struct",
  "returns",
  "type",
  "snake_case_name",
  "X1",
  "bytesFixed",
  "toString",
  "value",
  "view",
  "base",
  "_",
];

function typeOf(structs: readonly string[]): fc.Arbitrary<Type> {
  const scalar: fc.Arbitrary<Type> = fc.constantFrom(...SCALARS).map((kind) => ({ kind }));
  const fixed: fc.Arbitrary<Type> = fc.integer({ min: 1, max: 40 })
    .map((size) => ({ kind: "bytes_fixed", size }));
  const text: fc.Arbitrary<Type> = fc.constantFrom({ kind: "text" }, { kind: "bytes" });
  const struct: fc.Arbitrary<Type> = fc.constantFrom(...structs)
    .map((name) => ({ kind: "struct", name }));
  const single = fc.oneof(
    { weight: 4, arbitrary: scalar },
    { weight: 3, arbitrary: text },
    { weight: 1, arbitrary: fixed },
    { weight: 1, arbitrary: struct },
  );
  const list: fc.Arbitrary<Type> = single.map((of) => ({ kind: "list", of }));
  return fc.oneof({ weight: 3, arbitrary: single }, { weight: 1, arbitrary: list });
}

/** Fields with gaps between some slots, declared in any order of offsets. */
function fieldsOf(structs: readonly string[]): fc.Arbitrary<Field[]> {
  const drafts = fc.uniqueArray(
    fc.record({
      name: fc.constantFrom(...FIELD_NAMES),
      type: typeOf(structs),
      gap: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(9)),
      rank: fc.nat(),
    }),
    {
      minLength: 1,
      maxLength: 8,
      selector: ({ name }) => name.charAt(0).toLowerCase() + name.slice(1),
    },
  );
  return fc.tuple(drafts, fc.boolean()).map(([list, shuffled]) => {
    let at = 0;
    const fields = list.map(({ name, type, gap, rank }) => {
      const offset = at + gap;
      at = offset + slotWidth(type);
      return { field: { name, type, offset }, rank };
    });
    if (shuffled) fields.sort((a, b) => a.rank - b.rank);
    return fields.map(({ field }) => field);
  });
}

/** A random valid schema of one to four structs, recursive ones among them. */
export const arbitrarySchema: fc.Arbitrary<Schema> = fc
  .uniqueArray(fc.constantFrom("Note", "Echo.Req", "message", "Uint8Array", "S", "NoteInput"), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((names) =>
    fc.tuple(fc.tuple(...names.map(() => fieldsOf(names))), interfacesOf(names)).map((
      [bodies, interfaces],
    ) => ({
      package: "random",
      servers: [],
      aliases: [],
      structs: names.map((name, i): Struct => ({
        name,
        fields: bodies[i]!,
        size: Math.max(...bodies[i]!.map(({ offset, type }) => offset + slotWidth(type))),
      })),
      interfaces,
    }))
  );

function interfacesOf(structs: readonly string[]): fc.Arbitrary<Interface[]> {
  const param = fc.option(fc.constantFrom(...structs).map((struct) => ({ name: "in", struct })), {
    nil: undefined,
  });
  const method = fc.record({
    name: fc.constantFrom("get", "getAll", "dispatch", "returns", "getOn", "constructor", "X"),
    param,
    result: param,
  });
  const methods = fc.uniqueArray(method, { maxLength: 4, selector: ({ name }) => name });
  return fc.option(methods, { nil: undefined }).map((found) =>
    found === undefined ? [] : [{
      name: "Service",
      methods: found.map(({ name, param, result }, i) => ({
        name,
        ordinal: i + 1,
        ...(param && { param }),
        ...(result && { result }),
      })),
    }]
  );
}

/** The schema's text, in braces or by indentation with each offset left out that may be. */
export function schemaText(schema: Schema, braces: boolean): string {
  const lines = [`package ${schema.package}`];
  const [open, close] = braces ? [" {", ["}"]] : ["", []];
  for (const struct of schema.structs) {
    let at = 0;
    lines.push(`struct ${struct.name}${open}`);
    for (const { name, type, offset } of struct.fields) {
      // Without its offset, a field `struct Note` would be a header.
      const isHeader = name === "struct" && type.kind === "struct";
      const place = braces || offset !== at || isHeader ? ` @${offset}` : "";
      lines.push(`  ${name} ${typeName(type)}${place}`);
      at = offset + slotWidth(type);
    }
    lines.push(...close);
  }
  for (const { name, methods } of schema.interfaces) {
    lines.push(`interface ${name}${open}`);
    for (const { name, param, result } of methods) {
      const inside = (p: typeof param): string => p ? `${p.name}: ${p.struct}` : "";
      lines.push(`  ${name}(${inside(param)}) returns (${inside(result)})`);
    }
    lines.push(...close);
  }
  return lines.join("\n") + "\n";
}

function typeName(type: Type): string {
  switch (type.kind) {
    case "list":
      return `list<${typeName(type.of)}>`;
    case "struct":
      return type.name;
    case "bytes_fixed":
      return `bytes_fixed[${type.size}]`;
    default:
      return type.kind;
  }
}

const INTEGERS: Record<string, [number, number]> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffffffff],
  i8: [-0x80, 0x7f],
  i16: [-0x8000, 0x7fff],
  i32: [-0x80000000, 0x7fffffff],
};

/** A random value of a type, with structs nested at most `depth` deep. */
export function arbitraryValue(schema: Schema, type: Type, depth: number): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "bool":
      return fc.boolean();
    case "u64":
      return fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    case "i64":
      return fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    case "f32":
      return fc.float();
    case "f64":
      return fc.double();
    case "text":
      return fc.oneof(
        fc.string({ maxLength: 40 }),
        fc.string({ unit: "binary", maxLength: 12 }),
        fc.constantFrom("", "é", "\ud800", "\ufeffx", "日本語".repeat(20)),
      );
    case "bytes":
      return fc.uint8Array({ maxLength: 40 });
    case "bytes_fixed":
      return fc.oneof(
        { weight: 9, arbitrary: fc.uint8Array({ minLength: type.size, maxLength: type.size }) },
        { weight: 1, arbitrary: fc.constant(new Uint8Array(0)) },
      );
    case "list":
      return type.of.kind === "struct" && depth <= 0
        ? fc.constant([])
        : fc.array(elementOf(schema, type.of, depth), { maxLength: 4 });
    case "struct": {
      if (depth <= 0) return fc.constant(null);
      const struct = schema.structs.find(({ name }) => name === type.name)!;
      return fc.option(arbitraryStruct(schema, struct, depth - 1), { freq: 4 });
    }
    default: {
      const [min, max] = INTEGERS[type.kind]!;
      return fc.integer({ min, max });
    }
  }
}

/** An element of a list: a struct there is never null. */
function elementOf(schema: Schema, type: Type, depth: number): fc.Arbitrary<unknown> {
  if (type.kind !== "struct") return arbitraryValue(schema, type, depth);
  const struct = schema.structs.find(({ name }) => name === type.name)!;
  return arbitraryStruct(schema, struct, depth - 1);
}

/** A random value of a struct. */
export function arbitraryStruct(
  schema: Schema,
  struct: Struct,
  depth = 2,
): fc.Arbitrary<NonNullable<StructValue>> {
  const entries = struct.fields.map(({ name, type }) =>
    [
      name.charAt(0).toLowerCase() + name.slice(1),
      arbitraryValue(schema, type, depth),
    ] as const
  );
  return fc.record(Object.fromEntries(entries)) as fc.Arbitrary<NonNullable<StructValue>>;
}
