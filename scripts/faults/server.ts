/**
 * The server under fault: short waits, all else as it is by default. It tells the port, and at a
 * line on standard input what it has counted. Stops at SIGTERM, and tells when its last answer went.
 */

import { openSync } from "node:fs";
import { createInterface } from "node:readline";
import process from "node:process";
import { serve, type ServeOptions } from "../../src/http/mod.ts";

const MIB = 1024 * 1024;
const options = JSON.parse(process.env.FAULT_OPTIONS ?? "{}") as ServeOptions;
let lastAnswer = 0;

// What else a program may have open, so that the cap on connections is not what holds.
for (let i = 0; i < Number(process.env.FAULT_FILES ?? 0); i++) {
  openSync("/dev/null", "r");
}

const server = serve(answer, {
  port: 0,
  signals: true,
  headersTimeoutMs: 800,
  bodyTimeoutMs: 600,
  keepAliveTimeoutMs: 60_000,
  writeTimeoutMs: 1_500,
  requestTimeoutMs: 20_000,
  drainTimeoutMs: 3_000,
  events: { requestFinished: () => lastAnswer = Date.now() },
  ...options,
});
const address = await server.ready;
console.log(`listening ${address.transport === "tcp" ? address.port : 0}`);

const input = createInterface({ input: process.stdin });
input.on("line", () => {
  const { stats, metrics } = server as unknown as {
    stats: Record<string, number>;
    metrics: Record<string, number>;
  };
  console.log(
    "counted " + JSON.stringify({
      accepted: metrics.accepted,
      closed: metrics.closedTotal,
      started: metrics.started,
      finished: metrics.finishedTotal,
      rejected: metrics.rejected,
      timeouts: metrics.timeouts,
      parseErrors: metrics.parseErrors,
      outcomes: metrics.finished,
      ...stats,
    }),
  );
});
process.on("SIGTERM", () => input.close());
process.on("exit", () => console.log(`exit ${lastAnswer}`));

async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  switch (pathname) {
    case "/slow":
      await new Promise((resolve) => setTimeout(resolve, Number(searchParams.get("ms") ?? 300)));
      return new Response("slow");
    case "/stream":
      return new Response(stream(Number(searchParams.get("mib"))));
    case "/echo":
      return new Response(await request.arrayBuffer());
    case "/bytes":
      return new Response(new Uint8Array(MIB));
    default:
      return new Response("ok");
  }
}

function stream(mib: number): ReadableStream<Uint8Array> {
  let left = mib * 16;
  const piece = new Uint8Array(MIB / 16).fill(0x61);
  return new ReadableStream({
    pull(controller) {
      if (left-- > 0) controller.enqueue(piece.slice());
      else controller.close();
    },
  });
}
