/**
 * A program without descriptors, for `descriptors_test.ts`: it serves, and then opens files until
 * none is left but `FREE`. Prints its port, and every fault of the listener.
 */

import { closeSync, openSync } from "node:fs";
import process from "node:process";
import { type HttpServer, serve } from "../../src/http/mod.ts";

const server: HttpServer = serve(() => {
  const { accepted, closedTotal } = server.metrics;
  return Response.json({ accepted, closed: closedTotal, open: server.stats.connections });
}, {
  port: 0,
  workers: 1,
  signals: true,
  events: { listenerFault: (error) => console.log(`fault ${(error as { code?: string }).code}`) },
});
const address = await server.ready;
await fetch(`http://127.0.0.1:${address.transport === "tcp" ? address.port : 0}/`) // loads all there is to load
  .then((response) => response.text());

const files: number[] = [];
try {
  for (;;) files.push(openSync("/dev/null", "r"));
} catch (error) {
  if ((error as { code?: string }).code !== "EMFILE") throw error;
}
for (let i = 0; i < Number(process.env.FREE); i++) closeSync(files.pop()!);
console.log(`listening ${address.transport === "tcp" ? address.port : 0}`);
