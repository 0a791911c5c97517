/**
 * permessage-deflate without context takeover (RFC 7692 §7.2), on the web's compression streams.
 * Each message is a deflate stream of its own; the inflated size is bounded while it inflates.
 *
 * @module
 */

import { concatBytes } from "../../base/bytes.ts";

/** §7.2.1: what a sender strips from the end of a message, and a receiver adds again. */
const TAIL: Uint8Array = new Uint8Array([0x00, 0x00, 0xff, 0xff]);

/** An empty last block: the web's streams want a deflate stream to have an end. */
const LAST_BLOCK: Uint8Array = new Uint8Array([0x03, 0x00]);

/** §7.2.3.4: after a block marked as the last one, an empty block without compression, less its tail. */
const EMPTY_BLOCK: Uint8Array = new Uint8Array([0x00]);

/** Deflates one message. */
export async function deflateMessage(payload: Uint8Array): Promise<Uint8Array> {
  const stream = new CompressionStream("deflate-raw");
  const written = feed(stream.writable, [payload]);
  const parts: Uint8Array[] = [];
  await collect(stream.readable, parts, Infinity);
  await written;
  return concatBytes([...parts, EMPTY_BLOCK]);
}

/**
 * Inflates one message.
 *
 * @returns The payload; `"too big"` above `maxBytes`, `"invalid"` if it is no deflate stream.
 */
export async function inflateMessage(
  payload: Uint8Array,
  maxBytes: number,
): Promise<Uint8Array | "too big" | "invalid"> {
  const open = await inflate([payload, TAIL, LAST_BLOCK], maxBytes);
  if (open !== "invalid" || payload.at(-1) !== EMPTY_BLOCK[0]) return open;
  // §7.2.3.4 lets the sender mark its block as the last; then nothing may follow it in these streams.
  return await inflate([payload.subarray(0, -1)], maxBytes);
}

async function inflate(
  chunks: readonly Uint8Array[],
  maxBytes: number,
): Promise<Uint8Array | "too big" | "invalid"> {
  const stream = new DecompressionStream("deflate-raw");
  const written = feed(stream.writable, chunks);
  const parts: Uint8Array[] = [];
  try {
    if (!await collect(stream.readable, parts, maxBytes)) return "too big";
    await written;
    return concatBytes(parts);
  } catch {
    return "invalid";
  }
}

async function feed(
  writable: WritableStream<BufferSource>,
  chunks: readonly Uint8Array[],
): Promise<void> {
  const writer = writable.getWriter();
  try {
    for (const chunk of chunks) await writer.write(chunk as Uint8Array<ArrayBuffer>);
    await writer.close();
  } catch {
    // The reading side has the same error, and reports it.
  }
}

/** `false`: more came out than allowed, and the rest was cancelled. */
async function collect(
  readable: ReadableStream<Uint8Array>,
  parts: Uint8Array[],
  maxBytes: number,
): Promise<boolean> {
  const reader = readable.getReader();
  let total = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return true;
    total += value.length;
    if (total > maxBytes) {
      await reader.cancel();
      return false;
    }
    parts.push(value);
  }
}
