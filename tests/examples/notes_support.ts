/** The notes service as a process of the running runtime, and both ways to ask it. */

import { exec } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { decodeToken, encodeChain } from "../../cap.ts";
import { RpcError, ZapClient } from "../../node.ts";
import { NotesClient } from "../../examples/notes/notes_zap.ts";
import { type Program, start } from "../support/runtime.ts";

/** A started service. */
export interface Running {
  readonly program: Program;
  /** Where HTTP is. */
  readonly http: string;
  /** Where ZAP is. */
  readonly zap: URL;
  /** The capability that start-up printed. */
  readonly token: string;
  /** Where the service keeps things. */
  readonly folder: string;
}

/** Runs `use` with a folder for a service; removes it. */
export async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-notes-"));
  try {
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs `use` with a service on free ports, in a folder of its own; stops it in order. */
export async function withNotes(use: (running: Running) => Promise<void>): Promise<void> {
  await withFolder((folder) => serveNotes(folder, use));
}

/** Runs `use` with a service that keeps things in `folder`; stops it in order. */
export async function serveNotes(
  folder: string,
  use: (running: Running) => Promise<void>,
): Promise<void> {
  const program = start([
    ...["src/cli/zap.ts", "serve", "examples/notes/main.ts"],
    ...["--http=127.0.0.1:0", "--zap=127.0.0.1:0"],
  ], { ZAP_NOTES_DIR: folder });
  let ended = false;
  void program.exited.then(() => (ended = true));
  try {
    await program.printed(/^To try, .*\n.*\n.*\n.*\n/m);
    const http = /^HTTP on (\S+)/m.exec(program.out)![1]!;
    const zap = new URL(/^ZAP .* on (zap:\S+)/m.exec(program.out)![1]!);
    const token = /^Capability .*\n(\S+)$/m.exec(program.out)![1]!;
    await use({ program, http, zap, token, folder });
    if (!ended) program.signal("SIGTERM");
    const code = await program.exited;
    if (code !== 0 || program.err !== "") throw new Error(`It ended with ${code}: ${program.err}`);
  } catch (error) {
    // What the service said is what explains most failures.
    console.error(`The service ${ended ? "had ended" : "ran"}, and had said: ${program.err}`);
    throw error;
  } finally {
    if (!ended) program.signal("SIGKILL");
  }
}

/** The capability in the service's folder. */
export function tokenIn(folder: string): string {
  return readFileSync(join(folder, "capability"), "utf8").trim();
}

/** A typed client, with a capability if one is given. Call `close` when done. */
export async function connect(zap: URL, token?: string): Promise<NotesClient & { close(): void }> {
  const cap = token === undefined ? undefined : decodeToken(token);
  const connection = await ZapClient.connect(
    { host: zap.hostname, port: Number(zap.port) },
    cap && encodeChain(cap.leaf, cap.chain),
  );
  return Object.assign(new NotesClient(connection), { close: () => connection.close() });
}

/** Status and reason with which a call was refused; 200 if it was not. */
export async function refusal(call: Promise<unknown>): Promise<[status: number, reason: string]> {
  try {
    await call;
    return [200, ""];
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    return [error.status, new TextDecoder().decode(error.body)];
  }
}

/** Runs a command in the project's folder, as a person who pastes it does. */
export function paste(command: string): Promise<{ code: number; out: string; err: string }> {
  const cwd = fileURLToPath(new URL("../..", import.meta.url));
  const env = { ...process.env, NO_COLOR: "1" };
  return new Promise((resolve) => {
    exec(command, { cwd, env }, (error, out, err) => {
      resolve({ code: error ? error.code ?? 1 : 0, out, err });
    });
  });
}
