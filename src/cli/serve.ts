/** `zap serve`: a module's handlers on the network, until the process is asked to stop. */

import process from "node:process";
import { SocketError } from "../base/socket_error.ts";
import { currentNetwork } from "../runtime/current.ts";
import { currentProcess } from "../runtime/process.ts";
import type { ServerEvents } from "../http/mod.ts";
import type { CliIo } from "./io.ts";
import { loadModule, type ServedModule } from "./load_module.ts";
import { tryIt } from "./serve_hints.ts";
import { serveHttp } from "./serve_http.ts";
import { whenLoaded } from "./serve_loading.ts";
import { readServeSettings, SERVE_HELP, type ServeSettings } from "./serve_settings.ts";
import { type Running, serveZap, zapStartup } from "./serve_zap.ts";
import { usageError } from "./usage.ts";
import { watchAndServe } from "./watch.ts";

/** Runs `zap serve`; answers the exit code. */
export async function runServe(args: string[], io: CliIo): Promise<number> {
  let settings: ServeSettings;
  try {
    settings = readServeSettings(args, io);
  } catch (error) {
    return usageError(io, "zap serve", (error as Error).message);
  }
  if (settings.file === undefined) return io.stdout(SERVE_HELP), 0;
  if (settings.watch) return await watchAndServe(settings.file, io);
  let running: Running[];
  let module: ServedModule | undefined;
  try {
    module = await whenLoaded(loadModule(settings.file), settings.file, io);
    if (module === undefined) return 0;
    running = await start(module, settings, io);
  } catch (error) {
    io.stderr(`zap serve: ${(error as Error).message}${advice(error)}\n`);
    return 1;
  }
  // A worker serves on, and stops when the first process says so.
  if (isWorker()) return 0;
  await announce(running, module, settings, io);
  const forget = reloadAtHangUp(running, io);
  await interrupted(io.interrupted);
  forget();
  if (!settings.json) {
    io.stdout("Stopping: what is under way is finished first; once more stops at once\n");
  }
  if (settings.workers === 1) module.onStopping?.();
  await Promise.all(running.map((server) => server.stop()));
  if (settings.workers === 1) await module.shutdown?.();
  return 0;
}

/** Starts both servers; if one cannot start, the other is stopped. */
async function start(module: ServedModule, settings: ServeSettings, io: CliIo): Promise<Running[]> {
  if (settings.workers > 1 && !module.fetch) {
    throw new TypeError("--workers needs a module with fetch: HTTP leads the processes");
  }
  if (settings.workers > 1 && !isWorker()) return await lead(module, settings, io);
  const running: Running[] = [];
  try {
    await module.startup?.();
    if (module.rpc) running.push(await serveZap(module.rpc, settings, io));
    const zap = running[0];
    if (module.fetch) {
      running.push(await serveHttp(module, settings, io, isWorker() ? stopWith(zap, module) : {}));
    }
  } catch (error) {
    await Promise.all(running.map((server) => server.stop()));
    throw error;
  }
  return running;
}

/** In the first of several processes: the workers serve, this one leads them. */
async function lead(module: ServedModule, settings: ServeSettings, io: CliIo): Promise<Running[]> {
  const http = await serveHttp(module, settings, io, {});
  if (!module.rpc) return [http];
  const zap = zapStartup(settings.zap, settings.framing, settings.drainMs);
  return [{ ...zap, stop: () => Promise.resolve() }, http];
}

/** What stops with a worker's HTTP server. */
function stopWith(zap: Running | undefined, module: ServedModule): ServerEvents {
  let stopped: Promise<void> | undefined;
  return {
    drainStarted: () => {
      module.onStopping?.();
      stopped = zap?.stop();
    },
    drainFinished: () => void Promise.resolve(stopped).then(() => module.shutdown?.()),
  };
}

async function announce(
  running: readonly Running[],
  module: ServedModule,
  settings: ServeSettings,
  io: CliIo,
): Promise<void> {
  const { json } = settings;
  const runtime = currentNetwork().name;
  const addresses: { http?: string; zap?: string } = {};
  for (const { kind, title, address, notes } of running) {
    addresses[kind] = address;
    io.stdout(
      json
        ? JSON.stringify({ kind, address, runtime, notes }) + "\n"
        : [`${title} on ${address} (${runtime})`, ...notes].join("\n  ") + "\n",
    );
  }
  const more = module.onListening
    ? await module.onListening(addresses, { framing: settings.framing })
    : tryIt(module, addresses, settings.framing);
  if (more.length === 0) return;
  io.stdout(json ? JSON.stringify({ kind: "module", notes: more }) + "\n" : more.join("\n") + "\n");
}

/** SIGHUP reads the certificates again. */
function reloadAtHangUp(running: readonly Running[], io: CliIo): () => void {
  const reloadable = running.filter((server) => server.reload !== undefined);
  if (reloadable.length === 0) return () => {};
  const reload = (): void => {
    for (const server of reloadable) {
      server.reload!().then(
        () => io.stdout(`${server.title}: the certificate has been replaced\n`),
        (error: Error) => io.stderr(`${server.title}: the certificate stays: ${error.message}\n`),
      );
    }
  };
  process.on("SIGHUP", reload);
  return () => process.removeListener("SIGHUP", reload);
}

function isWorker(): boolean {
  return currentProcess().workerChannel() !== undefined;
}

function advice(error: unknown): string {
  if (!(error instanceof SocketError)) return "";
  if (error.code === "address_in_use") {
    return ". Stop what listens there, or choose another address with --http or --zap";
  }
  return error.code === "permission" ? ". Ports below 1024 need a privilege" : "";
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
