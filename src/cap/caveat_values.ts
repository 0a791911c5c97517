/**
 * Values of caveats (ours; the reference looks only at the kind). A value of the wrong length decodes
 * to `undefined`, and what cannot be decoded is refused.
 */

import { copyBytes } from "../base/bytes.ts";
import type { Caveat } from "./cap.ts";
import { parseIpAddress } from "./ip_address.ts";
import { CaveatKind } from "./kinds.ts";
import { u32At } from "./layout.ts";

/** A rate: at most `count` uses in a window of `seconds`. */
export interface Rate {
  /** Uses in a window. */
  readonly count: number;
  /** Length of a window. */
  readonly seconds: number;
}

/** A network: the first `prefix` bits of an address. */
export interface Network {
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** Number of bits that count. */
  readonly prefix: number;
}

/** A u64 value: ExpiresAt, MaxAmount, OpAllow. */
export function decodeU64(value: Uint8Array): bigint | undefined {
  if (value.length !== 8) return undefined;
  return (BigInt(u32At(value, 4)) << 32n) | BigInt(u32At(value, 0));
}

/** RateLimit: `count u32, seconds u32`; a window of no length is no rate. */
export function decodeRate(value: Uint8Array): Rate | undefined {
  if (value.length !== 8) return undefined;
  const seconds = u32At(value, 4);
  return seconds === 0 ? undefined : { count: u32At(value, 0), seconds };
}

/** IPCIDR: `family u8 (4 or 6), prefix u8, address`. */
export function decodeNetwork(value: Uint8Array): Network | undefined {
  const length = value[0] === 4 ? 4 : value[0] === 6 ? 16 : 0;
  const prefix = value[1] ?? 0;
  if (length === 0 || value.length !== 2 + length || prefix > 8 * length) {
    return undefined;
  }
  return { address: value.subarray(2), prefix };
}

function u64(name: string, value: bigint): Uint8Array {
  if (value < 0n || value > 0xffff_ffff_ffff_ffffn) {
    throw new RangeError(
      `Cannot make caveat: ${name} must be within 0 and 2^64 - 1, not ${value}`,
    );
  }
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, value, true);
  return bytes;
}

function checked(
  name: string,
  value: number,
  min: number,
  max: number,
): number {
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(
    `Cannot make caveat: ${name} must be within ${min} and ${max}, not ${value}`,
  );
}

/** Makes caveats with values that a verifier can evaluate. */
export interface CaveatMaker {
  /** Valid up to and including this second (Unix). */
  expiresAt(seconds: bigint): Caveat;
  /** The request's amount must not be above this. */
  maxAmount(amount: bigint): Caveat;
  /** The request's destination chain must be this. */
  destChain(id: Uint8Array): Caveat;
  /** At most `count` uses in a window of `seconds`, of this capability and all derived from it together. */
  rateLimit(count: number, seconds: number): Caveat;
  /** The request must come from this network, such as `"10.0.0.0/8"` or `"2001:db8::/32"`. */
  ipCidr(cidr: string): Caveat;
  /** The request's asset must be this. */
  assetID(id: Uint8Array): Caveat;
  /** The operation's bits must all be in this mask. */
  opAllow(mask: bigint): Caveat;
  /** It may be handed on this many times more, 0 to 255. */
  maxDepth(delegations: number): Caveat;
  /** The request must be made to this audience. */
  audience(name: string): Caveat;
  /** The request must show the nonce of this SHA-256, which is accepted once. */
  nonceHash(hash: Uint8Array): Caveat;
}

/**
 * Makes caveats with values that a verifier can evaluate.
 *
 * @throws {RangeError} From each, for a value that its encoding cannot hold.
 *
 * @example
 * ```ts
 * import { caveat } from "@zap-proto/edge/cap";
 *
 * const caveats = [caveat.maxAmount(1_000n), caveat.ipCidr("10.0.0.0/8")];
 * console.log(caveats.length); // 2
 * ```
 */
export const caveat: CaveatMaker = {
  expiresAt: (seconds) => ({
    kind: CaveatKind.ExpiresAt,
    value: u64("time", seconds),
  }),
  maxAmount: (amount) => ({
    kind: CaveatKind.MaxAmount,
    value: u64("amount", amount),
  }),
  destChain: (id) => ({ kind: CaveatKind.DestChain, value: copyBytes(id) }),
  rateLimit(count, seconds) {
    const value = new Uint8Array(8);
    const view = new DataView(value.buffer);
    view.setUint32(0, checked("count", count, 0, 0xffffffff), true);
    view.setUint32(4, checked("seconds", seconds, 1, 0xffffffff), true);
    return { kind: CaveatKind.RateLimit, value };
  },
  ipCidr(cidr) {
    const [text = "", digits = "", ...more] = cidr.split("/");
    const address = parseIpAddress(text);
    if (!address || more.length > 0 || !/^[0-9]{1,3}$/.test(digits)) {
      throw new RangeError(
        `Cannot make caveat: "${cidr}" is not a network such as "10.0.0.0/8"`,
      );
    }
    const prefix = checked("prefix", Number(digits), 0, 8 * address.length);
    const value = Uint8Array.of(
      address.length === 4 ? 4 : 6,
      prefix,
      ...address,
    );
    return { kind: CaveatKind.IPCIDR, value };
  },
  assetID: (id) => ({ kind: CaveatKind.AssetID, value: copyBytes(id) }),
  opAllow: (mask) => ({ kind: CaveatKind.OpAllow, value: u64("mask", mask) }),
  maxDepth: (delegations) => ({
    kind: CaveatKind.MaxDepth,
    value: Uint8Array.of(checked("delegations", delegations, 0, 255)),
  }),
  audience: (name) => ({
    kind: CaveatKind.Audience,
    value: new TextEncoder().encode(name),
  }),
  nonceHash(hash) {
    checked("length of the hash", hash.length, 32, 32);
    return { kind: CaveatKind.NonceHash, value: copyBytes(hash) };
  },
};
