/**
 * Runs a command line as this process: signals, exit code, and the last net for a bug.
 *
 * @module
 */

import process from "node:process";
import { setTimeout } from "node:timers";
import { type CliIo, processIo } from "./io.ts";

/**
 * Signals this close together are one: a terminal sends Ctrl-C to every process of a group, and a
 * parent such as npm or `scripts/start.mjs` sends it on.
 */
const SAME_SIGNAL_MS = 300;

/** What output takes to leave, and more. */
const LEAVE_MS = 200;

/**
 * Runs `main` with the process's terminal and sets the exit code. The first SIGINT or SIGTERM fires
 * `io.interrupted`; a second one ends the process with 130.
 */
export async function runAsProcess(
  main: (args: string[], io: CliIo) => Promise<number>,
  args: string[],
): Promise<void> {
  const interrupt = new AbortController();
  let firstAt = 0;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      if (!interrupt.signal.aborted) {
        firstAt = performance.now();
        interrupt.abort();
      } else if (performance.now() - firstAt > SAME_SIGNAL_MS) process.exit(130);
    });
  }
  const io = processIo(interrupt.signal);
  try {
    process.exitCode = await main(args, io);
    // What an interrupted command has left, a module that still loads say, keeps no process alive.
    if (interrupt.signal.aborted) setTimeout(() => process.exit(), LEAVE_MS).unref();
  } catch (error) {
    io.stderr(`This is a bug of zap, please report it: ${(error as Error).stack ?? error}\n`);
    process.exitCode = 1;
  }
}
