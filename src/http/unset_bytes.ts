/** What of Node's `Buffer` gives memory that is not cleared, where there is one. */
const source = (globalThis as {
  Buffer?: { allocUnsafeSlow?(length: number): Uint8Array<ArrayBuffer> };
}).Buffer;

/**
 * Memory of its own, with whatever stood in it: for bytes that nobody sees before all of them have
 * been written. Clearing a large body's memory first would cost as much as its copy.
 */
export function unsetBytes(length: number): Uint8Array<ArrayBuffer> {
  return source?.allocUnsafeSlow === undefined
    ? new Uint8Array(length)
    : new Uint8Array(source.allocUnsafeSlow(length).buffer, 0, length);
}
