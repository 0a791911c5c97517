import { SocketError } from "../base/socket_error.ts";
import { fileSystem } from "./builtin.ts";
import type { ConnectOptions, Network } from "./types.ts";

/** Milliseconds to wait for an answer on a Unix socket's file: local, so it answers at once or hangs. */
const PROBE_TIMEOUT_MS = 1_000;

const SILENT = { data() {}, end() {}, drain() {}, close() {} } as const;

/**
 * Makes a path free to listen on: a socket file that nobody answers (left by a crash) is removed.
 *
 * @throws {SocketError} `address_in_use` if somebody answers, or the file is not a socket.
 */
export async function claimUnixPath(connect: Network["connect"], path: string): Promise<void> {
  const stat = fileSystem().lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return assertFolder(path);
  if (!stat.isSocket()) {
    throw new SocketError(
      "address_in_use",
      `Cannot listen on ${path}: a file that is not a socket is there`,
    );
  }
  const options: ConnectOptions = { path, connectTimeoutMs: PROBE_TIMEOUT_MS };
  try {
    (await connect(options, () => SILENT)).destroy();
  } catch (error) {
    if (!(error instanceof SocketError) || error.code !== "refused") throw error;
    removeUnixPath(path);
    return;
  }
  throw new SocketError(
    "address_in_use",
    `Cannot listen on ${path}: another process listens there`,
  );
}

/** The systems' own answers to a missing folder differ. */
function assertFolder(path: string): void {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  if (folder === "" || fileSystem().lstatSync(folder, { throwIfNoEntry: false })) return;
  throw new SocketError(
    "address_invalid",
    `Cannot listen on ${path}: the folder "${folder}" is not there`,
  );
}

/** Removes a Unix socket's file; no error if it is gone. */
export function removeUnixPath(path: string): void {
  fileSystem().rmSync(path, { force: true });
}
