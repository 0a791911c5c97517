/** The runtime that runs the tests, for tests that start a process of it. */

import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** Its name. */
export const runtimeName: "deno" | "bun" | "node" = "Deno" in globalThis
  ? "deno"
  : "Bun" in globalThis
  ? "bun"
  : "node";

const RUN_ARGS = {
  deno: ["run", "-A", "--no-check", "-q"],
  bun: ["run"],
  node: ["--import", "tsx"],
};

/** A started program and what it has printed. */
export interface Program {
  readonly child: ChildProcess;
  /** Standard output so far. */
  out: string;
  /** Standard error so far. */
  err: string;
  /** Resolves when standard output matches; rejects if the program ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
  /** The same for standard error. */
  complained(pattern: RegExp): Promise<RegExpExecArray>;
  /** Sends it a signal. Not `child.kill`: Deno then reports the signal even where the program exits in order. */
  signal(name: "SIGTERM" | "SIGINT" | "SIGKILL" | "SIGHUP"): void;
  /** Resolves with the exit code (`null` after a signal). */
  readonly exited: Promise<number | null>;
}

/** After this long a program that a test started is killed: many times what any of them takes. */
const LONGEST_MS = 60_000;

/** Starts a TypeScript program of this project on the running runtime, in the project's folder. */
export function start(args: readonly string[], env: Record<string, string> = {}): Program {
  const child = spawn(process.execPath, [...RUN_ARGS[runtimeName], ...args], {
    cwd: project,
    env: { ...process.env, NO_COLOR: "1", ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  // A test that fails leaves nothing behind, and one that waits in vain ends.
  const guard = setTimeout(() => child.kill("SIGKILL"), LONGEST_MS);
  const kill = () => child.kill("SIGKILL");
  process.on("exit", kill);
  child.on("exit", () => {
    clearTimeout(guard);
    process.removeListener("exit", kill);
  });
  const waiting = new Set<() => void>();
  const program: Program = {
    child,
    out: "",
    err: "",
    signal: (name) => void process.kill(child.pid!, name),
    exited: new Promise((resolve) => child.on("exit", (code) => resolve(code))),
    printed: (pattern) => until(() => pattern.exec(program.out), pattern),
    complained: (pattern) => until(() => pattern.exec(program.err), pattern),
  };
  const until = (find: () => RegExpExecArray | null, pattern: RegExp) =>
    new Promise<RegExpExecArray>((resolve, reject) => {
      const look = (): void => {
        const match = find();
        if (!match) return;
        waiting.delete(look);
        resolve(match);
      };
      waiting.add(look);
      program.exited.then((code) =>
        reject(new Error(`It ended with ${code} before it printed ${pattern}: ${program.err}`))
      );
      look();
    });
  const lookAgain = (): void => {
    for (const look of [...waiting]) look();
  };
  child.stdout!.on("data", (chunk) => {
    program.out += String(chunk);
    lookAgain();
  });
  child.stderr!.on("data", (chunk) => {
    program.err += String(chunk);
    lookAgain();
  });
  return program;
}
