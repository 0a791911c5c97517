/**
 * Signature schemes beyond Ed25519: ML-DSA-65, hybrid (Ed25519 and ML-DSA-65), secp256k1. Apart from
 * the main entry, so that who uses Ed25519 loads no package.
 *
 * @example
 * ```ts
 * import { CapKind, issue, Verifier } from "@zap-proto/edge/cap";
 * import { HybridSigner, schemeVerify } from "@zap-proto/edge/cap/schemes";
 *
 * const owner = await HybridSigner.generate();
 * const cap = await issue({ kind: CapKind.KMSSign, permissions: 1n }, owner);
 * const verifier = new Verifier({ issuerKey: () => owner.publicKey(), schemeVerify });
 * console.log(await verifier.verify(cap)); // null
 * ```
 *
 * @module
 */

export { schemeVerify } from "./scheme_verify.ts";
export { CapError, type CapErrorCode } from "../error.ts";
export type { Signer } from "../signer.ts";
export { HybridSigner } from "./hybrid_signer.ts";
export { Secp256k1Signer } from "./secp256k1.ts";
export { exportSecp256k1PublicKey, importSecp256k1PublicKey } from "./secp256k1_keys.ts";
export {
  exportMlDsa65PublicKey,
  importMlDsa65PublicKey,
  type MlDsa65Jwk,
  MlDsa65Signer,
} from "./ml_dsa65_signer.ts";
