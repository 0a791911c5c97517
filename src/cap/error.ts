/** Why a capability was refused, or could not be minted (spec: capabilities.md, "Rules"). */
export type CapErrorCode =
  | "too_short"
  | "bad_magic"
  | "bad_caveats"
  | "unknown_caveat"
  | "sig_mismatch"
  | "expired"
  | "revoked"
  | "chain_broken"
  | "perms_exceed_parent"
  | "not_delegable"
  | "op_not_permitted"
  | "target_mismatch"
  | "holder_mismatch"
  | "issuer_unknown"
  | "caveat_violation"
  | "unhandled_scheme"
  | "missing_signer";

const MESSAGES: Readonly<Record<CapErrorCode, string>> = {
  too_short: "Capability is cut short: its header or its signature does not fit",
  bad_magic: 'Capability does not begin with "ZAP\\0"',
  bad_caveats: "Caveats of the capability cannot be parsed",
  unknown_caveat: "Capability has a caveat of unknown kind",
  sig_mismatch: "Signature does not verify",
  expired: "Capability has expired",
  revoked: "Capability is revoked",
  chain_broken: "Chain is broken: a link is not the parent of the one below it",
  perms_exceed_parent: "Permissions exceed those of the parent",
  not_delegable: "Parent does not permit attenuation",
  op_not_permitted: "Operation is not in the permissions",
  target_mismatch: "Target is not the one asked for",
  holder_mismatch: "Holder is not the one asked for",
  issuer_unknown: "Issuer's key is unknown",
  caveat_violation: "A caveat is violated or cannot be evaluated",
  unhandled_scheme: "Signature scheme is not handled",
  missing_signer: "No signer was given",
};

/**
 * A refusal. Verification answers it as a value; `Cap.wrap`, minting and decoding throw it.
 *
 * @example
 * ```ts
 * import { Cap, CapError } from "@zap-proto/edge/cap";
 *
 * try {
 *   Cap.wrap(new Uint8Array(3));
 * } catch (error) {
 *   if (error instanceof CapError) console.log(error.code); // "too_short"
 * }
 * ```
 */
export class CapError extends Error {
  /** Always `"CapError"`. */
  override readonly name = "CapError";
  /** Which rule was broken. */
  readonly code: CapErrorCode;

  /**
   * Makes a refusal.
   *
   * @param code Which rule was broken.
   * @param message What exactly; by default the rule in words.
   * @param options The error that led to this one, as `cause`.
   */
  constructor(
    code: CapErrorCode,
    message: string = MESSAGES[code],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.code = code;
  }
}
