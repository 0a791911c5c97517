/** The verifier of the schemes beyond Ed25519. */

import { CapError } from "../error.ts";
import { Scheme } from "../kinds.ts";
import { IssuerKeys } from "../issuer_keys.ts";
import { isStrictEd25519Signature } from "../ed25519_strict.ts";
import { chooseMlDsa65, ML_DSA65_PUBLIC_KEY_SIZE, ML_DSA65_SIGNATURE_SIZE } from "./ml_dsa65.ts";
import { verifySecp256k1 } from "./secp256k1.ts";

/** Keys of the hybrid's classical half. */
const ed25519Keys: IssuerKeys = new IssuerKeys();

/**
 * Verifies ML-DSA-65, hybrid and secp256k1 for a `Verifier`; declines Ed25519, which it has built in.
 *
 * @param scheme The tag.
 * @param publicKey The issuer's raw public key.
 * @param payload What was signed.
 * @param sig The whole signature field.
 * @returns `null` if the signature verifies, else why not.
 */
export async function schemeVerify(
  scheme: number,
  publicKey: Uint8Array,
  payload: Uint8Array,
  sig: Uint8Array,
): Promise<CapError | null | "unhandled_scheme"> {
  let isValid: boolean;
  try {
    switch (scheme) {
      case Scheme.Secp256k1:
        isValid = verifySecp256k1(publicKey, payload, sig.subarray(0, 65));
        break;
      case Scheme.MLDSA65:
        isValid = await verifyMlDsa65(publicKey, payload, sig);
        break;
      case Scheme.Hybrid:
        isValid = await verifyHybrid(publicKey, payload, sig);
        break;
      default:
        return "unhandled_scheme";
    }
  } catch (cause) {
    return new CapError("sig_mismatch", "Signature could not be checked", {
      cause,
    });
  }
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
