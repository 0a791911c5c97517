/**
 * Capabilities: signed tokens that can be handed on only in a narrower form, and checked offline.
 * On WebCrypto alone, for Deno, Bun, Node, browsers and edge workers.
 *
 * @example
 * ```ts
 * import { attenuate, CapKind, Ed25519Signer, issue, Perm, Verifier } from "@zap-proto/edge/cap";
 *
 * const [owner, service, worker] = await Promise.all([
 *   Ed25519Signer.generate(),
 *   Ed25519Signer.generate(),
 *   Ed25519Signer.generate(),
 * ]);
 * const target = new Uint8Array(32).fill(7);
 * const root = await issue({
 *   kind: CapKind.KMSSign,
 *   target,
 *   holder: service.public(),
 *   permissions: 0b11n | Perm.Attenuate,
 * }, owner);
 * const leaf = await attenuate(root, worker.public(), 0b01n, undefined, 0n, service);
 *
 * const keys = new Map([owner, service].map((signer) => [signer.public().join(), signer.publicKey()]));
 * const verifier = new Verifier({ issuerKey: (hash) => keys.get(hash.join()) });
 * console.log(await verifier.verifyChain(leaf, [root], 0b01n, target, worker.public())); // null
 * ```
 *
 * @module
 */

export { Cap, type Caveat } from "./src/cap/cap.ts";
export { CapError, type CapErrorCode } from "./src/cap/error.ts";
export { CapKind, CaveatKind, Perm, Scheme } from "./src/cap/kinds.ts";
export { ALG_TAG_OFFSET, SIG_SIZE } from "./src/cap/layout.ts";
export { hash32 } from "./src/cap/hash.ts";
export { signatureField, type Signer } from "./src/cap/signer.ts";
export { Ed25519Signer } from "./src/cap/ed25519_signer.ts";
export { exportEd25519PublicKey, importEd25519PublicKey } from "./src/cap/ed25519_keys.ts";
export { attenuate, type Issuance, issue } from "./src/cap/issue.ts";
export { Verifier, type VerifierOptions, verifyRevocation } from "./src/cap/verifier.ts";
export type { IsRevoked, IssuerKey } from "./src/cap/authenticity.ts";
export type { SchemeVerify } from "./src/cap/signature_check.ts";
export type { MaybePromise } from "./src/cap/hooks.ts";
export { caveat, type CaveatMaker } from "./src/cap/caveat_values.ts";
export type {
  CaveatContext,
  CaveatEvaluator,
  CaveatPlace,
  CaveatRulesOptions,
} from "./src/cap/caveat_rules.ts";
export {
  MemoryNonces,
  MemoryRates,
  type NonceStore,
  type RateStore,
} from "./src/cap/caveat_stores.ts";
export {
  decodeRevocation,
  encodeRevocation,
  type Revocation,
  revoke,
} from "./src/cap/revocation.ts";
export { type CapChain, decodeChain, encodeChain } from "./src/cap/chain.ts";
export {
  decodeAuthorization,
  decodeToken,
  encodeAuthorization,
  encodeToken,
} from "./src/cap/token.ts";
export {
  type CapGuard,
  capGuard,
  type CapGuardOptions,
  type GuardCode,
  type GuardedRequest,
  type GuardRule,
  type GuardVerdict,
} from "./src/cap/guard.ts";
export {
  admitRevocation,
  type RevocationRecord,
  type RevocationStore,
} from "./src/cap/revocations/store.ts";
export { MemoryRevocations } from "./src/cap/revocations/memory.ts";
export { type AppendFile, FileRevocations } from "./src/cap/revocations/file.ts";
export { type RedisCommands, RedisRevocations } from "./src/cap/revocations/redis.ts";
