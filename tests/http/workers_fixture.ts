/**
 * A program with two workers, for `workers_process_test.ts`: each answers with its process's id, and
 * a signal drains them. Prints the port when all listen, and a line when all are gone.
 */

import process from "node:process";
import { HttpServer, serve } from "../../src/http/mod.ts";

const server = serve(async (request) => {
  if (new URL(request.url).pathname === "/slow") {
    console.log("in work");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  return new Response(String(process.pid));
}, { port: 0, workers: 2, signals: true, health: { metrics: "/metrics" }, drainTimeoutMs: 3000 });
if (!(server instanceof HttpServer)) {
  const address = await server.ready;
  console.log(JSON.stringify({ port: address.transport === "tcp" ? address.port : 0 }));
}
