/**
 * Soak: mixed calls, aborts, deadlines, resets, reconnects and streams for some minutes, server and
 * clients in one process; then memory must be flat and nothing pending.
 * Usage: soak.ts [--minutes=5] [--runtime=node|deno|bun]; without a runtime, on all three in turn.
 */

import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { type CallOptions, RpcError, Status, ZapClient, ZapServer } from "../src/rpc/mod.ts";
import { RUNTIMES } from "./runtimes.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    runtime: { type: "string" },
    worker: { type: "boolean", default: false },
  },
});
const minutes = Number(values.minutes);
/** A pause of the event loop that can bring a 3 ms timer and a 500 ms deadline together. */
const STALL_MS = 300;

if (values.worker) {
  await soak();
  process.exit(0);
}
for (
  const name of (values.runtime?.split(",") ??
    Object.keys(RUNTIMES)) as (keyof typeof RUNTIMES)[]
) {
  const { program, run } = RUNTIMES[name];
  const words = [...run, "scripts/soak.ts", "--worker", `--minutes=${minutes}`];
  const { status } = spawnSync(program, words, { stdio: "inherit" });
  console.log(`soak on ${String(name)}: ${status === 0 ? "passed" : "FAILED"}`);
  if (status !== 0) process.exitCode = 1;
}

async function soak(): Promise<void> {
  const counts: Record<string, number> = {};
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const server = new ZapServer({
    // 1 echoes at once, 2 later, 3 never, 4 throws, 5 drops the connection, 6 is large.
    call: ({ method, payload }, peer) => {
      if (method === 2) {
        return new Promise((resolve) => setTimeout(resolve, 3, payload));
      }
      if (method === 3) return new Promise(() => {});
      if (method === 4) throw new Error("on purpose");
      if (method === 5) peer.close();
      return method === 6 ? new Uint8Array(200_000) : payload;
    },
    stream: (stream) => stream.readable.pipeTo(stream.writable),
    handlerTimeoutMs: 500,
    parkTimeoutMs: 200,
  });
  const ports = await Promise.all(
    (["node", "mux"] as const).map(async (framing) => {
      const address = await server.listen({ port: 0, framing });
      return { framing, port: address.transport === "tcp" ? address.port : 0 };
    }),
  );
  const end = performance.now() + 60_000 * minutes;
  const running = (): boolean => performance.now() < end;

  // A timer of 3 ms can only miss the server's deadline of 500 ms while nothing runs at all.
  let beat = performance.now();
  let stalledAt = -Infinity;
  const heart = setInterval(() => {
    const now = performance.now();
    if (now - beat > STALL_MS) stalledAt = now;
    beat = now;
  }, 25);
  const stalledSince = (begun: number): boolean =>
    stalledAt >= begun || performance.now() - beat > STALL_MS;

  const attempt = async (what: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
      count(what);
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      count(`${what}: ${error.code}`);
    }
  };
  const use = async (framing: "node" | "mux", port: number, seed: number): Promise<void> => {
    const random = generator(seed);
    while (running()) {
      const client = await ZapClient.connect({
        port,
        framing,
        timeoutMs: 2000,
      });
      for (let turn = 0; turn < 200 && running(); turn++) {
        const calls = Array.from({ length: 1 + random(40) }, () => {
          const method = [1, 1, 1, 1, 2, 2, 3, 4, 6][random(9)]!;
          const options: CallOptions = {
            payload: new Uint8Array(random(2000)),
          };
          const choice = random(20);
          if (method === 3 || choice === 0) {
            return attempt(
              "deadline",
              () => client.call(method, { ...options, timeoutMs: 1 + random(30) }),
            );
          }
          if (choice === 1) {
            const controller = new AbortController();
            setTimeout(() => controller.abort(), random(5));
            const { signal } = controller;
            return attempt("abort", () => client.call(method, { ...options, signal }));
          }
          if (choice === 2) {
            return attempt(
              "target",
              () => client.call(1, { ...options, target: 1 + random(1000) }),
            );
          }
          return attempt("call", async () => {
            const begun = performance.now();
            const { status, body } = await client.call(method, options);
            const right = method === 4 ? status === Status.Internal : status === Status.OK &&
              body.length ===
                (method === 6 ? 200_000 : options.payload!.length);
            const late = method === 2 && status === Status.DeadlineExceeded;
            if (late && stalledSince(begun)) return count("call: late, after a stall");
            if (!right) {
              throw new Error(`Method ${method} answered ${status} with ${body.length} bytes`);
            }
          });
        });
        if (framing === "mux" && random(4) === 0 && client.connected) {
          calls.push(attempt("stream", async () => {
            const stream = client.stream(1);
            await stream.write(new Uint8Array(random(5000)));
            stream.end();
            for await (const _ of stream) count("stream message");
          }));
        }
        // Resets: the server drops the connection, and the next call makes a new one.
        if (random(50) === 0) {
          calls.push(attempt("reset", () => client.call(5)));
        }
        await Promise.all(calls);
      }
      client.close();
      if (client.pendingCalls > 0) {
        throw new Error(`${client.pendingCalls} calls are pending after close`);
      }
      count("client");
    }
  };

  const memory: number[] = [];
  const sampler = setInterval(() => {
    (globalThis as { gc?: () => void; Bun?: { gc(force: boolean): void } })
      .gc?.();
    (globalThis as { Bun?: { gc(force: boolean): void } }).Bun?.gc(true);
    memory.push(process.memoryUsage().rss);
  }, 1000);
  await Promise.all(
    ports.flatMap(({ framing, port }) => [1, 2, 3].map((seed) => use(framing, port, seed))),
  );
  clearInterval(sampler);
  clearInterval(heart);
  // What the server still runs ends with its own deadlines.
  for (
    let i = 0;
    i < 100 && (server.connections > 0 || server.runningCalls > 0);
    i++
  ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const left = { connections: server.connections, calls: server.runningCalls };
  await server.close();
  console.log(JSON.stringify(counts));
  // Flat after the first minute (a fifth of a short run): medians of the next part and of the last.
  const warm = Math.min(60, Math.floor(memory.length / 5));
  const part = Math.max(1, Math.floor((memory.length - warm) / 4));
  const early = median(memory.slice(warm, warm + part));
  const late = median(memory.slice(-part));
  const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
  console.log(
    `resident: ${mebibytes(early)} after warming up, ${mebibytes(late)} at the end; left: ${
      JSON.stringify(left)
    }`,
  );
  if (left.connections + left.calls > 0) {
    throw new Error("Something is pending at the end");
  }
  if (late > 1.2 * early + 16 * 2 ** 20) throw new Error("Memory grew");
  if (
    (counts.call ?? 0) === 0 ||
    (counts.reset ?? 0) + (counts["reset: lost"] ?? 0) === 0
  ) {
    throw new Error("The soak did not do its work");
  }
}

/** Repeatable random integers below a bound. */
function generator(seed: number): (below: number) => number {
  let state = seed * 2654435761 >>> 0;
  return (below) => {
    state = Math.imul(state ^ state >>> 15, 0x2c1b3c6d) + 0x9e3779b9 >>> 0;
    return (state >>> 8) % below;
  };
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ??
    0;
}
