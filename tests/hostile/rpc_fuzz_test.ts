/** Random frames, well formed and not, in any order, to a server in memory: nothing is thrown, nothing is left. */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { buildRequest, buildResponse } from "../../src/rpc/envelope.ts";
import { type Peer, ZapServer } from "../../src/rpc/mod.ts";
import type { Accept, Network, Socket, SocketHandlers } from "../../src/runtime/types.ts";
import { bytes, frame, HELLO, join, u32 } from "./rpc_support.ts";

/** A network whose one connection is fed by hand. */
class HandFed implements Network {
  readonly name = "node";
  accept: Accept = () => {
    throw new Error("Nobody listens");
  };

  listen(_options: unknown, accept: Accept): ReturnType<Network["listen"]> {
    this.accept = accept;
    const address = { transport: "unix", path: "fuzz" } as const;
    const nothing = (): Promise<void> => Promise.resolve();
    return Promise.resolve({ address, reload: nothing, close: nothing });
  }

  connect(): Promise<Socket> {
    return Promise.reject(new Error("Nobody is there"));
  }
}

/** A socket that takes all, and asks to wait now and then. */
class Sink implements Socket {
  readonly localAddress = { transport: "unix", path: "fuzz" } as const;
  readonly remoteAddress = { transport: "unix", path: "fuzz" } as const;
  readonly tls = undefined;
  bufferedBytes = 0;
  handlers!: SocketHandlers;
  gone = false;
  writes = 0;
  blocked = false;

  write(): boolean {
    this.blocked = ++this.writes % 5 === 0;
    return !this.blocked;
  }

  end(): void {}
  pause(): void {}
  resume(): void {}

  destroy(): void {
    if (this.gone) return;
    this.gone = true;
    queueMicrotask(() => this.handlers.close());
  }
}

const id = fc.oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const data = fc.uint8Array({ maxLength: 80 });
const request = fc.record({
  method: fc.integer({ min: 0, max: 6 }),
  promiseID: id,
  target: id,
  cap: data,
  payload: data,
})
  .map(buildRequest);
const response = fc.tuple(fc.integer({ min: 0, max: 600 }), id, data)
  .map(([status, promiseID, body]) => buildResponse(status, promiseID, body));
/** An envelope, or one with a byte changed or the end cut off. */
const envelope = fc.tuple(fc.oneof(request, response), fc.nat(), fc.nat(255), fc.nat(9)).map(
  ([whole, at, value, what]) => {
    const copy = whole.slice();
    if (what === 0) copy[at % copy.length] = value;
    return what === 1 ? copy.subarray(0, at % copy.length) : copy;
  },
);
const muxFrame = fc.oneof(
  fc.tuple(fc.constantFrom(1, 1, 2, 3, 3), envelope).map(([dir, body]) => frame(bytes(dir), body)),
  fc.tuple(fc.constantFrom(4, 4, 5), id, data).map(([dir, stream, body]) =>
    frame(bytes(dir), u32(stream), body)
  ),
);
const nodeFrame = fc.oneof(
  fc.tuple(id, fc.constantFrom(1, 1, 1, 2), envelope).map(([req, mark, body]) =>
    frame(u32(req), u32(mark), body)
  ),
  envelope.map((message) => frame(message)),
);

for (
  const [framing, frames, hello] of [["node", nodeFrame, HELLO], [
    "mux",
    muxFrame,
    bytes(),
  ]] as const
) {
  test(`${framing}: random frames throw nothing and leave nothing`, async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(frames, { maxLength: 60 }),
        fc.array(fc.nat(), { maxLength: 20 }),
        async (all, cuts) => {
          const network = new HandFed();
          const peers: Peer[] = [];
          const server = new ZapServer({
            maxInFlight: 3,
            maxStreams: 3,
            maxParkedCalls: 3,
            streamBufferBytes: 300,
            onConnection: (peer) => void peers.push(peer),
            call: ({ method, payload }, peer) => {
              if (method === 1) return Promise.resolve(payload);
              if (method === 2) throw new Error("on purpose");
              if (method === 3) {
                return peer.call(1, { promiseID: 3, timeoutMs: 50 }).then(({ body }) => body);
              }
              return method === 4 ? new Promise<Uint8Array>(() => {}) : payload;
            },
            stream: async (stream) => {
              if (stream.method === 2) throw new Error("on purpose");
              for await (const message of stream) await stream.write(message);
            },
            messages: { 7: () => {} },
          }, network);
          await server.listen({ path: "fuzz", framing });
          const socket = new Sink();
          socket.handlers = network.accept(socket);
          const stream = join(hello, ...all);
          const edges = [...cuts.map((cut) => cut % (stream.length + 1)), stream.length].sort((
            a,
            b,
          ) => a - b);
          let from = 0;
          for (const edge of edges) {
            if (edge > from && !socket.gone) socket.handlers.data(stream.slice(from, edge));
            from = edge;
            if (socket.blocked && !socket.gone) {
              socket.blocked = false;
              socket.handlers.drain();
            }
            await Promise.resolve();
          }
          if (!socket.gone) socket.handlers.end();
          await new Promise((resolve) => setTimeout(resolve));
          const closing = server.close();
          socket.destroy();
          await closing;
          assertEquals([server.connections, server.runningCalls], [0, 0]);
          for (const peer of peers) {
            const { openStreams, pendingCalls } = peer as Peer & {
              openStreams: number;
              pendingCalls: number;
            };
            assertEquals([peer.signal.aborted, openStreams, pendingCalls], [true, 0, 0]);
          }
        },
      ),
      { numRuns: 400 },
    );
  });
}
