import { copyBytes, equalBytes } from "../base/bytes.ts";
import { HEADER_SIZE } from "../wire/format.ts";
import { Builder } from "../wire/builder.ts";
import { ZapParseError } from "../wire/parse_error.ts";
import { Message } from "../wire/views.ts";
import type { Cap } from "./cap.ts";
import { CapError } from "./error.ts";
import { SIG_SIZE } from "./layout.ts";
import type { Signer } from "./signer.ts";

/** A signed statement that a capability no longer holds, nor anything derived from it. */
export interface Revocation {
  /** Id of the revoked capability, 32 bytes. */
  readonly capID: Uint8Array;
  /** When, Unix seconds. */
  readonly revokedAt: bigint;
  /** The issuer's signature field, 3408 bytes. */
  readonly revokerSig: Uint8Array;
}

/** Offsets of the record's fields, and its size (spec: capabilities.md, "Bytes"). */
const CAP_ID = 0;
const REVOKED_AT = 32;
const REVOKER_SIG = 40;
const OBJECT_SIZE: number = REVOKER_SIG + SIG_SIZE;

/** What a revocation's signature covers. */
export function revocationPayload(
  capID: Uint8Array,
  revokedAt: bigint,
): Uint8Array {
  const payload = new Uint8Array(40);
  payload.set(capID);
  new DataView(payload.buffer).setBigUint64(REVOKED_AT, revokedAt, true);
  return payload;
}

/**
 * Signs that a capability no longer holds.
 *
 * @param cap What to revoke; its descendants die with it.
 * @param now Unix seconds.
 * @param signer The capability's issuer: nobody else may revoke.
 * @throws {CapError} `missing_signer`, or `chain_broken` if the signer is not the issuer.
 */
export async function revoke(
  cap: Cap,
  now: bigint,
  signer: Signer,
): Promise<Revocation> {
  if (!signer) throw new CapError("missing_signer");
  if (!equalBytes(signer.public(), cap.issuer())) {
    throw new CapError(
      "chain_broken",
      "Cannot revoke: the signer is not the capability's issuer",
    );
  }
  const capID = await cap.id();
  return {
    capID,
    revokedAt: now,
    revokerSig: await signer.sign(revocationPayload(capID, now)),
  };
}

/**
 * Bytes of a revocation: a ZAP message.
 *
 * @throws {RangeError} If the id is not 32 bytes or the signature not 3408.
 */
export function encodeRevocation(revocation: Revocation): Uint8Array {
  const { capID, revokedAt, revokerSig } = revocation;
  if (capID.length !== 32 || revokerSig.length !== SIG_SIZE) {
    throw new RangeError(
      `Cannot encode revocation: id of ${capID.length} and signature of ${revokerSig.length} bytes, not 32 and ${SIG_SIZE}`,
    );
  }
  const builder = new Builder(HEADER_SIZE + OBJECT_SIZE);
  const object = builder.startObject(OBJECT_SIZE);
  object.setBytesFixed(CAP_ID, capID);
  object.setU64(REVOKED_AT, revokedAt);
  object.setBytesFixed(REVOKER_SIG, revokerSig);
  object.finishAsRoot();
  return builder.finish();
}

/**
 * A revocation of its bytes. Believe it only after `verifyRevocation`.
 *
 * @throws {CapError} `too_short` or `bad_magic` if it is no such message.
 */
export function decodeRevocation(bytes: Uint8Array): Revocation {
  let root;
  try {
    root = Message.parse(bytes).root();
  } catch (cause) {
    if (!(cause instanceof ZapParseError)) throw cause;
    const code = cause.code === "bad_magic" ? "bad_magic" : "too_short";
    throw new CapError(code, cause.message, { cause });
  }
  if (
    root.offset < HEADER_SIZE || root.offset + OBJECT_SIZE > root.data.length
  ) {
    throw new CapError(
      "too_short",
      "Cannot decode revocation: its signature does not fit",
    );
  }
  return {
    capID: copyBytes(root.bytesFixed(CAP_ID, 32)),
    revokedAt: root.u64(REVOKED_AT),
    revokerSig: copyBytes(root.bytesFixed(REVOKER_SIG, SIG_SIZE)),
  };
}
