/**
 * What a command may touch: its terminal, files and environment. Passed in, so that a test runs a
 * command without a process.
 *
 * @module
 */

import { mkdir, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { Buffer } from "node:buffer";
import type { Writable } from "node:stream";
import { env, stderr, stdin, stdout } from "node:process";
import { fileError } from "./file_error.ts";

/** The outside world of a command. */
export interface CliIo {
  /** Writes text, or bytes as they are, to standard output. */
  stdout(text: string | Uint8Array): void;
  /** Writes text to standard error. */
  stderr(text: string): void;
  /** Whether standard output is a terminal: then output may be coloured. */
  readonly isTerminal: boolean;
  /** Reads a whole file, or standard input for `-`. Rejects with a `fileError`. */
  readFile(path: string): Promise<Uint8Array>;
  /**
   * Writes a whole file through a temporary one, so that a reader never sees half of it. Makes
   * missing folders, and writes where a link points to.
   */
  writeFile(path: string, bytes: Uint8Array | string, mode?: number): Promise<void>;
  /** Permission bits of a file, such as 0o600. Rejects with a `fileError`. */
  fileMode(path: string): Promise<number>;
  /**
   * Calls `changed` after each change of one of the files until the signal fires. Throws the
   * system's error for a file whose folder cannot be watched.
   */
  watch(paths: readonly string[], changed: (path: string) => void, signal: AbortSignal): void;
  /** An environment variable. */
  env(name: string): string | undefined;
  /** Fires when the user interrupts the command (SIGINT, SIGTERM). */
  readonly interrupted: AbortSignal;
}

/**
 * Editors write a file in several steps, of which the first may be to empty it: changes within this
 * many milliseconds are one.
 */
export const SETTLE_MS = 100;

/** The process's own terminal, files and environment. */
export function processIo(interrupted: AbortSignal): CliIo {
  return {
    stdout: (text) => write(stdout, text),
    stderr: (text) => write(stderr, text),
    isTerminal: stdout.isTTY === true && env.NO_COLOR === undefined,
    readFile: (path) => path === "-" ? readAll() : orFileError(readFile(path), path),
    async writeFile(path, bytes, mode = 0o666) {
      await mkdir(dirname(path), { recursive: true });
      const target = await realpath(path).catch(() => path);
      const temporary = `${target}.${crypto.randomUUID()}.tmp`;
      try {
        await writeFile(temporary, bytes, { mode });
        await rename(temporary, target);
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    fileMode: async (path) => (await orFileError(stat(path), path)).mode & 0o777,
    watch(paths, changed, signal) {
      // The folder is watched, not the file: editors replace a file when they save it.
      for (const path of paths) {
        statSync(dirname(path)); // Deno's watch would throw later, where nobody catches it
        let timer: ReturnType<typeof setTimeout> | undefined;
        signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
        watch(dirname(path), { signal }, (_, name) => {
          if (name !== basename(path)) return;
          clearTimeout(timer);
          timer = setTimeout(() => changed(path), SETTLE_MS);
        });
      }
    },
    env: (name) => env[name],
    interrupted,
  };
}

/** Streams whose reader has gone, as in `zap --help | head -1`: what comes after is dropped. */
const unread = new WeakSet<Writable>();
const heard = new WeakSet<Writable>();

function write(stream: Writable, text: string | Uint8Array): void {
  if (unread.has(stream)) return;
  const failed = (error: NodeJS.ErrnoException): void => {
    if (error.code !== "EPIPE") throw error;
    unread.add(stream);
  };
  if (!heard.has(stream)) heard.add(stream.on("error", failed));
  try {
    stream.write(text);
  } catch (error) {
    // Bun writes at once, and throws.
    failed(error as NodeJS.ErrnoException);
  }
}

async function orFileError<T>(action: Promise<T>, path: string): Promise<T> {
  try {
    return await action;
  } catch (error) {
    throw fileError(error, path);
  }
}

async function readAll(): Promise<Uint8Array> {
  if (stdin.isTTY) stderr.write("Reading what you type; end with Ctrl-D\n");
  const chunks: Uint8Array[] = [];
  for await (const chunk of stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
