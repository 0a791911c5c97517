/** Frames as bytes (RFC 6455 §5.2): one array each, so that head and payload leave in one write. @module */

import { applyMask } from "./mask.ts";
import { OPCODE } from "./opcodes.ts";

/** How a frame is written. */
export interface FrameOptions {
  /** The last frame of its message. Default `true`. */
  readonly fin?: boolean;
  /** Four bytes: a client masks every frame, a server none. Default no mask. */
  readonly mask?: Uint8Array;
  /** RSV1: the message is deflated (RFC 7692 §6). Default `false`. */
  readonly deflated?: boolean;
}

/**
 * One frame. The payload is copied: the caller keeps its bytes.
 *
 * @param opcode One of `OPCODE`.
 * @param payload Up to 2^53 - 1 bytes; up to 125 for control frames.
 */
export function encodeFrame(
  opcode: number,
  payload: Uint8Array,
  options: FrameOptions = {},
): Uint8Array {
  const length = payload.length;
  const mask = options.mask;
  const lengthBytes = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const at = 2 + lengthBytes + (mask ? 4 : 0);
  const frame = new Uint8Array(at + length);
  frame[0] = (options.fin === false ? 0 : 0x80) | (options.deflated ? 0x40 : 0) | opcode;
  frame[1] = (mask ? 0x80 : 0) | (lengthBytes === 0 ? length : lengthBytes === 2 ? 126 : 127);
  let rest = length;
  for (let i = 1 + lengthBytes; i > 1; i--) {
    frame[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  frame.set(payload, at);
  if (mask) {
    frame.set(mask, at - 4);
    applyMask(frame, at, frame.length, mask, 0);
  }
  return frame;
}

const encoder = new TextEncoder();

/** UTF-8 of a text; a lone surrogate becomes U+FFFD. */
export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

/** The payload of a close frame (RFC 6455 §5.5.1); the reason is cut at 123 bytes, between characters. */
export function encodeClosePayload(code: number | undefined, reason: string): Uint8Array {
  if (code === undefined) return new Uint8Array(0);
  const payload = new Uint8Array(125);
  payload[0] = code >> 8;
  payload[1] = code & 0xff;
  const { written } = encoder.encodeInto(reason, payload.subarray(2));
  return payload.subarray(0, 2 + written);
}

/** A close frame. */
export function encodeClose(
  code: number | undefined,
  reason: string,
  mask?: Uint8Array,
): Uint8Array {
  return encodeFrame(OPCODE.close, encodeClosePayload(code, reason), mask ? { mask } : {});
}
