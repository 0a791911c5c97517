/**
 * What a command may touch: its terminal, files and environment. Passed in, so that a test runs a
 * command without a process.
 *
 * @module
 */

import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { Buffer } from "node:buffer";
import { env, stderr, stdin, stdout } from "node:process";

/** The outside world of a command. */
export interface CliIo {
  /** Writes text, or bytes as they are, to standard output. */
  stdout(text: string | Uint8Array): void;
  /** Writes text to standard error. */
  stderr(text: string): void;
  /** Whether standard output is a terminal: then output may be coloured. */
  readonly isTerminal: boolean;
  /** Reads a whole file, or standard input for `-`. Rejects with the system's error. */
  readFile(path: string): Promise<Uint8Array>;
  /** Writes a whole file through a temporary one, so that a reader never sees half of it. Makes missing folders. */
  writeFile(path: string, bytes: Uint8Array | string, mode?: number): Promise<void>;
  /** Permission bits of a file, such as 0o600. Rejects with the system's error. */
  fileMode(path: string): Promise<number>;
  /** Calls `changed` after each change of one of the files until the signal fires. */
  watch(paths: readonly string[], changed: (path: string) => void, signal: AbortSignal): void;
  /** An environment variable. */
  env(name: string): string | undefined;
  /** Fires when the user interrupts the command (SIGINT, SIGTERM). */
  readonly interrupted: AbortSignal;
}

/** The process's own terminal, files and environment. */
export function processIo(interrupted: AbortSignal): CliIo {
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    isTerminal: stdout.isTTY === true && env.NO_COLOR === undefined,
    readFile: (path) => path === "-" ? readAll() : readFile(path),
    async writeFile(path, bytes, mode = 0o666) {
      await mkdir(dirname(path), { recursive: true });
      const temporary = `${path}.${crypto.randomUUID()}.tmp`;
      await writeFile(temporary, bytes, { mode });
      await rename(temporary, path);
    },
    fileMode: async (path) => (await stat(path)).mode & 0o777,
    watch(paths, changed, signal) {
      // The folder is watched, not the file: editors replace a file when they save it.
      for (const path of paths) {
        watch(dirname(path), { signal }, (_, name) => {
          if (name === basename(path)) changed(path);
        });
      }
    },
    env: (name) => env[name],
    interrupted,
  };
}

async function readAll(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
