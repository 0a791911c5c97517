/**
 * The one model of a schema (spec: schema.md). Two front ends make it, the `.zap` parser and the
 * TypeScript `struct()`; everything else (codecs, generators, JSON mapping, diff) reads it.
 *
 * A model is valid by construction: fields do not overlap, names resolve, sizes are in range.
 *
 * @module
 */

/** Scalars that stand in their slot. */
export type ScalarKind =
  | "bool"
  | "u8"
  | "u16"
  | "u32"
  | "u64"
  | "i8"
  | "i16"
  | "i32"
  | "i64"
  | "f32"
  | "f64";

/** A field's type, with aliases resolved. */
export type Type =
  | { readonly kind: ScalarKind }
  | { readonly kind: "text" }
  | { readonly kind: "bytes" }
  | { readonly kind: "bytes_fixed"; readonly size: number }
  | { readonly kind: "list"; readonly of: Type }
  | { readonly kind: "struct"; readonly name: string };

/** A field of a struct. */
export interface Field {
  /** As declared; generated accessors are lowerCamel. */
  readonly name: string;
  /** Its type, aliases resolved. */
  readonly type: Type;
  /** Byte offset in the fixed section. */
  readonly offset: number;
  /** The comment block above it, or beside it; no `#`. */
  readonly doc?: string;
}

/** A struct: an object with a fixed section. */
export interface Struct {
  /** As declared; may hold dots. */
  readonly name: string;
  /** Fields in order of declaration, which is the order in which a builder sets them. */
  readonly fields: readonly Field[];
  /** Bytes of the fixed section: the end of the last field by offset. */
  readonly size: number;
  /** The comment block above it. */
  readonly doc?: string;
}

/** A named parameter or result of a method. */
export interface Param {
  /** Its name in the declaration. */
  readonly name: string;
  /** Name of the struct that is its type. */
  readonly struct: string;
}

/** A method of an interface. */
export interface Method {
  /** Its name as declared. */
  readonly name: string;
  /** 1, 2, 3, … in order of declaration. */
  readonly ordinal: number;
  /** The struct it takes, if any. */
  readonly param?: Param;
  /** The struct it answers, if any. */
  readonly result?: Param;
  /** The comment block above it. */
  readonly doc?: string;
}

/** An interface: what a service offers. */
export interface Interface {
  /** Its name as declared. */
  readonly name: string;
  /** Methods in order of declaration. */
  readonly methods: readonly Method[];
  /** The comment block above it. */
  readonly doc?: string;
}

/** A type alias, kept for the formatter and for docs; fields hold the resolved type. */
export interface Alias {
  /** Its name as declared. */
  readonly name: string;
  /** What it stands for. */
  readonly type: Type;
  /** The comment block above it. */
  readonly doc?: string;
}

/** One schema: a `.zap` file, or what a program declared. */
export interface Schema {
  /** Name of the package, as `package NAME` declares it. */
  readonly package: string;
  /** `# @openapi:version`, or `undefined`. */
  readonly version?: string;
  /** `# @openapi:server`, in order. */
  readonly servers: readonly string[];
  /** Aliases in order of declaration. */
  readonly aliases: readonly Alias[];
  /** Structs in order of declaration. */
  readonly structs: readonly Struct[];
  /** Interfaces in order of declaration. */
  readonly interfaces: readonly Interface[];
}

/** Largest offset and largest size in a fixed section (spec: schema.md, "Rules"): 1 MiB. */
export const MAX_STRUCT_BYTES: number = 1 << 20;

/** Bytes of a type's slot in the fixed section (spec: wire.md, "Objects"). */
export function slotWidth(type: Type): number {
  switch (type.kind) {
    case "bool":
    case "u8":
    case "i8":
      return 1;
    case "u16":
    case "i16":
      return 2;
    case "u32":
    case "i32":
    case "f32":
    case "struct":
      return 4;
    case "u64":
    case "i64":
    case "f64":
    case "text":
    case "bytes":
    case "list":
      return 8;
    case "bytes_fixed":
      return type.size;
  }
}
