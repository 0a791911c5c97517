/**
 * Worker processes: the same program once more, told by the environment that it is a worker. On Deno
 * and Bun they share the port by SO_REUSEPORT; Node 20 has none, so `node:cluster` accepts for them.
 *
 * @module
 */

import { builtin } from "./builtin.ts";
import {
  type ChildApi,
  type ChildProcessApi,
  type ClusterApi,
  denoGrants,
  fileText,
  processApi,
  runtimeName,
} from "./process_api.ts";
import type { WorkerChannel, WorkerEvents, WorkerMessage, WorkerProcess } from "./process_types.ts";

/** The worker's number. */
const ID_VARIABLE = "ZAP_EDGE_WORKER";

/** The port that the first worker was given. */
const PORT_VARIABLE = "ZAP_EDGE_WORKER_PORT";

/** Whether each worker opens the shared port itself. */
export function workersOpenPort(): boolean {
  return runtimeName() !== "node";
}

let channel: WorkerChannel | undefined;

/** The channel to the first process; `undefined` if this is the first process. */
export function openChannel(): WorkerChannel | undefined {
  if (channel) return channel;
  const process = processApi();
  const id = Number(process.env[ID_VARIABLE] ?? 0);
  if (!(id > 0) || !process.send) return undefined;
  const port = process.env[PORT_VARIABLE];
  // A program that the worker starts is no worker.
  delete process.env[ID_VARIABLE];
  delete process.env[PORT_VARIABLE];
  channel = {
    id,
    port: port === undefined ? undefined : Number(port),
    send: (message) => {
      if (process.connected) process.send?.(message, () => {});
    },
    listen: (message, gone) => {
      process.on("message", (value: unknown) => isMessage(value) && message(value));
      process.on("disconnect", gone);
    },
    close: () => {
      if (process.connected) process.disconnect?.();
    },
  };
  return channel;
}

/** Starts this program once more as a worker. */
export function startWorker(
  id: number,
  port: number | undefined,
  events: WorkerEvents,
): WorkerProcess {
  const env: Record<string, string> = { [ID_VARIABLE]: String(id) };
  if (port !== undefined) env[PORT_VARIABLE] = String(port);
  const child = runtimeName() === "node"
    ? builtin<ClusterApi>("node:cluster").fork(env)
    : spawnAgain(env);
  let gone = false;
  const exit = (code: number | null): void => {
    if (gone) return;
    gone = true;
    events.exit(code);
  };
  child.on("message", (value) => isMessage(value) && events.message(value));
  child.on("exit", exit);
  child.on("error", () => exit(null));
  return {
    id,
    send: (message) => {
      if (!gone && (child.isConnected?.() ?? child.connected)) child.send(message, () => {});
    },
    kill: () => (child.process ?? child).kill?.("SIGKILL"),
  };
}

function spawnAgain(env: Readonly<Record<string, string>>): ChildApi {
  const process = processApi();
  return builtin<ChildProcessApi>("node:child_process").spawn(process.execPath, ownArguments(), {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}

/** The arguments of this process, with the runtime's own flags; Linux alone tells all of them. */
function ownArguments(): readonly string[] {
  const process = processApi();
  const all = fileText("/proc/self/cmdline")?.split("\0").slice(1, -1);
  if (runtimeName() !== "deno") return all ?? [...process.execArgv, ...process.argv.slice(1)];
  return withSharedPorts(all ?? ["run", ...denoPermissions(), ...process.argv.slice(1)]);
}

/** Deno ends a process that shares a port without this flag. */
function withSharedPorts(args: readonly string[]): readonly string[] {
  const flag = "--unstable-net";
  if (args.includes(flag)) return args;
  const at = /^(run|serve|test|bench)$/.test(args[0] ?? "") ? 1 : 0;
  return [...args.slice(0, at), flag, ...args.slice(at)];
}

const DENO_PERMISSIONS = ["read", "write", "net", "env", "run", "sys", "ffi", "import"] as const;

/** What this process may do without limits, as flags; a worker of a program with narrower ones gets less. */
function denoPermissions(): string[] {
  return DENO_PERMISSIONS.filter((name) => denoGrants({ name })).map((name) => `--allow-${name}`);
}

function isMessage(value: unknown): value is WorkerMessage {
  return typeof (value as WorkerMessage | null)?.kind === "string";
}
