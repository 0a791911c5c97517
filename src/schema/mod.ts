/**
 * Schemas: one model, made by `.zap` files or by `struct()`; codecs, JSON, and the evolution check.
 *
 * @module
 */

export type {
  Alias,
  Field,
  Interface,
  Method,
  Param,
  ScalarKind,
  Schema,
  Struct,
  Type,
} from "./model.ts";
export { MAX_STRUCT_BYTES, slotWidth } from "./model.ts";
export {
  bool,
  bytes,
  bytesFixed,
  type Compiled,
  f32,
  f64,
  type FieldSpec,
  FieldType,
  type FieldTypes,
  i16,
  i32,
  i64,
  i8,
  text,
  u16,
  u32,
  u64,
  u8,
} from "./field_type.ts";
export { type ElementOf, list, ref } from "./list_type.ts";
export {
  type AnyStruct,
  type GetterOf,
  type Infer,
  type ReadonlyValue,
  struct,
  type StructFields,
  type StructGetters,
  type StructIn,
  type StructOut,
  StructType,
  type TypesOf,
  type ViewOf,
  type WithGetters,
} from "./struct.ts";
export { structsOf } from "./from_schema.ts";
export { JsonError, type JsonIssue, type JsonIssueCode } from "./json_error.ts";
export type { JsonSchema } from "./json_schema.ts";
export type { StandardIssue, StandardProps, StandardResult } from "./standard.ts";
export { checkSchema, parseSchema, type SchemaCheck } from "./parser/parse_schema.ts";
export {
  formatProblem,
  type Position,
  SchemaError,
  type SchemaProblem,
  type SchemaProblemCode,
} from "./parser/problems.ts";
export { formatSchema, type SchemaForm } from "./format.ts";
export { type Broken, diffSchemas, isBreaking, type SchemaChange } from "./diff.ts";
export {
  describeService,
  type MethodDescriptor,
  type ServiceDescriptor,
} from "./service_descriptor.ts";
