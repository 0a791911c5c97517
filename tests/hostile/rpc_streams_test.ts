/** Streams out of order, unknown, repeated, unread, cut off; peers that hold what they can. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { buildRequest } from "../../src/rpc/envelope.ts";
import { type Peer, RpcError, type RpcStream } from "../../src/rpc/mod.ts";
import {
  bytes,
  eventually,
  frame,
  HELLO,
  join,
  muxCall,
  RawPeer,
  u32,
  underAttack,
} from "./rpc_support.ts";

const opening = (id: number, method = 1, payload = bytes()): Uint8Array =>
  frame(bytes(3), buildRequest({ method, promiseID: id, target: 0, cap: bytes(), payload }));
const data = (id: number, ...values: number[]): Uint8Array =>
  frame(bytes(4), u32(id), bytes(...values));
const end = (id: number): Uint8Array => frame(bytes(5), u32(id));

const echo = async (stream: RpcStream): Promise<void> => {
  for await (const message of stream) await stream.write(message);
};

test("mux: stream frames of unknown ids, after the end, and ends said twice are ignored", async () => {
  await underAttack("mux", { stream: echo }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    await peer.send(join(data(9, 1), end(9), opening(5), data(5, 7), end(5), data(5, 8), end(5)));
    assertEquals([...(await peer.frame())!], [4, 5, 0, 0, 0, 7]);
    assertEquals([...(await peer.frame())!], [5, 5, 0, 0, 0]);
    await peer.send(join(data(5, 1), end(5), opening(5), end(5)));
    assertEquals([...(await peer.frame())!], [5, 5, 0, 0, 0]);
    peer.socket.destroy();
  });
});

test("mux: a stream with id 0, or with one that is open, is refused with 400; the open one goes on", async () => {
  await underAttack("mux", { stream: echo }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    await peer.send(join(opening(0), opening(6), opening(6)));
    for (const id of [0, 6]) {
      const { status, promiseID } = await peer.muxAnswer();
      assertEquals([status, promiseID], [400, id]);
    }
    await peer.send(join(data(6, 3), end(6)));
    assertEquals((await peer.frame())![5], 3);
    assertEquals((await peer.frame())![0], 5);
    peer.socket.destroy();
  });
});

for (
  const [what, broken] of [
    ["without an id", frame(bytes(4, 1, 2, 3))],
    ["an opening that is no message", frame(bytes(3), bytes(1, 2, 3))],
    ["a dir of 6", frame(bytes(6), u32(1))],
  ] as const
) {
  test(`mux: a stream frame ${what} closes`, async () => {
    const faults: unknown[] = [];
    await underAttack(
      "mux",
      { stream: echo, onError: (error) => void faults.push(error) },
      async ({ port }) => {
        const peer = await RawPeer.connect(port);
        await peer.send(join(opening(5), broken));
        await peer.closed;
      },
    );
    assert(faults.some((error) => (error as RpcError).code === "protocol"));
  });
}

test("mux: a peer that ends its half of the connection still gets what its streams answer", async () => {
  const all = 300;
  await underAttack("mux", {
    stream: async (stream) => {
      for await (const _ of stream) {
        // Its own end is read first.
      }
      for (let i = 0; i < all; i++) {
        if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
        await stream.write(new Uint8Array(10_000).fill(i));
      }
    },
  }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    await peer.send(join(opening(5), end(5)));
    peer.socket.end();
    let got = 0;
    for (;;) {
      const next = await peer.frame();
      assert(next !== undefined, `The connection ended after ${got} of ${all} messages`);
      if (next[0] === 5) break;
      assertEquals([next[0], next.length, next[5]], [4, 10_005, got++ & 255]);
    }
    assertEquals(got, all);
    await peer.closed;
  });
});

test("mux: a stream whose connection ends before it does fails, and does not end in order", async () => {
  const codes: string[] = [];
  await underAttack("mux", {
    stream: async (stream) => {
      await assertRejects(() => echo(stream), RpcError).then((error) => codes.push(error.code));
    },
  }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    await peer.send(join(opening(5), data(5, 1)));
    assertEquals((await peer.frame())![5], 1);
    peer.socket.end();
    await peer.closed;
    await eventually(() => codes.length === 1);
  });
  assertEquals(codes, ["lost"]);
});

test("mux: streams that the handler is done with are let go, though the peer never ends its half", async () => {
  let served = 0;
  let one: (Peer & { openStreams?: number }) | undefined;
  await underAttack("mux", {
    maxStreams: 4,
    stream: (stream, peer) => {
      served++;
      one = peer;
      assertEquals(stream.method, 1);
    },
  }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    for (let id = 1; id <= 100; id++) {
      await peer.send(join(opening(id), data(id, 1)));
      assertEquals([...(await peer.frame())!.subarray(0, 2)], [5, id]);
    }
    await eventually(() => one?.openStreams === 0);
    assertEquals(served, 100);
    peer.socket.destroy();
  });
});

test("mux: unread messages do not hold the memory that they came in", async () => {
  const streams: RpcStream[] = [];
  let release = (): void => {};
  const released = new Promise<void>((resolve) => release = resolve);
  const held: number[] = [];
  await underAttack("mux", {
    stream: async (stream) => {
      streams.push(stream);
      await released;
      for await (const message of stream) held.push(message.buffer.byteLength);
    },
  }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    await peer.send(opening(5));
    await eventually(() => streams.length === 1);
    // One byte for the stream, 60 KB for nobody, again and again.
    const junk = frame(bytes(4), u32(77), new Uint8Array(60_000));
    for (let i = 0; i < 50; i++) await peer.send(join(data(5, i), junk));
    // The answer tells that all before it has arrived.
    await peer.send(join(end(5), muxCall(3)));
    assertEquals((await peer.muxAnswer()).promiseID, 3);
    release();
    assertEquals((await peer.frame())![0], 5);
    peer.socket.destroy();
  });
  assertEquals(held.length, 50);
  const most = Math.max(...held);
  assert(most <= 64, `a byte holds ${most}`);
});

test("mux: a peer whose streams nobody reads is held back, at the bound", async () => {
  let first: RpcStream | undefined;
  let release = (): void => {};
  const released = new Promise<void>((resolve) => release = resolve);
  await underAttack("mux", {
    streamBufferBytes: 50_000,
    stream: async (stream) => {
      first ??= stream;
      await released;
    },
  }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    await peer.send(opening(5));
    const message = frame(bytes(4), u32(5), new Uint8Array(1000));
    const many = join(...Array.from({ length: 1000 }, () => message));
    for (let i = 0; i < 30; i++) peer.socket.write(many);
    await eventually(() => first?.full === true);
    // 30 MB are on offer; what the system's buffers do not take stays with the peer.
    await new Promise((resolve) => setTimeout(resolve, 100));
    assert(peer.socket.writableLength > 10_000_000, `${peer.socket.writableLength} bytes wait`);
    peer.socket.destroy();
    // Only who reads learns that the peer is gone.
    release();
  });
});

test("node: a handshake that comes byte by byte has no more time than a whole one", async () => {
  await underAttack("node", { handshakeTimeoutMs: 150 }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    let sent = 0;
    const drip = setInterval(() => peer.socket.write(HELLO.subarray(sent, ++sent)), 10);
    await peer.closed;
    clearInterval(drip);
    assert(sent < HELLO.length, "the whole handshake was waited for");
  });
});

test("node: a node id that is no UTF-8 is read with U+FFFD, and harms nobody", async () => {
  const ids: string[] = [];
  await underAttack(
    "node",
    { call: (_call, peer) => (ids.push(peer.nodeID), bytes()) },
    async ({ port }) => {
      const hello = HELLO.slice();
      // The id's bytes stand behind the length word and the header.
      hello.set([0xff, 0xfe, 0x41], 4 + 16);
      const peer = await RawPeer.connect(port);
      await peer.send(hello);
      assertEquals((await peer.frame())?.length, 80);
      await peer.send(
        frame(
          u32(1),
          u32(1),
          buildRequest({ method: 1, promiseID: 1, target: 0, cap: bytes(), payload: bytes() }),
        ),
      );
      assertEquals((await peer.answer()).status, 200);
      peer.socket.destroy();
    },
  );
  assertEquals(ids, ["\ufffd\ufffdA"]);
});

test("mux: served streams hold no more than so many bytes of capabilities, and none its frame", async () => {
  const streams: RpcStream[] = [];
  await underAttack("mux", {
    maxInFlightBytes: 1_000_000,
    stream: async (stream) => {
      streams.push(stream);
      for await (const _ of stream);
    },
  }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    const open = (id: number, size: number): Promise<void> => {
      const cap = new Uint8Array(size);
      const request = { method: 1, promiseID: id, target: 0, cap, payload: bytes() };
      return peer.send(frame(bytes(3), buildRequest(request), new Uint8Array(100_000)));
    };
    for (const id of [1, 2, 3]) await open(id, 400_000);
    const { status, promiseID } = await peer.muxAnswer();
    assertEquals([status, promiseID, streams.length], [429, 3, 2]);
    await peer.send(end(1));
    assertEquals([...(await peer.frame())!], [5, 1, 0, 0, 0]);
    await open(4, 400_000);
    await eventually(() => streams.length === 3);
    for (const { cap } of streams) assertEquals(cap.buffer.byteLength, 400_000);
    peer.socket.destroy();
  });
});
