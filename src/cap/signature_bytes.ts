/** A signature field without its zero padding, for what is stored or sent: signature, then tag. */

import { copyBytes } from "../base/bytes.ts";
import { SIGNATURE_LENGTHS } from "./kinds.ts";
import { ALG_TAG_OFFSET, areZero, SIG_SIZE } from "./layout.ts";

/** The short form; a field of an unknown scheme, or with bytes in its padding, stays whole. */
export function packSignature(field: Uint8Array): Uint8Array {
  const length = SIGNATURE_LENGTHS[field[ALG_TAG_OFFSET]!];
  if (length === undefined || !areZero(field, length, ALG_TAG_OFFSET)) {
    return field;
  }
  const packed = copyBytes(field.subarray(0, length + 1));
  packed[length] = field[ALG_TAG_OFFSET]!;
  return packed;
}

/** Writes the whole field at `at` of zeroed bytes. `false` if it is no short form. */
export function unpackSignature(
  packed: Uint8Array,
  into: Uint8Array,
  at: number,
): boolean {
  if (packed.length === 0 || packed.length > SIG_SIZE) return false;
  into.set(packed.subarray(0, -1), at);
  into[at + ALG_TAG_OFFSET] = packed[packed.length - 1]!;
  return true;
}
