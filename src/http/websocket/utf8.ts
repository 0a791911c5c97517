/**
 * Tells whether bytes that come in pieces are UTF-8, at the first byte that cannot be (RFC 3629 §4):
 * a text message is refused before it has come whole (RFC 6455 §8.1). A `TextDecoder` in streaming
 * mode would do, but runtimes differ in when it fails.
 */
export class Utf8Validator {
  #needed = 0;
  #lower = 0x80;
  #upper = 0xbf;

  /** Whether no character is left half. */
  get complete(): boolean {
    return this.#needed === 0;
  }

  /** Forgets everything, for the next message. */
  reset(): void {
    this.#needed = 0;
    this.#lower = 0x80;
    this.#upper = 0xbf;
  }

  /** Takes `bytes[start, end)`. `false`: what came so far can never become UTF-8. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    for (let i = start; i < end; i++) {
      const byte = bytes[i]!;
      if (this.#needed === 0) {
        if (byte < 0x80) continue;
        if (!this.#lead(byte)) return false;
        continue;
      }
      if (byte < this.#lower || byte > this.#upper) return false;
      this.#lower = 0x80;
      this.#upper = 0xbf;
      this.#needed--;
    }
    return true;
  }

  /** RFC 3629 §4: the second byte's range depends on the first (no overlong form, surrogate, or above U+10FFFF). */
  #lead(byte: number): boolean {
    if (byte >= 0xc2 && byte <= 0xdf) this.#needed = 1;
    else if (byte >= 0xe0 && byte <= 0xef) {
      this.#needed = 2;
      if (byte === 0xe0) this.#lower = 0xa0;
      else if (byte === 0xed) this.#upper = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
      this.#needed = 3;
      if (byte === 0xf0) this.#lower = 0x90;
      else if (byte === 0xf4) this.#upper = 0x8f;
    } else return false;
    return true;
  }
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of a whole message, with a leading U+FEFF kept; `undefined` if it is not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
