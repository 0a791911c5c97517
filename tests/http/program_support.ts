/** Runs a program on the runtime that runs the test, and reads what it prints. */

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** A running program. */
export interface Program {
  readonly child: ChildProcess;
  /** Resolves with the first line printed (from now on or before) that `wanted` accepts. */
  line(wanted: (line: string) => boolean): Promise<string>;
  /** Resolves when all that was printed so far is as wanted. */
  output(wanted: (output: string) => boolean): Promise<void>;
  /** Resolves with the exit code, and all that was printed. */
  readonly exit: Promise<{ code: number | null; output: string }>;
}

/** The command that runs a TypeScript file on this runtime. */
export function runCommand(file: string): string[] {
  const scope = globalThis as { Deno?: unknown; Bun?: unknown };
  const path = file.startsWith("file:") ? fileURLToPath(file) : file;
  if (scope.Deno) return [process.execPath, "run", "-A", "--no-check", path];
  if (scope.Bun) return [process.execPath, path];
  return [process.execPath, "--import", import.meta.resolve("tsx"), path];
}

/** Starts a file on this runtime, with at most `descriptors` open files if that is given. */
export function startProgram(
  file: string,
  env: Record<string, string> = {},
  descriptors?: number,
  words: readonly string[] = [],
): Program {
  const run = [...runCommand(file), ...words];
  const [command, ...args] = descriptors === undefined
    ? run
    : ["sh", "-c", 'ulimit -n "$0" && exec "$@"', String(descriptors), ...run];
  const child = spawn(command!, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let output = "";
  let changed = (): void => {};
  let next = new Promise<void>((resolve) => changed = resolve);
  let ended = false;
  const notify = (): void => {
    changed();
    next = new Promise<void>((resolve) => changed = resolve);
  };
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on("data", (chunk) => {
      output += chunk;
      notify();
    });
  }
  const exit = new Promise<{ code: number | null; output: string }>((resolve) => {
    child.on("close", (code) => {
      ended = true;
      notify();
      resolve({ code, output });
    });
  });
  const until = async (wanted: (output: string) => boolean): Promise<void> => {
    while (!wanted(output)) {
      if (ended) throw new Error(`Program ended before it printed what was wanted: ${output}`);
      await next;
    }
  };
  return {
    child,
    exit,
    output: until,
    async line(wanted) {
      let found: string | undefined;
      await until((output) => {
        found = output.split("\n").slice(0, -1).find(wanted);
        return found !== undefined;
      });
      return found!;
    },
  };
}
