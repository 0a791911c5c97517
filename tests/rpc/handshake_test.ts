import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { buildHandshake, parseHandshake, uniqueNodeID } from "../../src/rpc/handshake.ts";
import { fromHex, toHex, vectors } from "../support/vectors.ts";

const known = vectors<{ nodeID: string; hex: string }[]>("handshake.json");

test(`handshake: ${known.length} vectors are byte-equal and read back`, () => {
  for (const { nodeID, hex } of known) {
    assertEquals(toHex(buildHandshake(nodeID)), hex);
    assertEquals(parseHandshake(fromHex(hex)), nodeID.slice(0, 60));
  }
  assertEquals(known.length, 5);
});

test("handshake: lengths of 0 and over 60, and what is cut or no message, are malformed", () => {
  const bytes = buildHandshake("node");
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const length of [0, 61, 0xffffffff]) {
    view.setUint32(16 + 60, length, true);
    assertEquals(parseHandshake(bytes), undefined);
  }
  assertEquals(parseHandshake(buildHandshake("node").subarray(0, 40)), undefined);
  assertEquals(parseHandshake(new Uint8Array(80)), undefined);
});

test("handshake: an empty node id is refused, default ids differ", () => {
  assertThrows(() => buildHandshake(""), RangeError);
  assertEquals(uniqueNodeID() === uniqueNodeID(), false);
  assertEquals(uniqueNodeID().length <= 60, true);
});
