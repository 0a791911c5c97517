/** The text form of a capability with its chain, for headers: base64url of `encodeChain`. */

import { decodeBase64url, encodeBase64url } from "./base64url.ts";
import type { Cap } from "./cap.ts";
import { type CapChain, decodeChain, encodeChain } from "./chain.ts";
import { CapError } from "./error.ts";
import { MAX_TOKEN_CHARS } from "./limits.ts";

/**
 * A capability with its chain as text.
 *
 * @param leaf The capability that is used.
 * @param chain Its parent first, the root last. Default: none.
 * @throws {CapError} As `encodeChain`.
 *
 * @example
 * ```ts
 * import { CapKind, Ed25519Signer, encodeToken, issue } from "@zap-proto/edge/cap";
 *
 * const cap = await issue({ kind: CapKind.Stake, permissions: 1n }, await Ed25519Signer.generate());
 * const headers = { Authorization: `Zap ${encodeToken(cap)}` };
 * console.log(headers.Authorization.startsWith("Zap WkFQ")); // true
 * ```
 */
export function encodeToken(leaf: Cap, chain: readonly Cap[] = []): string {
  return encodeBase64url(encodeChain(leaf, chain));
}

/**
 * A capability with its chain of their text. Believe it only after `Verifier.verifyChain`.
 *
 * @param text Base64url without padding.
 * @throws {CapError} As `decodeChain`; `bad_magic` for what is not base64url.
 */
export function decodeToken(text: string): CapChain {
  return decodeChain(tokenBytes(text));
}

/**
 * The bytes of a token, not looked at any further.
 *
 * @throws {CapError} `bad_caveats` if it is too long, `bad_magic` if it is not base64url.
 */
export function tokenBytes(text: string): Uint8Array {
  if (text.length > MAX_TOKEN_CHARS) {
    throw new CapError(
      "bad_caveats",
      `Token of ${text.length} characters is too long`,
    );
  }
  const bytes = decodeBase64url(text);
  if (!bytes) {
    throw new CapError("bad_magic", "Token is not base64url without padding");
  }
  return bytes;
}

/**
 * The value of an `Authorization` header.
 *
 * @param leaf The capability that is used.
 * @param chain Its parent first, the root last. Default: none.
 * @throws {CapError} As `encodeChain`.
 */
export function encodeAuthorization(
  leaf: Cap,
  chain: readonly Cap[] = [],
): string {
  return `Zap ${encodeToken(leaf, chain)}`;
}

/**
 * A capability with its chain of an `Authorization` header.
 *
 * @param header The header's value, or what `headers.get` answers without one.
 * @returns `undefined` if there is no header, or one of another scheme (RFC 9110 §11.4: any case).
 * @throws {CapError} As `decodeToken`.
 */
export function decodeAuthorization(
  header: string | null | undefined,
): CapChain | undefined {
  const match = header ? /^zap +([^ ]+) *$/i.exec(header) : null;
  return match ? decodeToken(match[1]!) : undefined;
}
