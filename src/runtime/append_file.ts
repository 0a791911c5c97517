/**
 * A file that is appended to and synced, for stores that must survive a crash. Deno and Bun have
 * Node's file system module, so that one implementation serves all three.
 *
 * @module
 */

import { builtin } from "./builtin.ts";

/** A file that is only appended to. */
export interface AppendedFile {
  /** All of its bytes. */
  read(): Promise<Uint8Array>;
  /** Its length in bytes, now. */
  size(): Promise<number>;
  /** Appends; fulfilled when the bytes are on the disk. */
  append(bytes: Uint8Array): Promise<void>;
  /** Cuts it to a length; fulfilled when that is on the disk. */
  truncate(length: number): Promise<void>;
  /** Closes it. */
  close(): Promise<void>;
}

interface Handle {
  write(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number | null,
  ): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  stat(): Promise<{ readonly size: number }>;
  truncate(length: number): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

interface Promises {
  open(path: string, flags: string, mode?: number): Promise<Handle>;
  readFile(path: string): Promise<Uint8Array>;
}

/**
 * Opens a file for appending, and makes it (mode 0600) if there is none.
 *
 * @param path Its path.
 * @returns Rejected with the system's error if it cannot be opened.
 */
export async function openAppendFile(path: string): Promise<AppendedFile> {
  const { promises } = builtin<{ readonly promises: Promises }>("node:fs");
  const { dirname } = builtin<{ dirname(path: string): string }>("node:path");
  const handle = await promises.open(path, "a", 0o600);
  // The file's name is in its folder, which is another thing to sync.
  const folder = await promises.open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
  return {
    read: () => promises.readFile(path),
    size: async () => (await handle.stat()).size,
    async append(bytes) {
      for (let at = 0; at < bytes.length;) {
        at += (await handle.write(bytes, at, bytes.length - at, null)).bytesWritten;
      }
      await handle.datasync();
    },
    async truncate(length) {
      await handle.truncate(length);
      await handle.sync();
    },
    close: () => handle.close(),
  };
}
