/**
 * Splits a recording of one direction of a ZAP connection into its frames (spec: rpc.md,
 * "Transport A" and "Transport B") and describes each.
 *
 * @module
 */

import { describeMessage, TRANSPORT_STRUCTS } from "./describe.ts";
import { previewBytes, type TreeNode } from "./tree.ts";

/** The two framings. */
export type Framing = "node" | "mux";

const MUX_KINDS: Readonly<Record<number, string>> = {
  1: "request",
  2: "response",
  3: "stream open",
  4: "stream message",
  5: "stream end",
};

/** `ZAP\0` as a little-endian u32. */
const MAGIC = 0x0050415a;

function u32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

/** Which framing a recording seems to have; `undefined` if neither fits its first frame. */
export function guessFraming(bytes: Uint8Array): Framing | undefined {
  const magicAt = (at: number) => bytes.length >= at + 4 && u32(bytes, at) === MAGIC;
  if (magicAt(4) || magicAt(12)) return "node";
  const kind = bytes[4] ?? 0;
  return magicAt(5) || kind === 4 || kind === 5 ? "mux" : undefined;
}

/** Describes every frame; a cut or impossible one is the last node, and says so. */
export function describeFrames(bytes: Uint8Array, framing: Framing): TreeNode[] {
  const nodes: TreeNode[] = [];
  let at = 0;
  while (at < bytes.length) {
    const rest = bytes.length - at;
    const length = rest >= 4 ? u32(bytes, at) : 0;
    if (rest < 4 || length > rest - 4) {
      const value = rest < 4
        ? `${rest} bytes are too few for a frame's length`
        : `it declares ${length} bytes, ${rest - 4} are left`;
      nodes.push({ offset: at, length: rest, label: "cut frame", value });
      break;
    }
    const body = bytes.subarray(at + 4, at + 4 + length);
    nodes.push(framing === "node" ? nodeFrame(body, at) : muxFrame(body, at));
    at += 4 + length;
  }
  return nodes;
}

function nodeFrame(body: Uint8Array, at: number): TreeNode {
  const frame = { offset: at, length: body.length + 4 };
  const mark = body.length >= 8 ? u32(body, 4) : 0;
  const isMessage = body.length >= 4 && u32(body, 0) === MAGIC;
  if (!isMessage && (mark === 1 || mark === 2)) {
    const kind = mark === 1 ? "request" : "response";
    return {
      ...frame,
      label: mark === 1 ? "call frame" : "answer frame",
      value: `reqID ${u32(body, 0)}`,
      children: [describeMessage(body.subarray(8), at + 12, { struct: TRANSPORT_STRUCTS[kind] })],
    };
  }
  const isHandshake = body.length === 80 && isMessage && u32(body, 12) === 80;
  const known = isHandshake ? { struct: TRANSPORT_STRUCTS.handshake } : {};
  return {
    ...frame,
    label: isHandshake ? "handshake frame" : "message frame",
    children: [describeMessage(body, at + 4, known)],
  };
}

function muxFrame(body: Uint8Array, at: number): TreeNode {
  const kind = body[0] ?? 0;
  const frame = { offset: at, length: body.length + 4 };
  const label = MUX_KINDS[kind] ? `${MUX_KINDS[kind]} frame` : "frame of unknown kind";
  if (kind >= 1 && kind <= 3) {
    const struct = TRANSPORT_STRUCTS[kind === 2 ? "response" : "request"];
    return { ...frame, label, children: [describeMessage(body.subarray(1), at + 5, { struct })] };
  }
  const stream = body.length >= 5 ? `stream ${u32(body, 1)}` : "too short for a stream id";
  const data = kind === 4 ? `, ${body.length - 5} bytes ${previewBytes(body.subarray(5))}` : "";
  return { ...frame, label, value: kind === 4 || kind === 5 ? stream + data : `kind ${kind}` };
}
