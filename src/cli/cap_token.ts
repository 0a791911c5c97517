/** Tokens of the command line: read from files or standard input, because who sees one can use it. */

import type { CliIo } from "./io.ts";
import {
  type CapChain,
  decodeAuthorization,
  decodeChain,
  decodeToken,
  encodeChain,
  encodeToken,
} from "../cap/mod.ts";
import { decodeHex, encodeHex } from "../base/bytes.ts";

/** How a token is written. */
export const FORMATS = ["token", "bytes", "hex"] as const;

/**
 * Reads a capability with its chain: bytes, hex, a token, or an Authorization header with one.
 *
 * @param path A file, or `-` for standard input.
 * @throws {Error} If there is no capability in it.
 */
export async function readToken(io: CliIo, path: string): Promise<CapChain> {
  const bytes = await io.readFile(path);
  if (bytes.length === 0) {
    throw new Error(`${path === "-" ? "standard input" : path} is empty: it should hold a token`);
  }
  if (bytes[0] === 0x5a && bytes[1] === 0x41 && bytes[2] === 0x50 && bytes[3] === 0) {
    return decodeChain(bytes);
  }
  const text = new TextDecoder().decode(bytes).trim().replace(/^authorization: */i, "");
  const hex = text.startsWith("5a41") ? decodeHex(text) : undefined;
  return hex ? decodeChain(hex) : decodeAuthorization(text) ?? decodeToken(text);
}

/** Writes a token to a file of mode 0600. */
export async function writeToken(
  io: CliIo,
  { leaf, chain }: CapChain,
  out: string,
  format: typeof FORMATS[number],
): Promise<void> {
  const bytes = encodeChain(leaf, chain);
  const text = format === "hex" ? encodeHex(bytes) : encodeToken(leaf, chain);
  await io.writeFile(out, format === "bytes" ? bytes : `${text}\n`, 0o600);
}
