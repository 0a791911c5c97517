/** Calls, answers and promises out of order, repeated, endless, too many; handlers that misbehave. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import type { Answer } from "../../src/rpc/handlers.ts";
import { buildResponse } from "../../src/rpc/envelope.ts";
import { buildHandshake } from "../../src/rpc/handshake.ts";
import { RpcError, type RpcStream, ZapClient } from "../../src/rpc/mod.ts";
import {
  bytes,
  eventually,
  frame,
  join,
  muxCall,
  nodeCall,
  RawPeer,
  rawServer,
  u32,
  underAttack,
} from "./rpc_support.ts";

const framings = ["node", "mux"] as const;

/** A promise and its resolver. */
function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => open = resolve);
  return { opened, open: () => open() };
}

test("node: the server ignores answers that nobody waits for", async () => {
  await underAttack("node", {}, async ({ port }) => {
    const peer = await (await RawPeer.connect(port)).greet();
    const answer = frame(u32(0x20000001), u32(2), buildResponse(200, 1, bytes(1)));
    await peer.send(join(answer, answer, nodeCall(3)));
    assertEquals((await peer.answer()).reqID, 3);
    peer.socket.destroy();
  });
});

test("node: the client takes one answer per call, ignores unknown ones, and drops a broken peer", async () => {
  const server = await rawServer(async (peer) => {
    await peer.frame();
    await peer.send(frame(buildHandshake("server")));
    const call = (await peer.frame())!;
    const reqID = call.slice(0, 4);
    const unknown = frame(u32(7), u32(2), buildResponse(200, 7, bytes(7)));
    const first = frame(reqID, u32(2), buildResponse(200, 1, bytes(1)));
    const second = frame(reqID, u32(2), buildResponse(200, 1, bytes(2)));
    await peer.send(join(unknown, first, second));
    const next = (await peer.frame())!;
    await peer.send(frame(next.slice(0, 4), u32(2), bytes(1, 2, 3)));
    await peer.closed;
  });
  const client = await ZapClient.connect({ port: server.port, reconnect: false });
  assertEquals([...(await client.call(1)).body], [1]);
  const error = await assertRejects(() => client.call(2), RpcError);
  assertEquals([error.code, error.method], ["protocol", 2]);
  assertEquals([client.pendingCalls, client.connected], [0, false]);
  client.close();
  await server.close();
});

test("node: a malformed or missing server handshake fails the connecting, in time", async () => {
  const silent = await rawServer((peer) => peer.closed);
  const wrong = await rawServer(async (peer) => {
    await peer.send(frame(new Uint8Array(80)));
    await peer.closed;
  });
  for (const { port } of [silent, wrong]) {
    const connecting = ZapClient.connect({ port, connectTimeoutMs: 80 });
    assertEquals((await assertRejects(() => connecting, RpcError)).code, "connect");
  }
  await silent.close();
  await wrong.close();
});

for (const framing of framings) {
  const send = framing === "node" ? nodeCall : muxCall;
  const open = async (port: number): Promise<RawPeer> => {
    const peer = await RawPeer.connect(port);
    return framing === "node" ? await peer.greet() : peer;
  };
  const answerOf = async (
    peer: RawPeer,
  ): Promise<{ promiseID: number; status: number; body: Uint8Array }> =>
    framing === "node" ? await peer.answer() : await peer.muxAnswer();

  test(`${framing}: a promise id used twice is answered twice, and the later answer counts`, async () => {
    let count = 0;
    const call = ({ method, payload }: { method: number; payload: Uint8Array }): Uint8Array =>
      method === 1 ? bytes(++count) : payload;
    await underAttack(framing, { call }, async ({ port }) => {
      const peer = await open(port);
      await peer.send(
        join(send(5), send(5), framing === "node" ? nodeCall(6, 2, 5) : muxCall(6, 2, 5)),
      );
      assertEquals([...(await answerOf(peer)).body], [1]);
      assertEquals([...(await answerOf(peer)).body], [2]);
      assertEquals([...(await answerOf(peer)).body], [2]);
      peer.socket.destroy();
    });
  });

  test(`${framing}: a call that targets itself, or a promise that never comes, is refused in time`, async () => {
    await underAttack(framing, { parkTimeoutMs: 60 }, async ({ port }) => {
      const peer = await open(port);
      await peer.send(join(send(5, 1, 5), send(6, 1, 77), send(7, 1, 6)));
      const refused = [await answerOf(peer), await answerOf(peer), await answerOf(peer)];
      // The one that waits for a refused one is refused with it.
      const statuses = refused.map(({ promiseID, status }) => `${promiseID}:${status}`).sort();
      assert(
        statuses.join() === "5:408,6:408,7:400" || statuses.join() === "5:408,6:408,7:408",
        statuses.join(),
      );
      peer.socket.destroy();
    });
  });

  test(`${framing}: a chain of 10 000 dependents runs through when each finds its target answered`, async () => {
    let ran = 0;
    const call = ({ payload }: { payload: Uint8Array }): Uint8Array => (ran++, payload);
    await underAttack(framing, { call }, async ({ port }) => {
      const peer = await open(port);
      const chain = Array.from({ length: 10_000 }, (_, i) => send(i + 1, 1, i));
      await peer.send(join(...chain));
      for (let i = 1; i <= 10_000; i++) {
        const { promiseID, status, body } = await answerOf(peer);
        assertEquals([promiseID, status, body.length], [i, 200, 3]);
      }
      assertEquals(ran, 10_000);
      peer.socket.destroy();
    });
  });

  test(`${framing}: a chain of 10 000 dependents on an answer that is late: each is answered once`, async () => {
    const { opened, open: release } = gate();
    const call = async (
      { method, payload }: { method: number; payload: Uint8Array },
    ): Promise<Uint8Array> => {
      if (method === 2) await opened;
      return payload;
    };
    await underAttack(framing, { call }, async ({ port, server }) => {
      const peer = await open(port);
      await peer.send(send(1, 2));
      await peer.send(join(...Array.from({ length: 10_000 }, (_, i) => send(i + 2, 1, i + 1))));
      // As many as may be parked are; one more is refused, and what builds on it in turn.
      const counts: Record<number, number> = {};
      const seen = new Set<number>();
      const take = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i++) {
          const { promiseID, status } = await answerOf(peer);
          counts[status] = (counts[status] ?? 0) + 1;
          seen.add(promiseID);
        }
      };
      await take(10_001 - 1025);
      assertEquals(counts, { 400: 8975, 429: 1 });
      assertEquals(server.runningCalls, 1025);
      release();
      await take(1025);
      assertEquals(seen.size, 10_001);
      assertEquals(counts[200], 1025);
      peer.socket.destroy();
    });
  });

  test(`${framing}: of 10 000 parked calls all are refused: too many at once, the rest in time`, async () => {
    await underAttack(framing, { parkTimeoutMs: 100 }, async ({ port }) => {
      const peer = await open(port);
      const calls = Array.from({ length: 10_000 }, (_, i) => send(i + 1, 1, 1_000_000 + i));
      await peer.send(join(...calls));
      let late = 0;
      for (let i = 0; i < 10_000; i++) {
        const { status } = await answerOf(peer);
        assert(status === 408 || status === 429, `Answered ${status}`);
        if (status === 408) late++;
      }
      // A slow machine may free places while calls still arrive.
      assert(late >= 1024, `${late} were parked`);
      peer.socket.destroy();
    });
  });

  test(`${framing}: answers that add up to a GiB are sent, and not kept`, async () => {
    const mebibyte = new Uint8Array(1024 * 1024);
    const call = ({ method, payload }: { method: number; payload: Uint8Array }): Uint8Array =>
      method === 1 ? mebibyte : bytes(payload.length & 255);
    await underAttack(framing, { call, parkTimeoutMs: 50 }, async ({ port, server }) => {
      const client = await ZapClient.connect({ port, framing });
      let got = 0;
      const before = memory();
      const caller = async (): Promise<void> => {
        for (let i = 0; i < 128; i++) {
          const { body } = await client.call(1);
          got += body.length;
        }
      };
      await Promise.all(Array.from({ length: 8 }, caller));
      assertEquals(got, 2 ** 30);
      const grown = memory() - before;
      assert(grown < 512 * 1024 * 1024, `Memory grew by ${grown >> 20} MiB for a GiB of answers`);
      // Small answers are still built on, and the big ones are known to be gone.
      const { promiseID } = await client.call(1);
      const refused = await client.call(2, { target: promiseID });
      assertEquals(refused.status, 400);
      const small = await client.call(2, { payload: bytes(1) });
      assertEquals([...(await client.call(2, { target: small.promiseID })).body], [1]);
      assertEquals(server.runningCalls, 0);
      client.close();
    });
  });

  test(`${framing}: handlers that throw, reject or answer nonsense answer 500`, async () => {
    const call = ({ method }: { method: number }): Answer | Promise<Answer> => {
      if (method === 1) throw new Error("secret");
      if (method === 2) return Promise.reject(undefined);
      return Promise.resolve(null as unknown as Uint8Array);
    };
    await underAttack(framing, { call }, async ({ port }) => {
      const peer = await open(port);
      for (const method of [1, 2, 3]) {
        await peer.send(send(method, method));
        const { status, body } = await answerOf(peer);
        assertEquals([status, body.length], [500, 0]);
      }
      peer.socket.destroy();
    });
  });

  test(`${framing}: a handler that never settles is answered 408, and comes back unheard`, async () => {
    const { opened, open: release } = gate();
    const call = (): Promise<Uint8Array> => opened.then(() => bytes(1));
    await underAttack(framing, { call, handlerTimeoutMs: 40 }, async ({ port, server }) => {
      const peer = await open(port);
      await peer.send(send(1));
      assertEquals((await answerOf(peer)).status, 408);
      assertEquals(server.runningCalls, 0);
      release();
      await opened;
      const gone = await open(port);
      await gone.send(send(2));
      gone.socket.destroy();
      peer.socket.destroy();
    });
  });

  test(`${framing}: a handler that answers after the connection is gone is heard by nobody`, async () => {
    const { opened, open: release } = gate();
    const started = gate();
    let signal: AbortSignal | undefined;
    let finished = false;
    const call = async (_call: unknown, peer: { signal: AbortSignal }): Promise<Uint8Array> => {
      signal = peer.signal;
      started.open();
      await opened;
      finished = true;
      return bytes(1);
    };
    await underAttack(framing, { call }, async ({ port, server }) => {
      const peer = await open(port);
      await peer.send(send(1));
      await started.opened;
      peer.socket.destroy();
      await peer.closed;
      release();
      // The peer may have meant to end only its own half: that it is gone shows when it is written to.
      await eventually(() => finished && server.connections === 1);
      assertEquals(signal?.aborted, true);
    });
  });

  test(`${framing}: a peer that calls and never reads is held back, then dropped`, async () => {
    const body = new Uint8Array(64 * 1024);
    let ran = 0;
    const call = (): Uint8Array => (ran++, body);
    await underAttack(framing, { call, stallTimeoutMs: 150 }, async ({ port, server }) => {
      const peer = await open(port);
      peer.socket.pause();
      const calls = join(...Array.from({ length: 1000 }, (_, i) => send(i + 1)));
      for (let i = 0; i < 50; i++) peer.socket.write(calls);
      await eventually(() => ran > 0);
      // A socket that does not read does not see that it is closed either.
      await eventually(() => server.connections === 1);
      peer.socket.destroy();
      // 50 000 answers are 3 GiB; the sockets' buffers hold a few MiB of them.
      assert(ran < 2000, `${ran} handlers ran for a peer that does not read`);
    });
  });

  test(`${framing}: no more handlers run at once than may`, async () => {
    let running = 0;
    let most = 0;
    const call = async (): Promise<Uint8Array> => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return bytes(1);
    };
    await underAttack(framing, { call }, async ({ port }) => {
      const client = await ZapClient.connect({ port, framing });
      const answers = await Promise.all(Array.from({ length: 3000 }, () => client.call(1)));
      assert(answers.every(({ status }) => status === 200));
      assertEquals(most, 256);
      client.close();
    });
  });

  test(`${framing}: one connection too many is closed at once`, async () => {
    await underAttack(framing, { maxConnections: 2 }, async ({ port }) => {
      const second = await open(port);
      const third = await RawPeer.connect(port);
      await third.closed;
      second.socket.destroy();
    });
  });

  test(`${framing}: nothing is left pending after close, whatever was under way`, async () => {
    const call = (): Promise<Uint8Array> => new Promise(() => {});
    await underAttack(
      framing,
      { call, stream: () => new Promise(() => {}), handlerTimeoutMs: 50 },
      async ({ port }) => {
        const client = await ZapClient.connect({ port, framing, timeoutMs: 0 });
        const calls = Array.from(
          { length: 5000 },
          () => client.call(1).then(() => "answered", codeOf),
        );
        const streams: Promise<unknown>[] = [];
        if (framing === "mux") {
          const stream: RpcStream = client.stream(1);
          streams.push(
            stream.readable.getReader().read().catch(codeOf),
            stream.writable.getWriter().closed.catch(codeOf),
          );
        }
        client.close();
        assertEquals(new Set(await Promise.all(calls)), new Set(["closed"]));
        assertEquals(new Set(await Promise.all(streams)).size <= 1, true);
        assertEquals(client.pendingCalls, 0);
      },
    );
  });
}

test("a call to a host that has died fails within its deadline, or with close", async () => {
  const { port, close } = await rawServer(async (peer) => {
    await peer.frame();
    await peer.send(frame(buildHandshake("server")));
    await peer.closed;
  });
  const client = await ZapClient.connect({ port });
  const deaf = await assertRejects(() => client.call(1, { timeoutMs: 50 }), RpcError);
  assertEquals(deaf.code, "deadline");
  await close();
  await eventually(() => !client.connected);
  const dead = await assertRejects(() => client.call(1, { timeoutMs: 80 }), RpcError);
  assertEquals([dead.code, dead.status], ["deadline", 408]);
  const controller = new AbortController();
  const aborted = client.call(2, { signal: controller.signal }).catch(codeOf);
  const waiting = [1, 2, 3].map((method) => client.call(method).catch(codeOf));
  controller.abort();
  assertEquals(await aborted, "aborted");
  client.close();
  assertEquals(await Promise.all(waiting), ["closed", "closed", "closed"]);
  assertEquals(client.pendingCalls, 0);
});

function codeOf(error: unknown): string {
  return (error as RpcError).code;
}

/** Resident memory. */
function memory(): number {
  return process.memoryUsage().rss;
}
