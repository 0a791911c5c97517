/**
 * The part of `node:process`, `node:child_process`, `node:cluster` and `node:fs` that is touched here;
 * all three runtimes have it, and `node:cluster` is used on Node alone.
 *
 * @module
 */

import { builtin } from "./builtin.ts";

/** `node:process`. */
export interface ProcessApi {
  readonly argv: readonly string[];
  readonly execArgv: readonly string[];
  readonly execPath: string;
  readonly env: Record<string, string | undefined>;
  readonly stdout: {
    write(text: string, done: (error?: Error | null) => void): boolean;
  };
  readonly connected?: boolean;
  send?(message: unknown, done: (error: Error | null) => void): void;
  disconnect?(): void;
  exit(code: number): void;
  on(event: string, fn: (value: never) => void): void;
  removeListener(event: string, fn: (value: never) => void): void;
}

/** `ChildProcess`, and what `cluster.fork` answers. */
export interface ChildApi {
  readonly connected?: boolean;
  isConnected?(): boolean;
  send(message: unknown, done: (error: Error | null) => void): void;
  kill?(signal: string): void;
  readonly process?: { kill(signal: string): void };
  on(event: "message", fn: (message: unknown) => void): void;
  on(event: "exit", fn: (code: number | null) => void): void;
  on(event: "error", fn: (error: Error) => void): void;
}

/** `node:child_process`. */
export interface ChildProcessApi {
  spawn(
    command: string,
    args: readonly string[],
    options: Readonly<Record<string, unknown>>,
  ): ChildApi;
}

/** `node:cluster`. */
export interface ClusterApi {
  fork(env: Readonly<Record<string, string>>): ChildApi;
}

/** The running process. */
export function processApi(): ProcessApi {
  return builtin<ProcessApi>("node:process");
}

/** Which runtime this is. */
export function runtimeName(): "deno" | "bun" | "node" {
  const scope = globalThis as { Deno?: unknown; Bun?: unknown };
  return scope.Deno !== undefined ? "deno" : scope.Bun !== undefined ? "bun" : "node";
}

/** What a Deno program may do; never asks the user. */
export function denoGrants(permission: { readonly name: string; readonly path?: string }): boolean {
  const { permissions } = (globalThis as unknown as {
    Deno: { permissions: { querySync(of: { name: string }): { state: string } } };
  }).Deno;
  return permissions.querySync(permission).state === "granted";
}

/** A small file's text; `undefined` if it is not there or may not be read. */
export function fileText(path: string): string | undefined {
  if (runtimeName() === "deno" && !denoGrants({ name: "read", path })) return undefined;
  try {
    return builtin<{ readFileSync(path: string, encoding: "utf8"): string }>("node:fs")
      .readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}
