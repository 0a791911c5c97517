/**
 * What the HTTP server costs by itself, without a kernel: requests come from memory and answers go
 * nowhere, on 64 connections in turn, one or 16 requests a read. Prints nanoseconds a request,
 * medians of alternating rounds on one runtime.
 *
 * Run with `deno run -A`, `bun`, or on Node after bundling (see docs/runtime.md).
 *
 * @module
 */

import process from "node:process";
import { SYSTEM_CLOCK } from "../src/base/clock.ts";
import { HttpServer } from "../src/http/server.ts";
import type { Accept, Network, Socket, SocketHandlers } from "../src/runtime/types.ts";
import { handlerOf, TEXT } from "./http/work.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 15);
const SLICE_MS = Number(process.env["BENCH_SLICE_MS"] ?? 50);
const CONNECTIONS = 64;

/** What wrk sends. */
const GET = "GET /users/42 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n";
const BODY = '{"user_id":42,"active":true,"name":"alice"}';
const POST = "POST / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nContent-Type: application/json\r\n" +
  `Content-Length: ${BODY.length}\r\n\r\n${BODY}`;

/** A client that sends the same bytes again and again and reads nothing. */
class MemorySocket implements Socket {
  readonly localAddress = { transport: "tcp", hostname: "127.0.0.1", port: 8080 } as const;
  readonly remoteAddress = { transport: "tcp", hostname: "127.0.0.1", port: 40_000 } as const;
  readonly tls = undefined;
  readonly bufferedBytes = 0;
  handlers!: SocketHandlers;
  bytes = 0;

  write(bytes: Uint8Array): boolean {
    this.bytes += bytes.length;
    return true;
  }
  end(): void {}
  pause(): void {}
  resume(): void {}
  destroy(): void {}
}

interface Case {
  readonly name: string;
  readonly sockets: MemorySocket[];
  readonly chunk: Uint8Array;
  readonly requests: number;
  /** Bytes of the answer to one read. */
  readonly answer: number;
  readonly times: number[];
}

async function caseOf(
  name: string,
  mode: "static" | "json" | "hono" | "echo",
  pipelined: number,
): Promise<Case> {
  let accept!: Accept;
  const network: Network = {
    name: "node",
    connect: () => Promise.reject(new Error("Nobody connects here")),
    listen: (_options, given) => {
      accept = given;
      return Promise.resolve({
        address: { transport: "tcp", hostname: "127.0.0.1", port: 8080 },
        reload: () => Promise.resolve(),
        close: () => Promise.resolve(),
      });
    },
  };
  const server = new HttpServer(
    { network, clock: SYSTEM_CLOCK, wallClock: Date.now },
    handlerOf(mode),
    {
      maxRequestsPerConnection: 1e9,
      static: mode === "static" ? [{ path: "/users/42", body: TEXT }] : [],
    },
  );
  await server.ready;
  const chunk = new TextEncoder().encode((mode === "echo" ? POST : GET).repeat(pipelined));
  const sockets: MemorySocket[] = [];
  for (let i = 0; i < CONNECTIONS; i++) {
    const socket = new MemorySocket();
    socket.handlers = accept(socket);
    sockets.push(socket);
  }
  const all = { name, sockets, chunk, requests: pipelined, times: [] };
  sockets[0]!.handlers.data(chunk);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const answer = sockets[0]!.bytes;
  if (answer < 100 * pipelined) throw new Error(`${name} is not answered`);
  return { ...all, answer };
}

/** A turn of all connections; whatever is not answered at once is waited for. */
async function turn({ sockets, chunk, answer }: Case): Promise<void> {
  for (const socket of sockets) {
    socket.bytes = 0;
    socket.handlers.data(chunk);
  }
  for (let i = 0; sockets[CONNECTIONS - 1]!.bytes < answer; i++) {
    if (i === 10_000) throw new Error("An answer is missing");
    await undefined;
  }
}

async function measure(each: Case): Promise<number> {
  let requests = 0;
  const start = performance.now();
  let now = start;
  while (now - start < SLICE_MS) {
    for (let i = 0; i < 10; i++) await turn(each);
    requests += 10 * CONNECTIONS * each.requests;
    now = performance.now();
  }
  return (now - start) * 1e6 / requests;
}

const only = process.argv[2];
const wanted = [
  ["static-1", "static", 1],
  ["static-16", "static", 16],
  ["json-1", "json", 1],
  ["json-16", "json", 16],
  ["hono-1", "hono", 1],
  ["hono-16", "hono", 16],
  ["echo-1", "echo", 1],
] as const;
const cases: Case[] = [];
for (const [name, mode, pipelined] of wanted) {
  if (only === undefined || name === only) cases.push(await caseOf(name, mode, pipelined));
}
for (const each of cases) for (let i = 0; i < 5; i++) await measure(each);
for (let round = 0; round < ROUNDS; round++) {
  for (const each of cases) each.times.push(await measure(each));
}
for (const { name, times } of cases) {
  const median = times.sort((a, b) => a - b)[times.length >> 1]!;
  console.log(`${name.padEnd(10)} ${median.toFixed(0).padStart(6)} ns`);
}
process.exit(0);
