/** The handshake of node framing (spec: rpc.md, "Transport A"). */

import { encodeHex } from "../base/bytes.ts";
import { HEADER_SIZE, VERSION_2 } from "../wire/format.ts";
import { Builder } from "../wire/builder.ts";
import { Message } from "../wire/views.ts";
import { ZapParseError } from "../wire/parse_error.ts";
import { decodeText, encodeText } from "../wire/text.ts";

/** Longest node id, in bytes of UTF-8; the rest is cut off, as the reference does. */
export const MAX_NODE_ID_BYTES = 60;
/** Bytes of a handshake message. */
export const HANDSHAKE_SIZE: number = HEADER_SIZE + 64;

/**
 * Encodes a handshake message.
 *
 * @param nodeID At least one byte; what is beyond 60 bytes of UTF-8 is cut off.
 * @throws {RangeError} If the node id is empty: the peer would refuse it.
 */
export function buildHandshake(nodeID: string): Uint8Array<ArrayBuffer> {
  const id = encodeText(nodeID).subarray(0, MAX_NODE_ID_BYTES);
  if (id.length === 0) {
    throw new RangeError("Cannot build handshake: node id is empty");
  }
  const builder = new Builder(HANDSHAKE_SIZE, VERSION_2);
  const object = builder.startObject(64);
  object.setBytesFixed(0, id);
  object.setU32(MAX_NODE_ID_BYTES, id.length);
  object.finishAsRoot();
  return builder.finish();
}

/**
 * Refuses a node id that would not arrive as it is.
 *
 * @throws {RangeError} If it has no byte of UTF-8, or more than 60.
 */
export function assertNodeID(nodeID: string): void {
  const { length } = encodeText(nodeID);
  if (length >= 1 && length <= MAX_NODE_ID_BYTES) return;
  throw new RangeError(
    `Cannot use nodeID: ${length} bytes of UTF-8 are not 1 to ${MAX_NODE_ID_BYTES}`,
  );
}

/** The node id of a handshake message; `undefined` if it is malformed. */
export function parseHandshake(bytes: Uint8Array): string | undefined {
  try {
    const root = Message.parse(bytes).root();
    const length = root.u32(MAX_NODE_ID_BYTES);
    if (length === 0 || length > MAX_NODE_ID_BYTES) return undefined;
    return decodeText(root.bytesFixed(0, length));
  } catch (error) {
    if (error instanceof ZapParseError) return undefined;
    throw error;
  }
}

/** A node id that no other connection has: reference servers refuse one that they already hold. */
export function uniqueNodeID(): string {
  // Not `randomUUID`, which a page that did not come over HTTPS has not.
  return `zap-edge-${encodeHex(crypto.getRandomValues(new Uint8Array(16)))}`;
}
