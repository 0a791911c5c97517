/** A command's outside world in memory. */

import type { CliIo } from "../../src/cli/io.ts";

export interface FakeIo extends CliIo {
  /** What was written to standard output. */
  out: string;
  /** What was written to standard error. */
  err: string;
  /** Files by path. */
  readonly files: Map<string, { bytes: Uint8Array; mode: number }>;
  /** Fires `interrupted`. */
  interrupt(): void;
}

export function fakeIo(
  files: Record<string, Uint8Array | string> = {},
  environment: Record<string, string> = {},
): FakeIo {
  const abort = new AbortController();
  const encode = (bytes: Uint8Array | string) =>
    typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  const stored = new Map(
    Object.entries(files).map(([path, bytes]) => [path, { bytes: encode(bytes), mode: 0o600 }]),
  );
  const find = (path: string) => {
    const file = stored.get(path);
    if (!file) throw new Error(`ENOENT: no such file, open '${path}'`);
    return file;
  };
  return {
    out: "",
    err: "",
    files: stored,
    interrupt: () => abort.abort(),
    stdout(text) {
      this.out += typeof text === "string" ? text : new TextDecoder().decode(text);
    },
    stderr(text) {
      this.err += text;
    },
    isTerminal: false,
    // deno-lint-ignore require-await
    readFile: async (path) => find(path).bytes,
    // deno-lint-ignore require-await
    writeFile: async (path, bytes, mode = 0o666) => {
      stored.set(path, { bytes: encode(bytes), mode });
    },
    // deno-lint-ignore require-await
    fileMode: async (path) => find(path).mode,
    watch() {},
    env: (name) => environment[name],
    interrupted: abort.signal,
  };
}
