/** UTF-8 in both directions: malformed bytes read as U+FFFD, lone surrogates are written as U+FFFD. */

// ignoreBOM keeps a leading U+FEFF, which the default decoder would drop.
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** Text of UTF-8 bytes. */
export function decodeText(bytes: Uint8Array): string {
  return bytes.length === 0 ? "" : decoder.decode(bytes);
}

/** UTF-8 bytes of a text. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}
