import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Clock } from "../../src/base/clock.ts";
import { HttpServer } from "../../src/http/server.ts";
import type { Accept, Network } from "../../src/runtime/types.ts";
import { ManualSocket } from "./websocket_fixture.ts";

/** Time passes without timers, which fire late and once when they are let. */
class StallingClock implements Clock {
  #now = 0;
  #timers = new Map<object, { at: number; fn: () => void }>();
  now(): number {
    return this.#now;
  }
  after(ms: number, fn: () => void): unknown {
    const key = {};
    this.#timers.set(key, { at: this.#now + ms, fn });
    return key;
  }
  clear(timer: unknown): void {
    this.#timers.delete(timer as object);
  }
  stall(ms: number): void {
    this.#now += ms;
  }
  fire(): void {
    for (const [key, { at, fn }] of [...this.#timers]) {
      if (at > this.#now) continue;
      this.#timers.delete(key);
      fn();
    }
  }
}

async function accepted() {
  const clock = new StallingClock();
  let accept: Accept | undefined;
  const address = { transport: "tcp", hostname: "127.0.0.1", port: 1 } as const;
  const network: Network = {
    name: "node",
    connect: () => Promise.reject(new Error("not here")),
    listen: (_, given) => {
      accept = given;
      return Promise.resolve({
        address,
        reload: () => Promise.resolve(),
        close: () => Promise.resolve(),
      });
    },
  };
  const server = new HttpServer(
    { network, clock, wallClock: () => 0 },
    () => new Response("hello"),
    { headersTimeoutMs: 500 },
  );
  await server.ready;
  const socket = new ManualSocket();
  const handlers = accept!(socket);
  socket.handlers = handlers;
  return { clock, socket, handlers };
}

const REQUEST = new TextEncoder().encode("GET / HTTP/1.1\r\nHost: a\r\n\r\n");

test("what came while the process stood still is read before anybody is called late", async () => {
  const { clock, socket, handlers } = await accepted();
  clock.stall(5_000);
  clock.fire();
  assert(!socket.ended, "closed for a wait of this side");
  handlers.data(REQUEST.slice());
  assertStringIncludes(new TextDecoder().decode(socket.take()), "200 OK");
  clock.fire();
  assert(!socket.ended);
});

test("who sent nothing meanwhile is closed at the next look", async () => {
  const { clock, socket } = await accepted();
  clock.stall(5_000);
  clock.fire();
  clock.fire();
  assert(socket.ended);
  assertEquals(socket.take().length, 0);
});
