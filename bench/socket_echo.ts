/**
 * What the socket port costs: echo servers on the port and on the runtime's bare API, in processes
 * of their own, measured in turns by the same bare client. Besides echoes a second it shows the
 * server's CPU time per echo, which is not hidden by a client that is the slower of the two.
 *
 * Run with `deno run -A`, `bun`, or on Node after bundling (see docs/runtime.md).
 *
 * @module
 */

import { fork } from "node:child_process";
import { connect, createServer } from "node:net";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { currentNetwork } from "../src/runtime/current.ts";

const ROUNDS = 5;
const ROUND_MS = 1_000;
const LOADS = [
  { name: "64 B, 64 connections", bytes: 64, connections: 64 },
  { name: "16 KiB, 16 connections", bytes: 16 * 1024, connections: 16 },
  { name: "256 KiB, 8 connections", bytes: 256 * 1024, connections: 8 },
];

// deno-lint-ignore no-explicit-any -- the bare APIs, without their types
const scope = globalThis as any;

async function servePort(): Promise<number> {
  const listener = await currentNetwork().listen({}, (socket) => ({
    data(chunk) {
      if (!socket.write(chunk)) socket.pause();
    },
    drain: () => socket.resume(),
    end: () => socket.end(),
    close() {},
  }));
  return listener.address.transport === "tcp" ? listener.address.port : 0;
}

function serveBare(): number | Promise<number> {
  if (scope.Deno) return serveBareDeno();
  if (scope.Bun) return serveBareBun();
  return new Promise((resolve) => {
    const server = createServer(
      { noDelay: true, allowHalfOpen: true },
      (socket) => {
        socket.on(
          "data",
          (chunk) => void (socket.write(chunk) || socket.pause()),
        );
        socket.on("drain", () => socket.resume());
        socket.on("end", () => socket.end());
        socket.on("error", () => {});
      },
    );
    server.listen(
      0,
      "127.0.0.1",
      () => resolve((server.address() as { port: number }).port),
    );
  });
}

function serveBareDeno(): number {
  const listener = scope.Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const echo = async (
    conn: { read: unknown } & typeof scope,
  ): Promise<void> => {
    conn.setNoDelay(true);
    const buffer = new Uint8Array(64 * 1024);
    for (let length; (length = await conn.read(buffer)) !== null;) {
      for (let at = 0; at < length;) {
        at += await conn.write(buffer.subarray(at, length));
      }
    }
    conn.close();
  };
  (async () => {
    for await (const conn of listener) echo(conn).catch(() => {});
  })();
  return listener.addr.port;
}

function serveBareBun(): number {
  return scope.Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    allowHalfOpen: true,
    socket: {
      open(socket: typeof scope) {
        socket.data = undefined;
        socket.setNoDelay(true);
      },
      data(socket: typeof scope, chunk: Uint8Array) {
        const taken = Math.max(0, socket.write(chunk));
        if (taken === chunk.length) return;
        socket.data = chunk.subarray(taken);
        socket.pause();
      },
      drain(socket: typeof scope) {
        if (socket.data === undefined) return;
        const taken = Math.max(0, socket.write(socket.data));
        socket.data = taken < socket.data.length ? socket.data.subarray(taken) : undefined;
        if (socket.data === undefined) socket.resume();
      },
      end: (socket: typeof scope) => socket.end(),
      error() {},
    },
  }).port;
}

/** Echoes in a second and the server's CPU microseconds for each, while one load runs. */
async function measure(kind: string, load: typeof LOADS[number]) {
  const self = fileURLToPath(import.meta.url);
  const server = fork(self, ["serve", kind], {
    execArgv: scope.Deno ? ["run", "-A"] : [],
  });
  const answer = <T>(): Promise<T> =>
    new Promise((resolve) => server.once("message", (message) => resolve(message as T)));
  const port = await answer<number>();
  let echoed = 0;
  const message = new Uint8Array(load.bytes);
  const sockets = Array.from({ length: load.connections }, () => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true });
    let got = 0;
    socket.on("connect", () => socket.write(message));
    socket.on("data", (chunk) => {
      got += chunk.length;
      if (got < load.bytes) return;
      got -= load.bytes;
      echoed++;
      socket.write(message);
    });
    socket.on("error", () => {});
    return socket;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  const cpu = async (): Promise<number> => {
    server.send("cpu");
    return await answer<number>();
  };
  const cpuBefore = await cpu();
  const before = echoed;
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, ROUND_MS));
  const count = echoed - before;
  const perSecond = count / ((performance.now() - start) / 1000);
  const cpuMicros = (await cpu() - cpuBefore) / count;
  for (const socket of sockets) socket.destroy();
  server.kill("SIGKILL");
  return { perSecond, cpuMicros };
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

if (process.argv[2] === "serve") {
  const port = await (process.argv[3] === "port" ? servePort() : serveBare());
  process.on("message", () => {
    const { user, system } = process.cpuUsage();
    process.send!(user + system);
  });
  process.send!(port);
} else {
  for (const load of LOADS) {
    const results: Record<
      string,
      { perSecond: number[]; cpuMicros: number[] }
    > = {
      bare: { perSecond: [], cpuMicros: [] },
      port: { perSecond: [], cpuMicros: [] },
    };
    for (let round = 0; round < ROUNDS; round++) {
      for (const kind of ["bare", "port"]) {
        const { perSecond, cpuMicros } = await measure(kind, load);
        results[kind]!.perSecond.push(perSecond);
        results[kind]!.cpuMicros.push(cpuMicros);
      }
    }
    const bare = median(results.bare!.perSecond);
    const port = median(results.port!.perSecond);
    const bareCpu = median(results.bare!.cpuMicros);
    const portCpu = median(results.port!.cpuMicros);
    console.log(
      `${currentNetwork().name}  ${load.name.padEnd(24)}` +
        `  bare ${bare.toFixed(0).padStart(7)}/s ${bareCpu.toFixed(2).padStart(7)} µs CPU` +
        `  port ${port.toFixed(0).padStart(7)}/s ${portCpu.toFixed(2).padStart(7)} µs CPU` +
        `  ratio ${(port / bare).toFixed(2)} speed, ${(portCpu / bareCpu).toFixed(2)} CPU`,
    );
  }
  process.exit(0);
}
