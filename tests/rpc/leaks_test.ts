/** After much of everything nothing is kept: calls, ids, streams, deadlines, timers, listeners, connections. */

import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { type Clock, SYSTEM_CLOCK } from "../../src/base/clock.ts";
import {
  type Peer,
  type RpcError,
  type RpcStream,
  ZapClient,
  ZapServer,
} from "../../src/rpc/mod.ts";
import { bytes, eventually, HELLO, RawPeer } from "../hostile/rpc_support.ts";

/** The machine's clock, which knows what timers it has given. */
class CountingClock implements Clock {
  readonly timers: Set<unknown> = new Set();

  now(): number {
    return SYSTEM_CLOCK.now();
  }

  after(ms: number, fn: () => void): unknown {
    const timer = SYSTEM_CLOCK.after(ms, () => {
      this.timers.delete(timer);
      fn();
    });
    this.timers.add(timer);
    return timer;
  }

  clear(timer: unknown): void {
    this.timers.delete(timer);
    SYSTEM_CLOCK.clear(timer);
  }
}

/** An abort signal that knows how many listen. */
function countedSignal(): { signal: AbortSignal; listeners: () => number; abort: () => void } {
  const controller = new AbortController();
  const { signal } = controller;
  let listeners = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...words: unknown[]) => {
    listeners++;
    add(...words as Parameters<typeof add>);
  };
  signal.removeEventListener = (...words: unknown[]) => {
    listeners--;
    remove(...words as Parameters<typeof remove>);
  };
  return { signal, listeners: () => listeners, abort: () => controller.abort() };
}

/** What a connection counts, beside what its users see. */
type Counted = Peer & { openStreams: number; runningCalls: number; pendingCalls: number };

const CALLS = 100_000;
const BATCH = 500;
const STREAMS = 2000;

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: ${CALLS} calls of all kinds leave nothing`, async () => {
    const clock = new CountingClock();
    const peers: Counted[] = [];
    const server = new ZapServer({
      clock,
      handlerTimeoutMs: 40,
      parkTimeoutMs: 40,
      onConnection: (peer) => void peers.push(peer as Counted),
      call: ({ method, payload }) => {
        if (method === 2) return Promise.resolve(payload);
        if (method === 3) throw new Error("on purpose");
        return method === 4 ? new Promise<Uint8Array>(() => {}) : payload;
      },
    });
    const address = await server.listen({ port: 0, framing });
    assert(address.transport === "tcp");
    const client = await ZapClient.connect({ port: address.port, framing, clock });
    const shared = countedSignal();
    const payload = bytes(1, 2, 3);
    const outcomes: Record<string, number> = {};
    const note = (what: string | number): void => {
      outcomes[what] = (outcomes[what] ?? 0) + 1;
    };
    const { signal } = shared;
    for (let done = 0; done < CALLS; done += BATCH) {
      const rare = done % (20 * BATCH) === 0;
      const own = new AbortController();
      const calls = Array.from({ length: BATCH }, (_, i) => {
        if (rare && i < 5) return client.call(4);
        if (rare && i < 10) return client.call(1, { target: 1_000_000 + i });
        if (rare && i < 15) return client.call(4, { timeoutMs: 5 });
        if (i % 50 === 0) return client.call(2, { payload, signal: own.signal });
        if (i % 50 === 1) return client.call(3, { promiseID: 1 + i });
        if (i % 50 === 2) return client.call(1, { promiseID: 5000 + i, target: 1 + i - 1 });
        return client.call(1 + i % 2, { payload, signal });
      });
      const settled = calls.map((call) =>
        call.then(({ status }) => note(status), (error: RpcError) => note(error.code))
      );
      own.abort();
      await Promise.all(settled);
    }
    assertEquals(Object.values(outcomes).reduce((sum, count) => sum + count), CALLS);
    assertEquals(
      new Set(Object.keys(outcomes)),
      new Set(["200", "400", "408", "500", "aborted", "deadline"]),
    );
    await eventually(() => server.runningCalls === 0);
    assertEquals([client.pendingCalls, shared.listeners()], [0, 0]);
    assertEquals(peers.map(({ pendingCalls, openStreams }) => [pendingCalls, openStreams]), [[
      0,
      0,
    ]]);
    // One timer a wheel: the client's and the server's.
    assert(clock.timers.size <= 2, `${clock.timers.size} timers run`);
    client.close();
    await server.close();
    assertEquals([clock.timers.size, server.connections, server.runningCalls], [0, 0, 0]);
  });

  test(`${framing}: connections opened and closed, greeted or not, leave nothing`, async () => {
    const clock = new CountingClock();
    const server = new ZapServer({ clock, call: ({ payload }) => payload });
    const address = await server.listen({ port: 0, framing });
    assert(address.transport === "tcp");
    const { port } = address;
    for (let round = 0; round < 25; round++) {
      await Promise.all(Array.from({ length: 20 }, async (_, i) => {
        if (i % 4 === 3) {
          const raw = await RawPeer.connect(port);
          if (i % 8 === 3) await raw.send(HELLO.subarray(0, 1 + round));
          raw.socket.destroy();
          return await raw.closed;
        }
        const client = await ZapClient.connect({ port, framing, clock });
        if (i % 2) await client.call(1, { payload: bytes(1) });
        const open = client.call(1).catch(() => {});
        client.close();
        await open;
      }));
    }
    await eventually(() => server.connections === 0);
    assertEquals(server.runningCalls, 0);
    await server.close();
    assertEquals(clock.timers.size, 0);
  });
}

test(`mux: ${STREAMS} streams ended, cancelled, aborted, refused and dropped leave nothing`, async () => {
  const clock = new CountingClock();
  const peers: Counted[] = [];
  const server = new ZapServer({
    clock,
    onConnection: (peer) => void peers.push(peer as Counted),
    guard: ({ method }) => method === 5 ? 403 : 200,
    stream: async (stream) => {
      if (stream.method === 4) throw new Error("on purpose");
      if (stream.method === 3) return;
      for await (const message of stream) await stream.write(message);
    },
  });
  const address = await server.listen({ port: 0, framing: "mux" });
  assert(address.transport === "tcp");
  const own: Counted[] = [];
  const client = await ZapClient.connect({
    port: address.port,
    framing: "mux",
    clock,
    call: (_call, peer) => (own.push(peer as Counted), bytes()),
  });
  // The client's connection, as a handler of the client sees it.
  await eventually(() => peers.length === 1);
  await peers[0]!.call(1);
  const shared = countedSignal();
  const use = async (stream: RpcStream, kind: number): Promise<void> => {
    await stream.write(bytes(1)).catch(() => {});
    if (kind === 0) {
      stream.end();
      for await (const _ of stream);
    } else if (kind === 1) {
      await stream.readable.cancel();
      stream.end();
    } else if (kind === 2) {
      for await (const _ of stream) break;
      await stream.writable.close();
    } else {
      stream.end();
      await stream.readable.pipeTo(new WritableStream()).catch(() => {});
    }
  };
  for (let done = 0; done < STREAMS; done += 100) {
    await Promise.all(Array.from({ length: 100 }, async (_, i) => {
      const controller = new AbortController();
      const signal = i % 10 === 9 ? controller.signal : shared.signal;
      const stream = client.stream(1 + i % 5, { signal });
      if (i % 10 === 9) controller.abort();
      // Those that are refused, failed or aborted reject.
      await use(stream, i % 4).catch(() => {});
    }));
  }
  await eventually(() => peers[0]!.openStreams + own[0]!.openStreams === 0);
  assertEquals(shared.listeners(), 0);
  // Ids of streams are free for calls again, and nothing counts as being under way.
  const answers = await Promise.all(Array.from({ length: 100 }, () => client.call(1)));
  assert(answers.every(({ status }) => status === 404));
  assertEquals([client.pendingCalls, server.runningCalls], [0, 0]);
  client.close();
  await server.drain(5000);
  assertEquals([clock.timers.size, server.connections], [0, 0]);
});
