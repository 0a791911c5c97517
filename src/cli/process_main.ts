/**
 * Runs a command line as this process: signals, exit code, and the last net for a bug.
 *
 * @module
 */

import process from "node:process";
import { type CliIo, processIo } from "./io.ts";

/**
 * Runs `main` with the process's terminal and sets the exit code. The first SIGINT or SIGTERM fires
 * `io.interrupted`; a second one ends the process with 130.
 */
export async function runAsProcess(
  main: (args: string[], io: CliIo) => Promise<number>,
  args: string[],
): Promise<void> {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => interrupt.signal.aborted ? process.exit(130) : interrupt.abort());
  }
  const io = processIo(interrupt.signal);
  try {
    process.exitCode = await main(args, io);
  } catch (error) {
    io.stderr(`This is a bug of zap, please report it: ${(error as Error).stack ?? error}\n`);
    process.exitCode = 1;
  }
}
