/**
 * A program that serves until a signal ends it, with as many workers as `ZAP_TEST_WORKERS` says, for
 * `signals_test.ts`. Prints its port, then what happens.
 */

import process from "node:process";
import { HttpServer, serve } from "../../src/http/mod.ts";

const workers = Number(process.env.ZAP_TEST_WORKERS ?? 1);
const server = serve((request) => {
  if (new URL(request.url).pathname === "/quick") return new Response("x");
  console.log("in work");
  return new Promise<Response>(() => {});
}, {
  port: 0,
  signals: true,
  workers,
  requestTimeoutMs: 0,
  drainTimeoutMs: 600_000,
  events: {
    drainStarted: () => console.log("drain"),
    drainFinished: (resets) => console.log(`drained, ${resets} reset`),
  },
});
const address = await server.ready;
if (workers === 1 || !(server instanceof HttpServer)) {
  console.log(JSON.stringify({ port: address.transport === "tcp" ? address.port : 0 }));
}
