/** `zap serve --watch`: the same command once more as a child, started again when a file changes. */

import { type ChildProcess, spawn } from "node:child_process";
import { watch } from "node:fs";
import { dirname, resolve } from "node:path";
import process from "node:process";
import { type CliIo, SETTLE_MS } from "./io.ts";

/** What changes without being source: what the module itself writes, and what tools keep. */
const IGNORED =
  /(^|[\\/])(node_modules|\.[^\\/]*|dist)([\\/]|$)|\.(db|db-wal|db-shm|log|tmp|sock)$/;

/** Serves, and serves again after each change in the module's folder, until interrupted. */
export async function watchAndServe(file: string, io: CliIo): Promise<number> {
  const folder = dirname(resolve(file));
  let changed: (() => void) | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const watcher = watch(folder, { recursive: true }, (_, name) => {
    if (name === null || IGNORED.test(String(name))) return;
    clearTimeout(timer);
    timer = setTimeout(() => changed?.(), SETTLE_MS);
  });
  try {
    while (!io.interrupted.aborted) {
      const child = startAgain();
      const exited = new Promise<void>((done) => child.on("exit", () => done()));
      const change = new Promise<void>((done) => {
        changed = done;
        io.interrupted.addEventListener("abort", () => done(), { once: true });
      });
      // A child that ended by itself, from a syntax error say, is started again at the next change.
      await change;
      if (isAlive(child)) child.kill("SIGTERM");
      await exited;
      if (!io.interrupted.aborted) io.stderr(`A file in ${folder} changed: starting again\n`);
    }
  } finally {
    clearTimeout(timer);
    watcher.close();
  }
  return 0;
}

function isAlive(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null;
}

/** This command without `--watch`. */
function startAgain(): ChildProcess {
  const own = process.argv.slice(1).filter((word) => word !== "--watch");
  const runtime = "Deno" in globalThis ? ["run", "-A"] : process.execArgv;
  return spawn(process.execPath, [...runtime, ...own], { stdio: "inherit" });
}
