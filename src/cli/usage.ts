import type { CliIo } from "./io.ts";

/** Tells what is wrong with a command's words and where to look; answers exit code 2. */
export function usageError(io: CliIo, command: string, problem: string): number {
  io.stderr(`${command}: ${problem}\nRun "${command} --help" for its options\n`);
  return 2;
}
