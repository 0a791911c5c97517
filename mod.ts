/**
 * Zap Edge, the universal part: the ZAP wire format, for Deno, Bun, Node, browsers and edge workers.
 * It imports no runtime built-in.
 *
 * @example
 * ```ts
 * import { Builder, Message } from "@zap-proto/edge";
 *
 * const builder = new Builder();
 * const note = builder.startObject(16);
 * note.setU64(0, 7n);
 * note.setText(8, "hello");
 * note.finishAsRoot();
 * console.log(Message.parse(builder.finish()).root().text(8)); // hello
 * ```
 *
 * @module
 */

export { Builder, ListBuilder, StructBuilder } from "./src/wire/builder.ts";
export { ListView, Message, StructView } from "./src/wire/views.ts";
export { ZapParseError, type ZapParseErrorCode } from "./src/wire/parse_error.ts";
export {
  ALIGNMENT,
  DEFAULT_PORT,
  Flags,
  HEADER_SIZE,
  VERSION_1,
  VERSION_2,
} from "./src/wire/format.ts";
export { List } from "./src/wire/list.ts";
export * as codec from "./src/wire/codec.ts";
export {
  bool,
  bytes,
  bytesFixed,
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
} from "./src/schema/field_type.ts";
export { list, ref } from "./src/schema/list_type.ts";
export {
  type AnyStruct,
  type Infer,
  type ReadonlyValue,
  struct,
  type StructGetters,
  type StructIn,
  type StructOut,
  StructType,
} from "./src/schema/struct.ts";
export { structsOf } from "./src/schema/from_schema.ts";
export { JsonError, type JsonIssue, type JsonIssueCode } from "./src/schema/json_error.ts";
export type { JsonSchema } from "./src/schema/json_schema.ts";
export type { StandardIssue, StandardProps, StandardResult } from "./src/schema/standard.ts";
export * from "./src/rpc/universal.ts";
export * as stub from "./src/rpc/stub.ts";
export { checkSchema, parseSchema, type SchemaCheck } from "./src/schema/parser/parse_schema.ts";
export {
  formatProblem,
  type Position,
  SchemaError,
  type SchemaProblem,
  type SchemaProblemCode,
} from "./src/schema/parser/problems.ts";
export { formatSchema, type SchemaForm } from "./src/schema/format.ts";
export { type Broken, diffSchemas, isBreaking, type SchemaChange } from "./src/schema/diff.ts";
export {
  describeService,
  type MethodDescriptor,
  type ServiceDescriptor,
} from "./src/schema/service_descriptor.ts";
export {
  type GeneratedFile,
  type OpenApiDocument,
  openApiDocument,
  openApiFiles,
} from "./src/gen/openapi.ts";
export { typescriptFile, type TypescriptOptions } from "./src/gen/typescript.ts";
