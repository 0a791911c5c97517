/** Where revocations are kept. */

import { equalBytes } from "../../base/bytes.ts";
import type { Cap } from "../cap.ts";
import { CapError } from "../error.ts";
import type { MaybePromise } from "../hooks.ts";
import { decodeRevocation, encodeRevocation, type Revocation } from "../revocation.ts";
import type { Verifier } from "../verifier.ts";

/** A revocation as it is kept. */
export interface RevocationRecord {
  /** The signed record. */
  readonly revocation: Revocation;
  /** When the revoked capability expires anyway, Unix seconds; 0 is never. After it, the record may go. */
  readonly expiresAt: bigint;
}

/** Keeps revocations. `isRevoked` is what a `Verifier` asks. */
export interface RevocationStore {
  /** Keeps a record, for good once the promise is fulfilled. Does not look at its signature: see `admitRevocation`. */
  add(record: RevocationRecord): Promise<void>;
  /** Whether there is a record of this capability. */
  isRevoked(capID: Uint8Array): MaybePromise<boolean>;
  /** The record of a capability, for passing it on. */
  get(capID: Uint8Array): MaybePromise<RevocationRecord | undefined>;
}

/**
 * Takes a revocation into a store, if it is one of this capability and signed by its issuer.
 *
 * @param store Where to keep it.
 * @param cap The capability that it revokes.
 * @param revocation The record, from whomever.
 * @param publicKey The raw public key of the capability's issuer.
 * @param verifier Checks the signature.
 * @returns `null` when it is kept, else why not: `chain_broken` if it is of another capability,
 * `issuer_unknown` if the key is not the issuer's, or what `verifyRevocation` answers.
 */
export async function admitRevocation(
  store: RevocationStore,
  cap: Cap,
  revocation: Revocation,
  publicKey: Uint8Array,
  verifier: Verifier,
): Promise<CapError | null> {
  // A private copy: what is checked is what is kept.
  const own = decodeRevocation(encodeRevocation(revocation));
  if (!equalBytes(own.capID, await cap.id())) {
    return new CapError("chain_broken", "Revocation is of another capability");
  }
  const refusal = await verifier.verifyRevocation(own, publicKey, cap.issuer());
  if (refusal) return refusal;
  await store.add({ revocation: own, expiresAt: cap.expiresAt() });
  return null;
}
