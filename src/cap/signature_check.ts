/** Whether a signature field verifies: dispatch by scheme, fail-closed. */

import { isStrictEd25519Signature } from "./ed25519_strict.ts";
import { CapError } from "./error.ts";
import { type Hooks, type MaybePromise, UNANSWERED } from "./hooks.ts";
import type { ReadyKey } from "./issuer_keys.ts";
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

/** Checks signature fields. */
export class SignatureCheck {
  readonly #schemeVerify: SchemeVerify | undefined;
  readonly #hooks: Hooks;

  /** Asks `schemeVerify` first, if it is given. */
  constructor(schemeVerify: SchemeVerify | undefined, hooks: Hooks) {
    this.#schemeVerify = schemeVerify;
    this.#hooks = hooks;
  }

  /** `null` only if the signature verifies. Not rejected. */
  async check(
    key: ReadyKey,
    payload: Uint8Array,
    field: Uint8Array,
  ): Promise<CapError | null> {
    const scheme = field[ALG_TAG_OFFSET] ?? Scheme.Reserved;
    const length = SIGNATURE_LENGTHS[scheme];
    if (length === undefined) return new CapError("unhandled_scheme");
    if (this.#schemeVerify) {
      const verdict = await this.#askScheme(scheme, key, payload, field);
      if (verdict !== "unhandled_scheme") {
        return verdict ?? checkPadding(field, length);
      }
    }
    if (scheme !== Scheme.Ed25519) return new CapError("unhandled_scheme");
    const { ed25519 } = key;
    if (!ed25519 || !isStrictEd25519Signature(field)) {
      return new CapError("sig_mismatch");
    }
    const refusal = checkPadding(field, length);
    if (refusal) return refusal;
    try {
      const signature = field.subarray(0, length) as Uint8Array<ArrayBuffer>;
      const bytes = payload as Uint8Array<ArrayBuffer>;
      if (
        await crypto.subtle.verify("Ed25519", ed25519, signature, bytes) ===
          true
      ) return null;
    } catch (cause) {
      return new CapError("sig_mismatch", "Signature could not be checked", {
        cause,
      });
    }
    return new CapError("sig_mismatch");
  }

  async #askScheme(
    scheme: number,
    key: ReadyKey,
    payload: Uint8Array,
    field: Uint8Array,
  ): Promise<CapError | null | "unhandled_scheme"> {
    const verify = this.#schemeVerify!;
    const verdict = await this.#hooks.ask(() => verify(scheme, key.bytes, payload, field));
    if (verdict === null || verdict === "unhandled_scheme") return verdict;
    if (verdict === UNANSWERED) {
      return new CapError(
        "sig_mismatch",
        "The scheme's verifier failed or did not answer",
      );
    }
    if (!(verdict instanceof CapError)) return new CapError("sig_mismatch");
    return verdict.code === "unhandled_scheme" ? verdict.code : verdict;
  }
}

/** The padding is not signed: were it free, one signature would make many tokens. */
function checkPadding(field: Uint8Array, length: number): CapError | null {
  return areZero(field, length, ALG_TAG_OFFSET) ? null : new CapError(
    "sig_mismatch",
    "Signature is followed by bytes that are not zero",
  );
}
