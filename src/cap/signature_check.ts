/** Whether a signature field verifies: dispatch by scheme, fail-closed. */

import { CACHED_KEYS } from "./limits.ts";
import { ByteCache } from "./byte_cache.ts";
import { isStrictEd25519Key, isStrictEd25519Signature } from "./ed25519_strict.ts";
import { CapError } from "./error.ts";
import { type Hooks, type MaybePromise, UNANSWERED } from "./hooks.ts";
import { Scheme, SIGNATURE_LENGTHS } from "./kinds.ts";
import { ALG_TAG_OFFSET, areZero } from "./layout.ts";

/**
 * Verifies signatures of schemes beyond Ed25519. `@zap-proto/edge/cap/schemes` has one.
 *
 * @param scheme The tag: 1 to 4.
 * @param publicKey The issuer's raw public key.
 * @param payload What was signed.
 * @param sig The whole signature field, 3408 bytes.
 * @returns `null` if the signature verifies; a `CapError` if not; `"unhandled_scheme"` (or a
 * `CapError` of that code) to decline. Anything else is taken as a refusal.
 */
export type SchemeVerify = (
  scheme: number,
  publicKey: Uint8Array,
  payload: Uint8Array,
  sig: Uint8Array,
) => MaybePromise<CapError | null | "unhandled_scheme">;

/** Checks signature fields; keeps imported Ed25519 keys. */
export class SignatureCheck {
  readonly #schemeVerify: SchemeVerify | undefined;
  readonly #hooks: Hooks;
  /** Keys that passed the strict check; a public key's first bytes are as good as random. */
  readonly #keys: ByteCache<Promise<CryptoKey>> = new ByteCache(CACHED_KEYS, 0);

  /** Asks `schemeVerify` first, if it is given. */
  constructor(schemeVerify: SchemeVerify | undefined, hooks: Hooks) {
    this.#schemeVerify = schemeVerify;
    this.#hooks = hooks;
  }

  /** `null` only if the signature verifies. Never rejected. */
  async check(
    publicKey: Uint8Array,
    payload: Uint8Array,
    field: Uint8Array,
  ): Promise<CapError | null> {
    const scheme = field[ALG_TAG_OFFSET] ?? Scheme.Reserved;
    const length = SIGNATURE_LENGTHS[scheme];
    if (length === undefined) return new CapError("unhandled_scheme");
    const verdict = await this.#dispatch(scheme, publicKey, payload, field);
    // The padding is not signed: were it free, one signature would make many tokens.
    if (verdict === null && !areZero(field, length, ALG_TAG_OFFSET)) {
      return new CapError("sig_mismatch", "Signature is followed by bytes that are not zero");
    }
    return verdict;
  }

  async #dispatch(
    scheme: number,
    publicKey: Uint8Array,
    payload: Uint8Array,
    field: Uint8Array,
  ): Promise<CapError | null> {
    const verify = this.#schemeVerify;
    if (verify) {
      const verdict = await this.#hooks.ask(() => verify(scheme, publicKey, payload, field));
      if (verdict === null) return null;
      if (verdict === UNANSWERED) {
        return new CapError("sig_mismatch", "The scheme's verifier failed or did not answer");
      }
      const declined = verdict === "unhandled_scheme" ||
        (verdict instanceof CapError && verdict.code === "unhandled_scheme");
      if (!declined) return verdict instanceof CapError ? verdict : new CapError("sig_mismatch");
    }
    if (scheme !== Scheme.Ed25519) return new CapError("unhandled_scheme");
    return await this.#verifyEd25519(publicKey, payload, field)
      ? null
      : new CapError("sig_mismatch");
  }

  async #verifyEd25519(
    publicKey: Uint8Array,
    payload: Uint8Array,
    field: Uint8Array,
  ): Promise<boolean> {
    if (publicKey.length !== 32 || !isStrictEd25519Signature(field)) return false;
    try {
      let key = this.#keys.get(publicKey);
      if (key === undefined) {
        if (!isStrictEd25519Key(publicKey)) return false;
        const bytes = publicKey.slice();
        key = crypto.subtle.importKey("raw", bytes, "Ed25519", false, ["verify"]);
        this.#keys.set(bytes, key);
        key.catch(() => this.#keys.delete(bytes));
      }
      const signature = field.subarray(0, 64) as Uint8Array<ArrayBuffer>;
      return await crypto.subtle.verify(
        "Ed25519",
        await key,
        signature,
        payload as Uint8Array<ArrayBuffer>,
      ) === true;
    } catch {
      // A key that is no point of the curve is refused by some runtimes at import, by others here.
      return false;
    }
  }
}
