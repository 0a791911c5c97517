/**
 * The process port on Deno, Bun and Node. All three know `node:process`; they differ in how a
 * program is started once more (see `workers.ts`).
 *
 * @module
 */

import { fileText, processApi } from "./process_api.ts";
import type { HostProcess, StopSignal } from "./process_types.ts";
import { openChannel, startWorker, workersOpenPort } from "./workers.ts";

/**
 * The process that runs this code.
 *
 * @example
 * ```ts
 * import { currentProcess } from "./process.ts";
 *
 * const host = currentProcess();
 * const forget = host.onSignal(["SIGTERM"], () => host.exit(0));
 * forget();
 * ```
 */
export function currentProcess(): HostProcess {
  return {
    workersOpenPort: workersOpenPort(),
    onSignal,
    exit: (code) => processApi().exit(code),
    descriptorLimit,
    writeOutput,
    workerChannel: openChannel,
    startWorker,
  };
}

function onSignal(
  signals: readonly StopSignal[],
  fn: (signal: StopSignal) => void,
): () => void {
  const process = processApi();
  const listeners = signals.map((signal) => [signal, () => fn(signal)] as const);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) process.removeListener(signal, listener);
  };
}

/** Linux tells it in a file; where that cannot be read, nobody does without starting a program. */
function descriptorLimit(): number | undefined {
  const line = /^Max open files\s+(\d+|unlimited)/m.exec(fileText("/proc/self/limits") ?? "");
  return line === null || line[1] === "unlimited" ? undefined : Number(line[1]);
}

function writeOutput(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    processApi().stdout.write(text, (error) => error ? reject(error) : resolve());
  });
}
