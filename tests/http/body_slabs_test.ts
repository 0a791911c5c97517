/** Copies of large bodies in memory that is used again: never while anybody could see it. */

import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BodySlabs } from "../../src/http/body_slabs.ts";
import { MAX_BODY_SLAB_BYTES, MAX_FREE_SLAB_BYTES } from "../../src/http/defaults.ts";
import { LightResponse } from "../../src/http/light_response.ts";
import { HttpServer } from "../../src/http/server.ts";
import type { Handler } from "../../src/http/types.ts";
import type { Accept, Network } from "../../src/runtime/types.ts";
import { latin1Bytes } from "../support/http_raw.ts";
import { ManualClock, ManualSocket } from "./websocket_fixture.ts";

const SIZE = 100_000;
const GET = latin1Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

/** A server that answers with `SIZE` bytes: all 1, then all 2, and so on; and connections to it. */
async function serverOf(handler?: Handler) {
  let count = 0;
  let accept!: Accept;
  const network: Network = {
    name: "node",
    connect: () => Promise.reject(new Error("not here")),
    listen: (_, given) => {
      accept = given;
      return Promise.resolve({
        address: { transport: "tcp", hostname: "127.0.0.1", port: 1 },
        reload: () => Promise.resolve(),
        close: () => Promise.resolve(),
      });
    },
  };
  const clock = new ManualClock();
  const own = () => new LightResponse(new Uint8Array(SIZE).fill(++count));
  const server = new HttpServer({ network, clock, wallClock: () => 0 }, handler ?? own);
  await server.ready;
  const open = () => {
    const socket = new ManualSocket();
    const handlers = socket.handlers = accept(socket);
    return { socket, ask: () => handlers.data(GET), drain: () => handlers.drain() };
  };
  return { open, clock };
}

/** The body last written. */
function bodyOf(socket: ManualSocket): Uint8Array {
  const last = socket.written.findLast((bytes) => bytes.length > SIZE);
  return last!.subarray(-SIZE);
}

test("slabs: sizes, bounds, and a length that lies", () => {
  const slabs = new BodySlabs();
  assertEquals(slabs.copy(new Uint8Array(16 * 1024)), undefined);
  assertEquals(slabs.copy(new Uint8Array(MAX_BODY_SLAB_BYTES + 1)), undefined);
  const first = slabs.copy(new Uint8Array(16 * 1024 + 1).fill(1))!;
  assertEquals([first.length, first.buffer.byteLength], [16 * 1024 + 1, 33 * 1024]);
  slabs.giveBack(first);
  assertEquals(slabs.freeBytes, 33 * 1024);
  const short = new Uint8Array(20_000).fill(2);
  Object.defineProperty(short, "length", { value: 32 * 1024 });
  const second = slabs.copy(short)!;
  assert(second.buffer === first.buffer);
  assertEquals([second.length, second.every((byte) => byte === 2)], [20_000, true]);
  assertEquals(slabs.freeBytes, 0);
  const many = Array.from({ length: 6 }, () => slabs.copy(new Uint8Array(MAX_BODY_SLAB_BYTES))!);
  for (const copy of many) slabs.giveBack(copy);
  assertEquals(slabs.freeBytes, 3 * many[0]!.buffer.byteLength);
  assert(slabs.freeBytes + many[0]!.buffer.byteLength > MAX_FREE_SLAB_BYTES);
  const ascii = slabs.encode("a".repeat(20_000))!;
  assertEquals([ascii.length, ascii[0], ascii[19_999]], [20_000, 97, 97]);
  assertEquals(new TextDecoder().decode(slabs.encode("ä" + "b".repeat(20_000))!).length, 20_001);
  assertEquals(slabs.encode("ä".repeat(20_000)), undefined);
  assertEquals(slabs.encode("a".repeat(16 * 1024)), undefined);
});

test("a slab is used again once the socket has taken it, and not before", async () => {
  const { open, clock } = await serverOf();
  const [a, b] = [open(), open()];
  a.ask();
  const first = bodyOf(a.socket);
  assertEquals([first[0], first[SIZE - 1]], [1, 1]);
  b.ask();
  assert(bodyOf(b.socket).buffer === first.buffer);

  a.socket.free = false; // the peer takes nothing
  a.socket.bufferedBytes = SIZE;
  a.ask();
  const waiting = bodyOf(a.socket);
  assert(waiting.buffer === first.buffer);
  b.ask();
  assert(bodyOf(b.socket).buffer !== waiting.buffer);
  assertEquals([waiting[0], waiting[SIZE - 1]], [3, 3]);
  a.socket.bufferedBytes = 1; // all but a byte: still the socket's
  a.drain();
  clock.pass(1_000);
  b.ask();
  assert(bodyOf(b.socket).buffer !== waiting.buffer);
  a.socket.bufferedBytes = 0;
  clock.pass(1_000);
  b.ask();
  assert(bodyOf(b.socket).buffer === waiting.buffer);
});

test("a slab under way on a dropped connection is not used again", async () => {
  const { open, clock } = await serverOf();
  const [a, b] = [open(), open()];
  a.socket.free = false;
  a.socket.bufferedBytes = SIZE;
  a.ask();
  const lost = bodyOf(a.socket);
  a.socket.destroyed = true; // by the adapter: nothing waits any more, as far as it tells
  a.socket.bufferedBytes = 0;
  a.ask();
  a.socket.handlers!.close();
  clock.pass(1_000);
  for (let i = 0; i < 8; i++) {
    b.ask();
    assert(bodyOf(b.socket).buffer !== lost.buffer);
  }
});

test("who could read a response keeps its bytes, and who sent it reads nothing", async () => {
  const made: Response[] = [];
  const { open } = await serverOf(() => {
    const response = new LightResponse(new Uint8Array(SIZE).fill(made.length + 1));
    if (made.length === 0) made.push(response.clone());
    made.push(response);
    return response;
  });
  const { socket, ask } = open();
  ask();
  for (let i = 0; i < 4; i++) ask();
  assertEquals(
    new Set(socket.written.filter((b) => b.length > SIZE / 2).map((b) => b.buffer)).size,
    2,
  );
  const clone = await made[0]!.bytes();
  assert(clone.length === SIZE && clone.every((byte) => byte === 1));
  for (const sent of made.slice(1)) {
    assert(sent.bodyUsed);
    await assertRejects(() => sent.text(), TypeError);
    await assertRejects(() => sent.bytes(), TypeError);
    await assertRejects(() => sent.blob(), TypeError);
    assertThrows(() => sent.clone(), TypeError);
    assertThrows(() => new LightResponse(sent.body), TypeError);
  }
});

test("a handler that reads its answer's bytes gets a copy, and may wipe what it gave", async () => {
  const { open } = await serverOf(async () => {
    const bytes = new Uint8Array(SIZE).fill(7);
    const response = new LightResponse(bytes);
    bytes.fill(0);
    const read = await response.bytes();
    const again = new LightResponse(read);
    read.fill(9);
    return again;
  });
  const { socket, ask } = open();
  ask();
  while (socket.written.length === 0) await new Promise((resolve) => setTimeout(resolve));
  assert(bodyOf(socket).every((byte) => byte === 7));
});
