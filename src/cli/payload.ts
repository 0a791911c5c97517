/** Payloads as users write them on a command line, and bodies as they read them. */

import { decodeHex, encodeHex } from "../base/bytes.ts";
import type { CliIo } from "./io.ts";
import { describeMessage } from "./describe.ts";
import { formatTree } from "./tree.ts";

/** Rows of 16 bytes that a hex dump shows. */
const MAX_DUMP_ROWS = 64;

/**
 * Bytes of a payload argument: `hex:` or `0x` and hex digits, `@` and a file's path (`@-` is standard
 * input), else the text itself (`text:` in front of a text that would read as one of these).
 *
 * @throws {TypeError} If hex is malformed; the system's error if a file cannot be read.
 */
export async function readPayload(text: string | undefined, io: CliIo): Promise<Uint8Array> {
  if (text === undefined) return new Uint8Array(0);
  if (text.startsWith("@")) return await io.readFile(text.slice(1));
  const hex = /^(?:hex:|0x)(.*)$/s.exec(text);
  if (hex) {
    const bytes = decodeHex(hex[1]!.replace(/\s+/g, ""));
    if (bytes) return bytes;
    throw new TypeError(`Cannot read payload "${text}": hex is pairs of 0-9 and a-f`);
  }
  return new TextEncoder().encode(text.replace(/^text:/, ""));
}

/** The text of UTF-8 bytes; `undefined` if they are not text a terminal can show. */
export function printableText(bytes: Uint8Array): string | undefined {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
  // deno-lint-ignore no-control-regex
  return /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text) ? undefined : text;
}

/** A body as a person reads it: a ZAP message as a tree, text as it is, the rest as a hex dump. */
export function formatBody(bytes: Uint8Array): string {
  if (bytes.length === 0) return "";
  if (bytes[0] === 0x5a && bytes[1] === 0x41 && bytes[2] === 0x50 && bytes[3] === 0) {
    return formatTree([describeMessage(bytes, 0, {})]);
  }
  const text = printableText(bytes);
  return text === undefined ? hexDump(bytes) : text.endsWith("\n") ? text : `${text}\n`;
}

function hexDump(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < bytes.length && rows.length < MAX_DUMP_ROWS; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = (encodeHex(row).match(/../g) ?? []).join(" ");
    const ascii = Array.from(row, (b) => b >= 32 && b < 127 ? String.fromCharCode(b) : ".").join(
      "",
    );
    rows.push(`${at.toString(16).padStart(8, "0")}  ${hex.padEnd(47)}  ${ascii}`);
  }
  const left = bytes.length - 16 * rows.length;
  if (left > 0) rows.push(`… ${left} more bytes; --raw > FILE writes them all`);
  return rows.join("\n") + "\n";
}
