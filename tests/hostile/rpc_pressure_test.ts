/** Peers that start more than they may: streams opened and failed at once, messages without end. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { buildRequest, buildResponse } from "../../src/rpc/envelope.ts";
import { buildHandshake } from "../../src/rpc/handshake.ts";
import { MessageDecoder } from "../../src/rpc/message_link.ts";
import { type Peer, RpcError, ZapClient } from "../../src/rpc/mod.ts";
import {
  bytes,
  envelope,
  eventually,
  frame,
  HELLO,
  join,
  nodeCall,
  RawPeer,
  rawServer,
  u32,
  underAttack,
} from "./rpc_support.ts";

/** A message of a type, without anything in it. */
function message(type: number, length = 24): Uint8Array {
  const whole = new Uint8Array(length);
  const view = new DataView(whole.buffer);
  whole.set([0x5a, 0x41, 0x50, 0, 2, 0, 0, type]);
  view.setUint32(8, 16, true);
  view.setUint32(12, length, true);
  return whole;
}

test("mux: streams that are opened and failed at once start no more handlers than streams may be", async () => {
  let running = 0;
  let most = 0;
  let release!: () => void;
  const released = new Promise<void>((resolve) => release = resolve);
  const stream = async (): Promise<void> => {
    most = Math.max(most, ++running);
    await released;
    running--;
  };
  await underAttack("mux", { stream, maxStreams: 8 }, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    const opened = (id: number): Uint8Array =>
      frame(
        bytes(3),
        buildRequest({ method: 1, promiseID: id, target: 0, cap: bytes(), payload: bytes() }),
      );
    const failed = (id: number): Uint8Array => frame(bytes(2), buildResponse(500, id, bytes()));
    for (let id = 1; id <= 50; id++) await peer.send(join(opened(id), failed(id)));
    for (let id = 9; id <= 50; id++) {
      const { status, promiseID } = await peer.muxAnswer();
      assertEquals([status, promiseID], [429, id]);
    }
    assertEquals([running, most], [8, 8]);
    release();
    await eventually(() => running === 0);
    // There is room again.
    await peer.send(opened(60));
    assertEquals([...(await peer.frame())!], [5, 60, 0, 0, 0]);
    peer.socket.destroy();
  });
});

test("mux: a stream that is gone when its guard has answered has no handler started", async () => {
  let served = 0;
  let answer!: (status: number) => void;
  let asked = false;
  const guard = ({ method }: { method: number }): number | Promise<number> => {
    if (method === 999) return 200;
    asked = true;
    return new Promise((resolve) => answer = resolve);
  };
  const stream = (): void => void served++;
  await underAttack("mux", { guard, stream }, async ({ port, server }) => {
    const peer = await RawPeer.connect(port);
    const call = { method: 1, promiseID: 5, target: 0, cap: bytes(), payload: bytes() };
    await peer.send(frame(bytes(3), buildRequest(call)));
    await eventually(() => asked);
    peer.socket.destroy();
    await eventually(() => server.connections === 1);
    answer(200);
    await new Promise((resolve) => setTimeout(resolve));
    assertEquals(served, 0);
  });
});

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: a call that was answered 408, or whose peer is gone, is not run when its guard has answered`, async () => {
    const ran: number[] = [];
    const answers: ((status: number) => void)[] = [];
    await underAttack(framing, {
      handlerTimeoutMs: 60,
      guard: ({ method }) => method === 999 ? 200 : new Promise((resolve) => answers.push(resolve)),
      call: ({ method, payload }) => (ran.push(method), payload),
    }, async ({ port, server }) => {
      const client = await ZapClient.connect({ port, framing, reconnect: false });
      assertEquals((await client.call(1)).status, 408);
      const second = assertRejects(() => client.call(2), RpcError);
      await eventually(() => answers.length === 2);
      client.close();
      await second;
      await eventually(() => server.connections === 1);
      for (const answer of answers) answer(200);
      await new Promise((resolve) => setTimeout(resolve));
      assertEquals(ran, []);
    });
  });
}

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: running handlers hold no more than so many bytes of one connection, and all get their turn`, async () => {
    const waiting: (() => void)[] = [];
    let most = 0;
    await underAttack(framing, {
      maxInFlightBytes: 1_000_000,
      guard: ({ method }) => method === 999 ? 200 : Promise.resolve(200),
      call: ({ payload }) => {
        return new Promise((resolve) => {
          waiting.push(() => resolve(payload.subarray(0, 1)));
          most = Math.max(most, waiting.length);
        });
      },
    }, async ({ port, server }) => {
      const client = await ZapClient.connect({ port, framing, reconnect: false });
      const payload = new Uint8Array(250_000);
      const calls = Array.from({ length: 20 }, () => client.call(1, { payload }));
      let answered = 0;
      for (const call of calls) call.then(({ status }) => answered += status === 200 ? 1 : 0);
      await eventually(() => server.runningCalls === 4);
      while (answered < 20) {
        for (const release of waiting.splice(0)) release();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      assertEquals(most, 4);
      client.close();
    });
  });

  test(`${framing}: a call holds its whole frame, however small the part of it that is payload`, async () => {
    const waiting: (() => void)[] = [];
    await underAttack(framing, {
      maxInFlightBytes: 1_000_000,
      call: ({ payload }) => new Promise((resolve) => waiting.push(() => resolve(payload))),
    }, async ({ port }) => {
      const peer = await RawPeer.connect(port);
      const slack = new Uint8Array(250_000);
      const head = framing === "node" ? [u32(1), u32(1)] : [bytes(1)];
      const calls = Array.from({ length: 8 }, () => frame(...head, envelope(1, 1), slack));
      peer.send(join(...framing === "node" ? [HELLO] : [], ...calls));
      await eventually(() => waiting.length >= 4);
      await new Promise((resolve) => setTimeout(resolve, 50));
      assertEquals(waiting.length, 4);
      for (let released = 0; released < 8;) {
        for (const release of waiting.splice(0)) {
          release();
          released++;
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      peer.socket.destroy();
    });
  });

  test(`${framing}: a large answer that many calls build on at once is not copied for all of them`, async () => {
    const waiting: (() => void)[] = [];
    await underAttack(framing, {
      maxInFlightBytes: 1_000_000,
      call: ({ method, payload }) => {
        if (method === 1) return new Uint8Array(500_000);
        return new Promise((resolve) => waiting.push(() => resolve(payload.subarray(0, 1))));
      },
    }, async ({ port, server }) => {
      const client = await ZapClient.connect({ port, framing, reconnect: false });
      await client.call(1, { promiseID: 7 });
      const calls = Array.from({ length: 20 }, () => client.call(2, { target: 7 }));
      await eventually(() => waiting.length === 2);
      // All 20 have come by now: they were one write.
      await new Promise((resolve) => setTimeout(resolve, 10));
      assertEquals([waiting.length, server.runningCalls], [2, 2]);
      let answered = 0;
      for (const call of calls) call.then(() => answered++);
      while (answered < 20) {
        for (const release of waiting.splice(0)) release();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      client.close();
    });
  });
}

test("node: messages beyond those that may run are dropped and told of, while answers are read on", async () => {
  let running = 0;
  let most = 0;
  const dropped: string[] = [];
  let release!: () => void;
  const released = new Promise<void>((resolve) => release = resolve);
  let peerOf: Peer | undefined;
  await underAttack("node", {
    maxInFlight: 4,
    messages: {
      7: async () => {
        most = Math.max(most, ++running);
        await released;
        running--;
      },
    },
    onConnection: (peer) => {
      if (peer.nodeID === "raw") peerOf = peer;
    },
    onError: (error) => dropped.push((error as RpcError).code),
  }, async ({ port }) => {
    const peer = await (await RawPeer.connect(port)).greet();
    // While a call of the server's own waits, it cannot stop reading.
    const own = peerOf!.call(1);
    const asked = (await peer.frame())!;
    await peer.send(join(...Array.from({ length: 100 }, () => frame(message(7)))));
    const reqID = new DataView(asked.buffer).getUint32(0, true);
    await peer.send(frame(u32(reqID), u32(2), buildResponse(200, 1, bytes(5))));
    assertEquals([...(await own).body], [5]);
    assertEquals([running, most, dropped.length], [4, 4, 96]);
    assertEquals(new Set(dropped), new Set(["busy"]));
    release();
    await eventually(() => running === 0);
    peer.socket.destroy();
  });
});

test("node: messages to a peer that does not read are refused at a bound, as calls are", async () => {
  const server = await rawServer(async (peer) => {
    await peer.frame();
    await peer.send(frame(buildHandshake("deaf")));
    peer.socket.pause();
  });
  const client = await ZapClient.connect({ port: server.port, maxQueuedBytes: 1_000_000 });
  const large = message(7, 1_000_000);
  const codes: string[] = [];
  const sent: Promise<unknown>[] = [];
  // The systems at both ends take some megabytes.
  for (let i = 0; i < 100; i++) {
    sent.push(client.send(large).catch((error) => codes.push(error.code)));
    await new Promise((resolve) => setTimeout(resolve));
  }
  assert(codes.length > 50, `${codes.length} of 100 were refused`);
  assertEquals(new Set(codes), new Set(["busy"]));
  client.close();
  await Promise.all(sent);
  await server.close();
});

test("node: a peer that has ended its half cannot answer: calls to it fail at once", async () => {
  let outcome: string | undefined;
  await underAttack("node", {
    timeoutMs: 0,
    call: async ({ payload }, peer) => {
      outcome = await peer.call(5).then(() => "answered", (error) => error.code);
      return payload;
    },
  }, async ({ port }) => {
    const peer = await (await RawPeer.connect(port)).greet();
    await peer.send(nodeCall(3));
    await peer.frame(); // the server's own call
    peer.socket.end();
    assertEquals((await peer.answer()).status, 200);
    assertEquals(outcome, "lost");
    await peer.closed;
  });
});

test("messages: half a million that were held are handed on without moving the rest each time", () => {
  let stops = true;
  let count = 0;
  const sink = { frame: () => (count++, !stops), badLength() {}, tooMuchHeld() {} };
  const decoder = new MessageDecoder(sink, 1, 64 * 1024 * 1024);
  for (let i = 0; i <= 500_000; i++) decoder.push(bytes(i));
  const { shift } = Array.prototype;
  let longest = 0;
  Array.prototype.shift = function (this: unknown[]): unknown {
    longest = Math.max(longest, this.length);
    return shift.call(this);
  };
  try {
    for (let i = 0; i < 1000; i++) decoder.resume();
    stops = false;
    decoder.resume();
  } finally {
    Array.prototype.shift = shift;
  }
  assertEquals([count, longest], [500_001, 0]);
});
