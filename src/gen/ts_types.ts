/** How each type of a schema is written, read and viewed in generated code (docs/design-codegen.md). */

import type { ScalarKind, Type } from "../schema/model.ts";
import type { FileNames } from "./ts_names.ts";
import { place } from "./ts_text.ts";

/** A scalar's names: in TypeScript, in `DataView`, in the runtime. */
interface Scalar {
  readonly type: "boolean" | "number" | "bigint";
  /** Suffix of `DataView`'s setter and getter; none for what is one byte. */
  readonly setter?: string;
  /** Suffix of `codec.get…s` and `codec.as…`. */
  readonly reader: string;
  /** Suffix of `codec.put…s`. */
  readonly list: string;
}

const SCALARS: Readonly<Record<ScalarKind, Scalar>> = {
  bool: { type: "boolean", reader: "Bool", list: "Bool" },
  u8: { type: "number", reader: "U8", list: "8" },
  i8: { type: "number", reader: "I8", list: "8" },
  u16: { type: "number", setter: "Uint16", reader: "U16", list: "16" },
  i16: { type: "number", setter: "Int16", reader: "I16", list: "16" },
  u32: { type: "number", setter: "Uint32", reader: "U32", list: "32" },
  i32: { type: "number", setter: "Int32", reader: "I32", list: "32" },
  u64: { type: "bigint", setter: "BigUint64", reader: "U64", list: "64" },
  i64: { type: "bigint", setter: "BigInt64", reader: "I64", list: "64" },
  f32: { type: "number", setter: "Float32", reader: "F32", list: "F32" },
  f64: { type: "number", setter: "Float64", reader: "F64", list: "F64" },
};

/** The scalar's table row; `undefined` for other types. */
export function scalarOf(type: Type): Scalar | undefined {
  return Object.hasOwn(SCALARS, type.kind) ? SCALARS[type.kind as ScalarKind] : undefined;
}

/** The TypeScript type of a value: what `encode` takes, or what `decode` gives. */
export function valueType(names: FileNames, type: Type, of: "input" | "value"): string {
  if (type.kind === "list") {
    const element = type.of.kind === "struct"
      ? names.struct(type.of.name)[of]
      : valueType(names, type.of, of);
    return of === "input" ? `readonly ${element}[]` : `${element}[]`;
  }
  if (type.kind === "struct") return `${names.struct(type.name)[of]} | null`;
  return type.kind === "text" ? "string" : scalarOf(type)?.type ?? "Uint8Array";
}

/** The TypeScript type of a getter. */
export function viewType(names: FileNames, type: Type): string {
  if (type.kind === "list") return `${names.useType("List")}<${viewType(names, type.of)}>`;
  if (type.kind === "struct") return names.struct(type.name).view;
  return valueType(names, type, "value");
}

/**
 * The body of a getter.
 *
 * @param shadowed Members of `StructView` in whose place the view has getters of its own.
 */
export function viewStatements(
  names: FileNames,
  type: Type,
  offset: number,
  shadowed: ReadonlySet<string>,
): string {
  const call = (method: string, ...args: number[]): string =>
    shadowed.has(method)
      ? `${names.use("StructView")}.prototype.${method}.call(${["this", ...args].join(", ")})`
      : `this.${method}(${args.join(", ")})`;
  switch (type.kind) {
    case "struct":
      return `const object = ${call("object", offset)};\n    ` +
        `return new ${names.struct(type.name).view}(object.data, object.offset);`;
    case "list":
      return `return ${names.primitive("list")}(this, ${offset}, ${element(names, type.of)});`;
    case "bytes_fixed":
      return `return ${call("bytesFixed", offset, type.size)};`;
    default:
      return `return ${call(type.kind, offset)};`;
  }
}

function element(names: FileNames, type: Type): string {
  if (type.kind === "struct") return names.struct(type.name).element;
  const suffix = type.kind === "text" ? "Text" : scalarOf(type)?.reader ?? "Bytes";
  return names.primitive(`as${suffix}`);
}

/** The expression that reads a slot whose object fits. */
export function readExpression(names: FileNames, type: Type, offset: number): string {
  const at = place(offset);
  switch (type.kind) {
    case "bool":
      return `bytes[${at}] !== 0`;
    case "u8":
      return `bytes[${at}]!`;
    case "text":
      return `${names.primitive("getText")}(bytes, view, end, ${at})`;
    case "bytes":
      return `${names.primitive("getBytes")}(view, end, ${at})`;
    case "bytes_fixed":
      return `${names.primitive("getFixed")}(${at}, ${type.size})`;
    case "struct":
      return `${names.primitive("getStruct")}(bytes, view, base, end, ${at}, ${
        names.struct(type.name).read
      })`;
    case "list": {
      if (type.of.kind === "struct") {
        return `${names.primitive("getStructs")}(bytes, view, base, end, ${at}, ${
          names.struct(type.of.name).read
        })`;
      }
      const suffix = type.of.kind === "text" ? "Text" : scalarOf(type.of)?.reader ?? "Blob";
      return `${names.primitive(`get${suffix}s`)}(bytes, view, base, end, ${at})`;
    }
    case "i8":
      return `view.getInt8(${at})`;
    default:
      return `view.get${scalarOf(type)!.setter!}(${at}, true)`;
  }
}
