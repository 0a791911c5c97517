/**
 * The capability room: tokens, schemes, chains, revocation. Published as `@zap-proto/edge/cap`.
 *
 * @module
 */

export { Cap, type Caveat } from "./cap.ts";
export { CapError, type CapErrorCode } from "./error.ts";
export { CapKind, CaveatKind, Perm, Scheme } from "./kinds.ts";
export { ALG_TAG_OFFSET, SIG_SIZE } from "./layout.ts";
export { hash32 } from "./hash.ts";
export { signatureField, type Signer } from "./signer.ts";
export { Ed25519Signer } from "./ed25519_signer.ts";
export { exportEd25519PublicKey, importEd25519PublicKey } from "./ed25519_keys.ts";
export { attenuate, type Issuance, issue } from "./issue.ts";
export { Verifier, type VerifierOptions, verifyRevocation } from "./verifier.ts";
export type { IsRevoked, IssuerKey } from "./authenticity.ts";
export type { SchemeVerify } from "./signature_check.ts";
export type { MaybePromise } from "./hooks.ts";
export { caveat, type CaveatMaker } from "./caveat_values.ts";
export type {
  CaveatContext,
  CaveatEvaluator,
  CaveatPlace,
  CaveatRulesOptions,
} from "./caveat_rules.ts";
export { MemoryNonces, MemoryRates, type NonceStore, type RateStore } from "./caveat_stores.ts";
export { decodeRevocation, encodeRevocation, type Revocation, revoke } from "./revocation.ts";
export { type CapChain, decodeChain, encodeChain } from "./chain.ts";
export { decodeAuthorization, decodeToken, encodeAuthorization, encodeToken } from "./token.ts";
export {
  type CapGuard,
  capGuard,
  type CapGuardOptions,
  type GuardCode,
  type GuardedRequest,
  type GuardRule,
  type GuardVerdict,
} from "./guard.ts";
export {
  admitRevocation,
  type RevocationRecord,
  type RevocationStore,
} from "./revocations/store.ts";
export { MemoryRevocations } from "./revocations/memory.ts";
export { type AppendFile, FileRevocations } from "./revocations/file.ts";
export { type RedisCommands, RedisRevocations } from "./revocations/redis.ts";
export type { Clock } from "../base/clock.ts";
