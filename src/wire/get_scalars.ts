/**
 * Scalars read in place, for generated code, `struct()` and the views. A hot path: see bench/codec.ts.
 * Plain byte loads, because a `DataView` a message costs more than it saves on all three engines.
 */

const words = new Uint32Array(2);
const bigUint = new BigUint64Array(words.buffer);
const bigInt = new BigInt64Array(words.buffer);
const float64 = new Float64Array(words.buffer);
const float32 = new Float32Array(words.buffer);

// The words must lie as on the wire. No engine runs big-endian; if one did, fail at load.
if (new Uint8Array(Uint32Array.of(1).buffer)[0] !== 1) {
  throw new Error("Cannot load codec: this machine is not little-endian");
}

/** A u16. */
export function getU16(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/** An i16. */
export function getI16(bytes: Uint8Array, at: number): number {
  return (getU16(bytes, at) << 16) >> 16;
}

/** A u32. */
export function getU32(bytes: Uint8Array, at: number): number {
  return getI32(bytes, at) >>> 0;
}

/** An i32. */
export function getI32(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

/** An i8. */
export function getI8(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) >> 24;
}

/** A u64. */
export function getU64(bytes: Uint8Array, at: number): bigint {
  words[0] = getI32(bytes, at);
  words[1] = getI32(bytes, at + 4);
  return bigUint[0]!;
}

/** An i64. */
export function getI64(bytes: Uint8Array, at: number): bigint {
  words[0] = getI32(bytes, at);
  words[1] = getI32(bytes, at + 4);
  return bigInt[0]!;
}

/** An f32. */
export function getF32(bytes: Uint8Array, at: number): number {
  words[0] = getI32(bytes, at);
  return float32[0]!;
}

/** An f64. */
export function getF64(bytes: Uint8Array, at: number): number {
  words[0] = getI32(bytes, at);
  words[1] = getI32(bytes, at + 4);
  return float64[0]!;
}
