/**
 * A program with two workers, for `workers_process_test.ts`: each answers every connection with its
 * process's id. It stops at SIGTERM. Argument: nothing; prints the port when all listen.
 */

import process from "node:process";
import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import { attachWorker, WorkerPool } from "../../src/http/workers.ts";
import { currentNetwork } from "../../src/runtime/current.ts";
import { currentProcess } from "../../src/runtime/process.ts";

const host = currentProcess();
const channel = host.workerChannel();
if (channel) {
  const listening = currentNetwork().listen(
    { port: channel.port ?? 0, reusePort: true },
    (socket) => {
      queueMicrotask(() => {
        socket.write(new TextEncoder().encode(`${process.pid}\n`));
        socket.end();
      });
      return { data() {}, end() {}, drain() {}, close() {} };
    },
  );
  attachWorker(channel, {
    ready: listening.then((listener) => listener.address),
    stop: async () => (await listening).close(),
  });
  host.onSignal(["SIGTERM"], () => {});
} else {
  const pool = new WorkerPool(host, {
    count: 2,
    anyPort: true,
    drainTimeoutMs: 3000,
    clock: SYSTEM_CLOCK,
    onEvent: (event) => void host.writeOutput(JSON.stringify(event) + "\n"),
  });
  const forget = host.onSignal(["SIGTERM"], () => {
    forget();
    void pool.stop().then(() => host.writeOutput("stopped\n"));
  });
  const address = await pool.ready;
  const port = address.transport === "tcp" ? address.port : 0;
  await host.writeOutput(JSON.stringify({ port, limit: host.descriptorLimit() }) + "\n");
}
