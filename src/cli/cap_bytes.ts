/** Capabilities as users keep them. */

import { decodeHex } from "../base/bytes.ts";
import { CapError } from "../cap/error.ts";
import { tokenBytes } from "../cap/token.ts";

/**
 * The bytes of a capability with its chain, which are not looked at any further.
 *
 * @param given Those bytes, or a text: hex, a token, or an Authorization header with one.
 * @throws {CapError} If it is none of these.
 */
export function capabilityBytes(given: Uint8Array): Uint8Array {
  if (isMessage(given)) return given;
  const text = new TextDecoder().decode(given).trim()
    .replace(/^authorization: */i, "").replace(/^zap +/i, "");
  const bytes = (/^5a41/i.test(text) ? decodeHex(text) : undefined) ?? tokenBytes(text);
  if (isMessage(bytes)) return bytes;
  throw new CapError("bad_magic", "It is neither the bytes of a capability nor a text of them");
}

function isMessage(bytes: Uint8Array): boolean {
  return bytes[0] === 0x5a && bytes[1] === 0x41 && bytes[2] === 0x50 && bytes[3] === 0;
}
