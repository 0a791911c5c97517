/**
 * The bytes of a capability (spec: capabilities.md, "Bytes"), and the one layout in which a builder
 * writes them.
 *
 * A signature covers the fields and the caveats, not the pointers between them. So that no bit of a
 * token can be changed without a refusal, a verifier takes only the layout that a builder writes:
 * then fields, caveats and signature determine every byte of the message.
 */

import { HEADER_SIZE } from "../wire/format.ts";

/** Bytes of the signature field: the primitive's signature, zeroes, the scheme's tag. */
export const SIG_SIZE = 3408;
/** Where in the signature field the scheme's tag is. */
export const ALG_TAG_OFFSET: number = SIG_SIZE - 1;

/** Offsets of the root object's fields. */
export const FIELD: Readonly<Record<CapField, number>> = {
  kind: 0,
  target: 4,
  holder: 36,
  issuer: 68,
  permissions: 100,
  parent: 108,
  issuedAt: 140,
  expiresAt: 148,
  caveats: 156,
  sig: 164,
};

/** Names of the root object's fields. */
export type CapField =
  | "kind"
  | "target"
  | "holder"
  | "issuer"
  | "permissions"
  | "parent"
  | "issuedAt"
  | "expiresAt"
  | "caveats"
  | "sig";

/** Bytes of the root object. */
export const CAP_OBJECT_SIZE = 3572;
/** Bytes of the root object that a signature covers: all in front of it. */
export const SIGNED_SIZE = 164;
/** Where the signature stands in a message in the builder's layout. */
export const SIG_AT: number = HEADER_SIZE + SIGNED_SIZE;
/** Where the list of caveats begins: after the root object, on a multiple of 8. Also a whole capability without caveats. */
export const CAVEATS_AT = 3592;

/** Bytes of a caveat's object, and the offsets of its two fields. */
export const CAVEAT_OBJECT_SIZE = 12;
/** Offset of a caveat's kind, u32. */
export const CAVEAT_KIND = 0;
/** Offset of a caveat's value, bytes. */
export const CAVEAT_VALUE = 4;
/** A caveat's message without its value: header and object. */
const CAVEAT_HEAD: number = HEADER_SIZE + CAVEAT_OBJECT_SIZE;

/** Little-endian u32 at a position that is known to be inside. */
export function u32At(data: Uint8Array, at: number): number {
  return (data[at]! | (data[at + 1]! << 8) | (data[at + 2]! << 16) |
    (data[at + 3]! << 24)) >>> 0;
}

/** Whether the bytes from `from` up to `to` are zero. */
export function areZero(data: Uint8Array, from: number, to: number): boolean {
  let any = 0;
  let at = from;
  if (to - from >= 64) {
    // 32 bytes a step: a signature's padding is over 3000, and every verification looks at it.
    while (((data.byteOffset + at) & 3) !== 0) any |= data[at++]!;
    const count = (to - at) >> 5;
    const words = new Int32Array(data.buffer, data.byteOffset + at, count << 3);
    for (let i = 0; i < words.length; i += 8) {
      any |= words[i]! | words[i + 1]! | words[i + 2]! | words[i + 3]! |
        words[i + 4]! | words[i + 5]! | words[i + 6]! | words[i + 7]!;
    }
    at += count << 5;
  }
  for (; at < to; at++) any |= data[at]!;
  return any === 0;
}

/** Whether a header at `at` is exactly a builder's: version 1, no flags, root at 16, `size` bytes. */
function isPlainHeader(data: Uint8Array, at: number, size: number): boolean {
  return u32At(data, at) === 0x0050415a && u32At(data, at + 4) === 1 &&
    u32At(data, at + 8) === HEADER_SIZE && u32At(data, at + 12) === size;
}

/** Whether a message has exactly the layout that `issue` writes. Expects the message without trailing bytes. */
export function hasBuilderLayout(data: Uint8Array): boolean {
  const end = data.length;
  if (end < CAVEATS_AT || !isPlainHeader(data, 0, end)) return false;
  if (!areZero(data, HEADER_SIZE + CAP_OBJECT_SIZE, CAVEATS_AT)) return false;
  const slot = HEADER_SIZE + FIELD.caveats;
  const count = u32At(data, slot + 4);
  if (u32At(data, slot) !== (count === 0 ? 0 : CAVEATS_AT - slot)) return false;
  let at = CAVEATS_AT;
  for (let i = 0; i < count; i++) {
    const start = at + 4;
    if (start + CAVEAT_HEAD > end) return false;
    const valueAt = start + HEADER_SIZE + CAVEAT_VALUE;
    const length = u32At(data, valueAt + 4);
    const size = CAVEAT_HEAD + length;
    if (u32At(data, at) !== size || start + size > end) return false;
    if (!isPlainHeader(data, start, size)) return false;
    if (
      u32At(data, valueAt) !==
        (length === 0 ? 0 : start + CAVEAT_HEAD - valueAt)
    ) return false;
    at = start + size;
  }
  return at === end;
}
