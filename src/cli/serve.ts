/** `zap serve`: a module's handlers on the network, until the process is asked to stop. */

import { parseArgs } from "node:util";
import { SocketError } from "../base/socket_error.ts";
import { currentNetwork } from "../runtime/current.ts";
import type { CliIo } from "./io.ts";
import { loadModule, type ServedModule } from "./load_module.ts";
import { type Running, type ServeSettings, serveZap } from "./serve_zap.ts";
import { parseAddress } from "./address.ts";
import { usageError } from "./usage.ts";

const HELP = `Usage: zap serve MODULE [options]

Serves what MODULE's default export has: "rpc" (handlers of calls) over ZAP.

Options:
  --zap=ADDRESS      Where ZAP listens: host:port, port or unix:/path. Default 127.0.0.1:9999
  --framing=KIND     node (default) or mux: what the ZAP port speaks
  --tls-cert=FILE    Certificate chain, PEM; needs --tls-key
  --tls-key=FILE     Private key, PEM
  --drain=MS         Milliseconds that calls under way have after SIGTERM or SIGINT. Default 10000
  --json             Print one JSON line per address instead of text
  --help             Show this text

The first SIGTERM or SIGINT stops in order; a second one stops at once.
Exit codes: 0 stopped when asked to, 1 could not start, 2 wrong usage.
`;

const OPTIONS = {
  zap: { type: "string" },
  framing: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  drain: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** Runs `zap serve`; answers the exit code. */
export async function runServe(args: string[], io: CliIo): Promise<number> {
  let settings: ServeSettings;
  let file: string;
  let json = false;
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    if (values.help) return io.stdout(HELP), 0;
    const [first, ...more] = positionals;
    if (first === undefined || more.length > 0) throw new TypeError("name one module to serve");
    file = first;
    json = values.json ?? false;
    settings = await readSettings(values, io);
  } catch (error) {
    return usageError(io, "zap serve", (error as Error).message);
  }
  let module: ServedModule;
  try {
    module = await loadModule(file);
  } catch (error) {
    io.stderr(`zap serve: ${(error as Error).message}\n`);
    return 1;
  }
  const running: Running[] = [];
  try {
    if (module.rpc) running.push(await serveZap(module.rpc, settings, io));
  } catch (error) {
    if (!(error instanceof SocketError) && !(error instanceof TypeError)) throw error;
    io.stderr(`zap serve: ${error.message}${advice(error)}\n`);
    await Promise.all(running.map((server) => server.stop()));
    return 1;
  }
  for (const { address, kind, notes } of running) {
    const runtime = currentNetwork().name;
    io.stdout(
      json
        ? JSON.stringify({ kind, address, runtime, notes }) + "\n"
        : [`${kind} on ${address} (${runtime})`, ...notes].join("\n  ") + "\n",
    );
  }
  await interrupted(io.interrupted);
  if (!json) io.stdout("Stopping: calls under way are answered first; once more stops at once\n");
  await Promise.all(running.map((server) => server.stop()));
  return 0;
}

interface Values {
  readonly zap?: string | undefined;
  readonly framing?: string | undefined;
  readonly "tls-cert"?: string | undefined;
  readonly "tls-key"?: string | undefined;
  readonly drain?: string | undefined;
}

async function readSettings(values: Values, io: CliIo): Promise<ServeSettings> {
  const { "tls-cert": cert, "tls-key": key, framing = "node" } = values;
  if ((cert === undefined) !== (key === undefined)) {
    throw new TypeError("--tls-cert and --tls-key go together");
  }
  if (framing !== "node" && framing !== "mux") {
    throw new TypeError(`--framing "${framing}" is neither node nor mux`);
  }
  const drainMs = Number(values.drain ?? 10_000);
  if (!Number.isSafeInteger(drainMs) || drainMs < 0) {
    throw new TypeError(`--drain "${values.drain}" is not a whole number of milliseconds`);
  }
  const read = async (path: string) => new TextDecoder().decode(await io.readFile(path));
  return {
    zap: parseAddress(values.zap ?? "127.0.0.1:9999", 0),
    framing,
    drainMs,
    ...(cert && key ? { tls: { cert: await read(cert), key: await read(key) } } : {}),
  };
}

function advice(error: Error): string {
  if (!(error instanceof SocketError)) return "";
  if (error.code === "address_in_use") {
    return ". Stop what listens there, or choose another address";
  }
  return error.code === "permission" ? ". Ports below 1024 need a privilege" : "";
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
