/** Whether a signature field verifies: dispatch by scheme, fail-closed. */

import { isStrictEd25519Signature } from "./ed25519_strict.ts";
import { CapError } from "./error.ts";
import { type Hooks, type MaybePromise, UNANSWERED } from "./hooks.ts";
import type { ReadyKey } from "./issuer_keys.ts";
import { ED25519_SIGNATURE_SIZE, Scheme, SIGNATURE_LENGTHS } from "./kinds.ts";
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

type Verdict = CapError | null;

/** Checks signature fields. */
export class SignatureCheck {
  readonly #schemeVerify: SchemeVerify | undefined;
  readonly #hooks: Hooks;

  /** Asks `schemeVerify` first, if it is given. */
  constructor(schemeVerify: SchemeVerify | undefined, hooks: Hooks) {
    this.#schemeVerify = schemeVerify;
    this.#hooks = hooks;
  }

  /** `null` only if the signature verifies. A promise only where something is to be awaited; not rejected. */
  check(key: ReadyKey, payload: Uint8Array, field: Uint8Array): Verdict | Promise<Verdict> {
    const scheme = field[ALG_TAG_OFFSET] ?? Scheme.Reserved;
    const length = SIGNATURE_LENGTHS[scheme];
    if (length === undefined) return new CapError("unhandled_scheme");
    const verify = this.#schemeVerify;
    if (!verify) return checkBuiltIn(scheme, key, payload, field);
    const decide = (answer: unknown): Verdict | Promise<Verdict> =>
      isDeclined(answer)
        ? checkBuiltIn(scheme, key, payload, field)
        : asVerdict(answer) ?? checkPadding(field, length);
    const answer = this.#hooks.ask(() => verify(scheme, key.bytes, payload, field));
    return answer instanceof Promise ? answer.then(decide) : decide(answer);
  }
}

function isDeclined(answer: unknown): boolean {
  return answer === "unhandled_scheme" ||
    (answer instanceof CapError && answer.code === "unhandled_scheme");
}

/** Only a clear `null` is a yes. */
function asVerdict(answer: unknown): Verdict {
  if (answer === null || answer instanceof CapError) return answer;
  return answer === UNANSWERED
    ? new CapError("sig_mismatch", "The scheme's verifier failed or did not answer")
    : new CapError("sig_mismatch");
}

/** Ed25519; nothing else is built in. */
function checkBuiltIn(
  scheme: number,
  { ed25519 }: ReadyKey,
  payload: Uint8Array,
  field: Uint8Array,
): CapError | Promise<Verdict> {
  if (scheme !== Scheme.Ed25519) return new CapError("unhandled_scheme");
  if (!ed25519 || !isStrictEd25519Signature(field)) return new CapError("sig_mismatch");
  const refusal = checkPadding(field, ED25519_SIGNATURE_SIZE);
  if (refusal) return refusal;
  const signature = field.subarray(0, ED25519_SIGNATURE_SIZE) as Uint8Array<ArrayBuffer>;
  try {
    return crypto.subtle.verify("Ed25519", ed25519, signature, payload as Uint8Array<ArrayBuffer>)
      .then(ofWebCrypto, failed);
  } catch (cause) {
    return failed(cause);
  }
}

function ofWebCrypto(isValid: boolean): Verdict {
  return isValid === true ? null : new CapError("sig_mismatch");
}

/** Something broke on the way to a verdict: no reason to believe anything. */
export function failed(cause: unknown): CapError {
  return new CapError("sig_mismatch", "Signature could not be checked", { cause });
}

/** The padding is not signed: were it free, one signature would make many tokens. */
function checkPadding(field: Uint8Array, length: number): CapError | null {
  return areZero(field, length, ALG_TAG_OFFSET) ? null : new CapError(
    "sig_mismatch",
    "Signature is followed by bytes that are not zero",
  );
}
