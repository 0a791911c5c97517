/** Ranges and notations of numbers in JSON (spec: schema.md, "OpenAPI 3.1"). */

import type { ScalarKind } from "./model.ts";

/** Least and greatest value of the integers that JSON writes as numbers. */
export const INTEGER_RANGES: Readonly<Partial<Record<ScalarKind, readonly [number, number]>>> = {
  u8: [0, 0xff],
  u16: [0, 0xffff],
  u32: [0, 0xffffffff],
  i8: [-0x80, 0x7f],
  i16: [-0x8000, 0x7fff],
  i32: [-0x80000000, 0x7fffffff],
};

/** Least and greatest value of the integers that JSON writes as strings. */
export const BIGINT_RANGES: Readonly<Record<"u64" | "i64", readonly [bigint, bigint]>> = {
  u64: [0n, (1n << 64n) - 1n],
  i64: [-(1n << 63n), (1n << 63n) - 1n],
};

/** Decimal notation of a 64-bit integer: no sign but `-`, no leading zero, 20 characters at most. */
export const DECIMAL: RegExp = /^(?:0|-?[1-9][0-9]{0,19})$/;

/** Whether a number is finite as an f32. */
export function fitsF32(value: number): boolean {
  return Number.isFinite(Math.fround(value));
}
