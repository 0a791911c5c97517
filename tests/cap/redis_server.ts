/** A Redis server of its own for a test: on a free port, without files. */

import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";

/** A running server. */
export interface TestRedis {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Ends it; a second call does nothing. */
  stop(): Promise<void>;
}

/** Starts a server; `undefined` where `redis-server` is not installed. */
export async function startRedis(): Promise<TestRedis | undefined> {
  if (spawnSync("redis-server", ["--version"]).status !== 0) return undefined;
  const port = await freePort();
  const options = [
    "--port",
    String(port),
    "--bind",
    "127.0.0.1",
    "--save",
    "",
    "--appendonly",
    "no",
  ];
  const server = spawn("redis-server", options, {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const exited = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await new Promise<void>((resolve, reject) => {
    let output = "";
    server.stdout.on("data", (chunk) => {
      output += chunk;
      if (output.includes("Ready to accept connections")) resolve();
    });
    server.once(
      "exit",
      () => reject(new Error(`redis-server ended: ${output}`)),
    );
  });
  return {
    port,
    async stop() {
      server.kill("SIGKILL");
      await exited;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
