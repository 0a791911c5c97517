/**
 * Fuzzes the whole HTTP server over real sockets: inputs made from `tests/corpus/http`, in pieces,
 * with ends, resets and silence at random. After every batch the server must answer, and at the end
 * its counters must add up: accepted = closed, responses = requests. The runtime is the one that
 * runs this script.
 *
 * Usage: npx tsx scripts/fuzz_server.ts [--seconds 30] [--seed 1]
 */

import { Buffer } from "node:buffer";
import { connect } from "node:net";
import process from "node:process";
import { parseArgs } from "node:util";
import { serve } from "../src/http/mod.ts";
import type { HttpServer } from "../src/http/server.ts";
import { crashes, mutate, Random, seeds } from "../tests/http/fuzz_support.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
  },
});

/** Clients at once. */
const BATCH = 64;

const random = new Random(Number(values.seed));
const all = [...seeds(), ...crashes()].map(([, bytes]) => bytes);
const faults: unknown[] = [];
process.on("uncaughtException", (error) => faults.push(error));
process.on("unhandledRejection", (error) => faults.push(error));

const server = serve(answer, {
  port: 0,
  headersTimeoutMs: 300,
  bodyTimeoutMs: 300,
  keepAliveTimeoutMs: 300,
  writeTimeoutMs: 1_000,
  lingerMs: 100,
  onError: () => {},
}) as HttpServer;
const address = await server.ready;
const port = address.transport === "tcp" ? address.port : 0;
const until = Date.now() + Number(values.seconds) * 1000;
let clients = 0;

console.log(`seed ${values.seed}, ${all.length} seeds`);
while (Date.now() < until && faults.length === 0) {
  await Promise.all(Array.from({ length: BATCH }, client));
  clients += BATCH;
  const sane = await fetch(`http://127.0.0.1:${port}/sane`);
  if (await sane.text() !== "/sane") {
    faults.push(new Error("A sane request got another answer"));
  }
}
await server.stop();
const { metrics } = server;
const sums = {
  clients,
  accepted: metrics.accepted,
  closed: metrics.closedTotal,
  requests: metrics.started,
  responses: metrics.finishedTotal,
};
console.log(sums, metrics.finished);
if (sums.accepted !== sums.closed) {
  faults.push(new Error("accepted is not closed"));
}
if (sums.requests !== sums.responses) {
  faults.push(new Error("responses are not requests"));
}
for (const fault of faults) console.error("BROKEN", fault);
process.exit(faults.length === 0 ? 0 : 1);

/** Uses the body in one of the ways in which handlers do. */
async function answer(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url);
  switch (pathname.length % 4) {
    case 0:
      return new Response(await request.arrayBuffer());
    case 1:
      return new Response(pathname);
    case 2:
      return new Response(request.body);
    default:
      await new Promise((resolve) => setTimeout(resolve, 5));
      return new Response(pathname);
  }
}

/** One client: sends an input in pieces, and goes in one of four ways. */
function client(): Promise<void> {
  const input = mutate(random, all);
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < input.length;) {
    const next = at + 1 + random.below(random.pick([3, 60, 5_000]));
    pieces.push(input.subarray(at, next));
    at = next;
  }
  const leave = random.below(4);
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    socket.on("error", () => {});
    socket.on("close", () => resolve());
    socket.on("end", () => socket.end());
    if (leave !== 3 || random.below(2) === 0) socket.resume();
    const send = (): void => {
      const piece = pieces.shift();
      if (socket.destroyed) return;
      if (piece) {
        socket.write(Buffer.from(piece));
        if (random.below(3) === 0) setTimeout(send, random.below(3));
        else send();
      } else if (leave === 0) socket.end();
      else if (leave === 1) socket.resetAndDestroy();
      else if (leave === 2) {
        setTimeout(() => socket.destroy(), random.below(20));
      } else setTimeout(() => socket.destroy(), 2_000); // waits for the server to lose patience
    };
    socket.on("connect", send);
  });
}
