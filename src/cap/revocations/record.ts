/**
 * A record as stored: `capID 32 bytes, revokedAt u64, expiresAt u64`, then the signature without its
 * padding and its tag. 113 bytes for Ed25519.
 */

import { copyBytes } from "../../base/bytes.ts";
import { SIG_SIZE, u32At } from "../layout.ts";
import { packSignature, unpackSignature } from "../signature_bytes.ts";
import type { RevocationRecord } from "./store.ts";

const REVOKED_AT = 32;
const EXPIRES_AT = 40;
const SIG = 48;

/** Bytes of a record. */
export function encodeRecord(
  { revocation, expiresAt }: RevocationRecord,
): Uint8Array {
  const signature = packSignature(revocation.revokerSig);
  const bytes = new Uint8Array(SIG + signature.length);
  const view = new DataView(bytes.buffer);
  bytes.set(revocation.capID);
  view.setBigUint64(REVOKED_AT, revocation.revokedAt, true);
  view.setBigUint64(EXPIRES_AT, expiresAt, true);
  bytes.set(signature, SIG);
  return bytes;
}

/** A record of its bytes; `undefined` if they are none. */
export function decodeRecord(bytes: Uint8Array): RevocationRecord | undefined {
  if (bytes.length <= SIG) return undefined;
  const revokerSig = new Uint8Array(SIG_SIZE);
  if (!unpackSignature(bytes.subarray(SIG), revokerSig, 0)) return undefined;
  const revocation = {
    capID: copyBytes(bytes.subarray(0, 32)),
    revokedAt: u64At(bytes, REVOKED_AT),
    revokerSig,
  };
  return { revocation, expiresAt: u64At(bytes, EXPIRES_AT) };
}

function u64At(bytes: Uint8Array, at: number): bigint {
  return (BigInt(u32At(bytes, at + 4)) << 32n) | BigInt(u32At(bytes, at));
}
