/** Tokens of the command line: read from files or standard input, because who sees one can use it. */

import type { CliIo } from "./io.ts";
import { type CapChain, decodeChain, encodeChain, encodeToken } from "../cap/mod.ts";
import { encodeHex } from "../base/bytes.ts";
import { capabilityBytes } from "./cap_bytes.ts";

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
  return decodeChain(capabilityBytes(bytes));
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
