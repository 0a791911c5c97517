/**
 * The same memory as a plain `Uint8Array`. Node and Bun deliver `Buffer`s, whose `slice` is a view
 * where that of every other `Uint8Array` copies: who slices to own bytes would own nothing.
 */
export function plainBytes(chunk: Uint8Array): Uint8Array {
  return chunk.constructor === Uint8Array
    ? chunk
    : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
