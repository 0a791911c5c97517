/** The verifier of the schemes beyond Ed25519. */

import { CapError } from "../error.ts";
import { Scheme } from "../kinds.ts";
import { IssuerKeys } from "../issuer_keys.ts";
import { isStrictEd25519Signature } from "../ed25519_strict.ts";
import { failed } from "../signature_check.ts";
import { chooseMlDsa65, ML_DSA65_PUBLIC_KEY_SIZE, ML_DSA65_SIGNATURE_SIZE } from "./ml_dsa65.ts";
import { verifySecp256k1 } from "./secp256k1.ts";

/** Keys of the hybrid's classical half. */
const ed25519Keys: IssuerKeys = new IssuerKeys();

/**
 * Verifies ML-DSA-65, hybrid and secp256k1 for a `Verifier`; declines Ed25519, which it has built in,
 * at once, so that an Ed25519 capability costs no promise more.
 *
 * @param scheme The tag.
 * @param publicKey The issuer's raw public key.
 * @param payload What was signed.
 * @param sig The whole signature field.
 * @returns `null` if the signature verifies, else why not. Not rejected.
 */
export function schemeVerify(
  scheme: number,
  publicKey: Uint8Array,
  payload: Uint8Array,
  sig: Uint8Array,
): Promise<CapError | null> | CapError | null | "unhandled_scheme" {
  switch (scheme) {
    case Scheme.Secp256k1:
      return asVerdict(verifySecp256k1(publicKey, payload, sig.subarray(0, 65)));
    case Scheme.MLDSA65:
      return verifyMlDsa65(publicKey, payload, sig).then(asVerdict, failed);
    case Scheme.Hybrid:
      return verifyHybrid(publicKey, payload, sig).then(asVerdict, failed);
    default:
      return "unhandled_scheme";
  }
}

function asVerdict(isValid: boolean): CapError | null {
  return isValid === true ? null : new CapError("sig_mismatch");
}

async function verifyMlDsa65(
  publicKey: Uint8Array,
  payload: Uint8Array,
  sig: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== ML_DSA65_PUBLIC_KEY_SIZE) return false;
  const signature = sig.subarray(0, ML_DSA65_SIGNATURE_SIZE);
  return await (await chooseMlDsa65()).verify(publicKey, payload, signature);
}

async function verifyHybrid(
  publicKey: Uint8Array,
  payload: Uint8Array,
  sig: Uint8Array,
): Promise<boolean> {
  if (publicKey.length !== 32 + ML_DSA65_PUBLIC_KEY_SIZE) return false;
  const { ed25519 } = await ed25519Keys.get(publicKey.subarray(0, 32));
  if (!ed25519 || !isStrictEd25519Signature(sig)) return false;
  const signature = sig.subarray(0, 64) as Uint8Array<ArrayBuffer>;
  const bytes = payload as Uint8Array<ArrayBuffer>;
  const [first, second] = await Promise.all([
    crypto.subtle.verify("Ed25519", ed25519, signature, bytes),
    verifyMlDsa65(publicKey.subarray(32), payload, sig.subarray(64)),
  ]);
  return first === true && second === true;
}
