/**
 * The primitives that generated code and `struct()` share. The package exports them as `codec`, for
 * generated code: they trust their caller to reserve memory and to know the layout, so hand-written
 * code uses `Builder` and `StructView` (docs/design-codegen.md).
 *
 * @module
 */

export { encode, encodeInto, type WriteMessage } from "./encode.ts";
export {
  align,
  boundBlobs,
  boundTexts,
  putBlobs,
  putBytes,
  putFixed,
  putHeader,
  putList,
  putPointer,
  putText,
  putTexts,
  putZeros,
} from "./put.ts";
export {
  put16s,
  put32s,
  put64s,
  put8s,
  putBools,
  putF32s,
  putF64s,
  type PutScalars,
} from "./put_scalars.ts";
export { putU64 } from "./put_u64.ts";
export { checked, rootOffset } from "./root.ts";
export { decode, getShort, getStruct, getStructs, type ReadStruct } from "./decode.ts";
export { getBytes, getFixed, getText } from "./get.ts";
export { openTexts } from "./text_run.ts";
export {
  getBlobs,
  getBools,
  getF32s,
  getF64s,
  getI16s,
  getI32s,
  getI64s,
  getI8s,
  type GetList,
  getTexts,
  getU16s,
  getU32s,
  getU64s,
  getU8s,
} from "./get_lists.ts";
export {
  asBool,
  asBytes,
  asF32,
  asF64,
  asI16,
  asI32,
  asI64,
  asI8,
  asStruct,
  asText,
  asU16,
  asU32,
  asU64,
  asU8,
  type Element,
  list,
} from "./list.ts";
export type { ViewWithout } from "./views.ts";
