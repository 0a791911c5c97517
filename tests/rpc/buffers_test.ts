// A Node `Buffer` is a `Uint8Array` whose `slice` is a view: what has to be a copy is one of a Buffer too.

import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { Builder, Message } from "../../mod.ts";
import { buildRequest, buildResponse, Pipeliner } from "../../src/rpc/mod.ts";
import { encoded } from "../../src/rpc/stub.ts";
import { StructView } from "../../src/wire/views.ts";

/** A Buffer in the middle of a larger one. */
function pooled(bytes: Uint8Array): Buffer {
  const pool = Buffer.alloc(bytes.length + 64, 0xee);
  pool.set(bytes, 24);
  return pool.subarray(24, 24 + bytes.length);
}

test("pipeliner: whoever got an answer may change it, and what builds on it is as it was", async () => {
  const seen: Uint8Array[] = [];
  const pipeliner = new Pipeliner((envelope) => {
    seen.push(new Uint8Array(envelope));
    return Promise.resolve(pooled(buildResponse(200, seen.length, Uint8Array.of(5, 6))));
  });
  const none = new Uint8Array(0);
  const first = { method: 1, promiseID: 1, target: 0, cap: none, payload: none };
  const answer = await pipeliner.handle(buildRequest(first));
  answer.fill(0);
  const second = { ...first, promiseID: 2, target: 1 };
  await pipeliner.handle(buildRequest(second));
  assertEquals(seen[1], buildRequest({ ...second, payload: Uint8Array.of(5, 6) }));
});

test("a view below the root is sent as a message of its own, and the Buffer under it is not written to", () => {
  const builder = new Builder();
  const inner = builder.startObject(8);
  inner.setU32(0, 41);
  const at = inner.finish();
  const outer = builder.startObject(8);
  outer.setObject(0, at);
  outer.finishAsRoot();
  const data = pooled(builder.finish());
  const before = new Uint8Array(data);
  const copy = encoded(new StructView(data, at), () => new Uint8Array(0));
  assert(copy.buffer !== data.buffer);
  assertEquals(Message.parse(copy).root().u32(0), 41);
  assertEquals(new Uint8Array(data), before);
});

test("builder: large bytes are copied when they are set", () => {
  const bytes = pooled(new Uint8Array(20_000).fill(3));
  const builder = new Builder();
  const object = builder.startObject(8);
  object.setBytes(0, bytes);
  bytes.fill(9);
  object.finishAsRoot();
  const read = Message.parse(builder.finish()).root().bytes(0);
  assertEquals(new Uint8Array(read), new Uint8Array(20_000).fill(3));
});
