/** A program that serves until a signal ends it, for `signals_test.ts`. Prints its port, then what happens. */

import { serve } from "../../src/http/mod.ts";

const server = serve((request) => {
  if (new URL(request.url).pathname === "/quick") return new Response("x");
  console.log("in work");
  return new Promise<Response>(() => {});
}, {
  port: 0,
  signals: true,
  requestTimeoutMs: 0,
  drainTimeoutMs: 600_000,
  events: {
    drainStarted: () => console.log("drain"),
    drainFinished: (resets) => console.log(`drained, ${resets} reset`),
  },
});
const address = await server.ready;
console.log(JSON.stringify({ port: address.transport === "tcp" ? address.port : 0 }));
