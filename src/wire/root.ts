/** The root of a message, for view classes of generated code: without an object beside the view. */

import { HEADER_SIZE } from "./format.ts";
import { getU32 } from "./get_scalars.ts";
import { checkHeader } from "./header.ts";

/**
 * The message's bytes, without what follows it.
 *
 * @throws {ZapParseError} As `Message.parse`.
 */
export function checked(bytes: Uint8Array): Uint8Array {
  const size = checkHeader(bytes);
  return size === bytes.length ? bytes : bytes.subarray(0, size);
}

/** Where the root of a checked message begins; 0, the null object, if that is in the header. */
export function rootOffset(bytes: Uint8Array): number {
  const offset = getU32(bytes, 8);
  return offset < HEADER_SIZE ? 0 : offset;
}
