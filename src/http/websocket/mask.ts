/**
 * Masking (RFC 6455 §5.3), the one loop over every received byte: four bytes a step where they are
 * aligned. A hot path, hence the word view over the same memory.
 *
 * @module
 */

/** Below this many bytes a view over the words costs more than it saves. */
const WORDS_FROM = 64;

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/**
 * XORs `bytes[start, end)` in place. Masking and unmasking are the same.
 *
 * @param key The four bytes of the masking key.
 * @param phase How many bytes of the payload came before `start`.
 */
export function applyMask(
  bytes: Uint8Array,
  start: number,
  end: number,
  key: Uint8Array,
  phase: number,
): void {
  let i = start;
  if (end - start >= WORDS_FROM && LITTLE_ENDIAN) {
    while (((bytes.byteOffset + i) & 3) !== 0) bytes[i++]! ^= key[phase++ & 3]!;
    const count = (end - i) >> 2;
    const words = new Int32Array(bytes.buffer, bytes.byteOffset + i, count);
    const word = key[phase & 3]! | (key[(phase + 1) & 3]! << 8) | (key[(phase + 2) & 3]! << 16) |
      (key[(phase + 3) & 3]! << 24);
    for (let w = 0; w < count; w++) words[w]! ^= word;
    i += count << 2;
  }
  for (; i < end; i++) bytes[i]! ^= key[phase++ & 3]!;
}
