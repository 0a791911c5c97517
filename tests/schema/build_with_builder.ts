/** The canonical program of docs/design-codegen.md, on `Builder`: what every codec must equal. */

import { Builder } from "../../src/wire/builder.ts";
import type { ListBuilder } from "../../src/wire/list_builder.ts";
import type { StructBuilder } from "../../src/wire/struct_builder.ts";
import type { Field, Schema, Struct, Type } from "../../src/schema/model.ts";
import { lowerFirst } from "../../src/schema/names.ts";

type Value = Record<string, unknown>;
type Structs = ReadonlyMap<string, Struct>;

/** Builds a value of the struct `name`. */
export function buildWithBuilder(
  schema: Pick<Schema, "structs">,
  name: string,
  value: Value,
): Uint8Array {
  const structs = new Map(schema.structs.map((struct) => [struct.name, struct]));
  return message(structs, structs.get(name)!, value);
}

function message(structs: Structs, struct: Struct, value: Value): Uint8Array {
  const builder = new Builder();
  object(builder, structs, struct, value).finishAsRoot();
  return builder.finish();
}

function object(builder: Builder, structs: Structs, struct: Struct, value: Value): StructBuilder {
  const out = builder.startObject(struct.size);
  for (const field of struct.fields) {
    set(builder, out, structs, field, value[lowerFirst(field.name)]);
  }
  return out;
}

function set(
  builder: Builder,
  out: StructBuilder,
  structs: Structs,
  { type, offset }: Field,
  // deno-lint-ignore no-explicit-any
  value: any,
): void {
  switch (type.kind) {
    case "bool":
      return out.setBool(offset, value);
    case "u8":
      return out.setU8(offset, value);
    case "u16":
      return out.setU16(offset, value);
    case "u32":
      return out.setU32(offset, value);
    case "i8":
      return out.setI8(offset, value);
    case "i16":
      return out.setI16(offset, value);
    case "i32":
      return out.setI32(offset, value);
    case "f32":
      return out.setF32(offset, value);
    case "f64":
      return out.setF64(offset, value);
    case "u64":
      return out.setU64(offset, value);
    case "i64":
      return out.setI64(offset, value);
    case "text":
      return out.setText(offset, value);
    case "bytes":
      return out.setBytes(offset, value);
    case "bytes_fixed":
      return out.setBytesFixed(offset, value);
    case "struct":
      if (value === null) return out.setObject(offset, 0);
      return out.setObject(
        offset,
        object(builder, structs, structs.get(type.name)!, value).finish(),
      );
    case "list": {
      const list = builder.startList();
      for (const element of value) add(list, structs, type.of, element);
      return out.setList(offset, list.finishOffset(), value.length);
    }
  }
}

/** The builder packs u8, u32 and u64; other widths are made of those. */
function add(
  list: ListBuilder,
  structs: Structs,
  type: Type,
  // deno-lint-ignore no-explicit-any
  value: any,
): void {
  const scratch = new DataView(new ArrayBuffer(8));
  switch (type.kind) {
    case "text":
      return list.addObjectBytes(new TextEncoder().encode(value));
    case "bytes":
    case "bytes_fixed":
      return list.addObjectBytes(value);
    case "struct":
      return list.addObjectBytes(message(structs, structs.get(type.name)!, value));
    case "bool":
      return list.addU8(value ? 1 : 0);
    case "u8":
    case "i8":
      return list.addU8(value);
    case "u16":
    case "i16":
      list.addU8(value & 0xff);
      return list.addU8((value >> 8) & 0xff);
    case "u32":
    case "i32":
      return list.addU32(value);
    case "u64":
    case "i64":
      return list.addU64(value);
    case "f32":
      scratch.setFloat32(0, value);
      return list.addU32(scratch.getUint32(0));
    case "f64":
      scratch.setFloat64(0, value);
      return list.addU64(scratch.getBigUint64(0));
    case "list":
      throw new Error("A list of lists has no layout");
  }
}
