/**
 * Files for `file()` of the API room: regular ones only, inside a root if one is given. Deno and Bun
 * have Node's file system module, so that one implementation serves all three.
 *
 * @module
 */

import { builtin } from "./builtin.ts";

/** A file that is open for reading. */
export interface OpenFile {
  /** Its length when it was opened, in bytes. */
  readonly size: number;
  /** When it was changed last, in milliseconds since 1970. */
  readonly modifiedMs: number;
  /**
   * Reads a part.
   *
   * @param at First byte.
   * @param length Bytes wanted, above 0.
   * @returns At most that many; none at its end.
   */
  read(at: number, length: number): Promise<Uint8Array<ArrayBuffer>>;
  /** Closes it. */
  close(): Promise<void>;
}

/** Where files come from. */
export interface FileSource {
  /**
   * Opens a file.
   *
   * @param path Its path; with a root, below that.
   * @param root The folder that it must not leave, by `..` or by symbolic links.
   * @returns The file; `undefined` if there is none, or it is no regular file, or not inside.
   */
  open(path: string, root: string | undefined): Promise<OpenFile | undefined>;
}

/** The part of `node:fs` that is used. */
interface Fs {
  readonly constants: {
    readonly O_RDONLY: number;
    readonly O_NOFOLLOW?: number;
    readonly O_NONBLOCK?: number;
  };
  readonly promises: {
    realpath(path: string): Promise<string>;
    open(path: string, flags: number): Promise<FsHandle>;
  };
}

interface FsHandle {
  stat(): Promise<{ isFile(): boolean; readonly size: number; readonly mtimeMs: number }>;
  read(
    buffer: Uint8Array<ArrayBuffer>,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number; readonly buffer: Uint8Array<ArrayBuffer> }>;
  close(): Promise<void>;
}

/** The part of `node:path` that is used. */
interface Paths {
  readonly sep: string;
  join(...parts: string[]): string;
}

/** The file system of the machine. */
export const machineFiles: FileSource = { open: openFile };

async function openFile(path: string, root: string | undefined): Promise<OpenFile | undefined> {
  const { constants, promises } = builtin<Fs>("node:fs");
  const { join, sep } = builtin<Paths>("node:path");
  // A backslash is a separator on Windows, and in nobody's honest URL.
  if (path.includes("\0") || (root !== undefined && path.includes("\\"))) return undefined;
  try {
    let real: string;
    if (root === undefined) real = await promises.realpath(path);
    else {
      const base = await promises.realpath(root);
      real = await promises.realpath(join(base, path));
      if (!real.startsWith(base.endsWith(sep) ? base : base + sep)) return undefined;
    }
    // Without O_NONBLOCK, opening a named pipe would wait for a writer.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    const handle = await promises.open(real, flags);
    const stat = await handle.stat();
    if (!stat.isFile()) {
      await handle.close();
      return undefined;
    }
    return {
      size: stat.size,
      modifiedMs: stat.mtimeMs,
      async read(at, length) {
        const { bytesRead, buffer } = await handle.read(new Uint8Array(length), 0, length, at);
        return buffer.subarray(0, bytesRead);
      },
      close: () => handle.close(),
    };
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (typeof code === "string" && NOT_THERE.has(code)) return undefined;
    throw error;
  }
}

/** What means that there is nothing to be had, rather than that something is broken. */
const NOT_THERE: ReadonlySet<string> = new Set([
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ELOOP",
  "EACCES",
  "EPERM",
  "ENAMETOOLONG",
  "ENXIO",
  "EINVAL",
]);
