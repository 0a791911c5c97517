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

export { Builder } from "./src/wire/builder.ts";
export { ListBuilder } from "./src/wire/list_builder.ts";
export { StructBuilder } from "./src/wire/struct_builder.ts";
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
export * from "./src/schema/mod.ts";
export * from "./src/gen/mod.ts";
export * from "./src/rpc/universal.ts";
export * as stub from "./src/rpc/stub.ts";
