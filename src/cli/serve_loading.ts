/** What `zap serve` does about a module that does not finish loading: the runtimes say nothing. */

import process from "node:process";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import type { CliIo } from "./io.ts";

/** Long for a connection to a database, short for someone who waits. */
const PATIENCE_MS = 5_000;

/**
 * Waits for a module to load. Where that takes long, it is said.
 *
 * @param loading The module to come.
 * @param file Its name, for messages.
 * @param io Where it is said.
 * @param clock Time; for tests.
 * @returns The module; `undefined` if the user interrupts the wait.
 * @throws {Error} If it can never load: nothing is left that its top-level await could wait for.
 */
export async function whenLoaded<T>(
  loading: Promise<T>,
  file: string,
  io: CliIo,
  clock: Clock = SYSTEM_CLOCK,
): Promise<T | undefined> {
  const timer = clock.after(PATIENCE_MS, () => {
    io.stderr(
      `zap serve: ${file} is still loading after ${
        PATIENCE_MS / 1000
      } s: a top-level await in it, or in ` +
        `what it imports, waits. Ctrl-C ends it\n`,
    );
  });
  // So that Node sees that nothing is left to do. Others wait on.
  (timer as { unref?(): void }).unref?.();
  let stop = (): void => {};
  let starved = (): void => {};
  const stopped = new Promise<undefined>((resolve, reject) => {
    stop = () => resolve(undefined);
    starved = () => {
      reject(
        new Error(
          `${file} cannot be loaded: a top-level await in it, or in what it imports, waits for what ` +
            `never comes`,
        ),
      );
    };
  });
  io.interrupted.addEventListener("abort", stop, { once: true });
  process.once("beforeExit", starved);
  try {
    return await Promise.race([loading, stopped]);
  } finally {
    clock.clear(timer);
    io.interrupted.removeEventListener("abort", stop);
    process.removeListener("beforeExit", starved);
  }
}
