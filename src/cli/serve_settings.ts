/** The options of `zap serve`, read and checked. */

import { CONNECTION_DEFAULTS, PARSER_DEFAULTS } from "../http/defaults.ts";
import { nearestName } from "../base/options.ts";
import type { ServerTlsOptions } from "../runtime/types.ts";
import { parseAddress, type ZapAddress } from "./address.ts";
import type { CliIo } from "./io.ts";
import { parseOptions } from "./parse_options.ts";

export const SERVE_HELP = `Usage: zap serve MODULE [options]

Serves what MODULE's default export has: "fetch" (a Hono app, an Api, any fetch
handler) over HTTP/1.1, and "rpc" (handlers of calls) over ZAP. Both run by
themselves where only one is there.

Where:
  --http=ADDRESS     host:port, port or unix:/path. Default 127.0.0.1:8080; port
                     0 is a free one
  --zap=ADDRESS      The same for ZAP. Default 127.0.0.1:9999
  --framing=KIND     node (default) or mux: what the ZAP port speaks
  --tls-cert=FILE    Certificate chain, PEM, for both; needs --tls-key. Read
                     again at SIGHUP
  --tls-key=FILE     Private key, PEM
  --workers=N        Processes that share the ports. Default 1

HTTP:
  --limit=NAME=N     A limit of the HTTP server, such as maxBodyBytes=10485760;
                     may be repeated. docs/http.md has all of them
  --metrics[=PATH]   Prometheus text at PATH. Default /metrics
  --health           200 at /livez; at /readyz 503 while stopping
  --access-log       One JSON line a request on standard output

Life:
  --watch            Start again whenever a file in MODULE's folder changes
  --drain=MS         Milliseconds that what is under way has after SIGTERM or
                     SIGINT. Default 10000
  --json             Print one JSON line per address instead of text
  --help             Show this text

The first SIGTERM or SIGINT stops in order; a second one stops at once.
Exit codes: 0 stopped when asked to, 1 could not start, 2 wrong usage.
`;

const OPTIONS = {
  http: { type: "string" },
  zap: { type: "string" },
  framing: { type: "string" },
  "tls-cert": { type: "string" },
  "tls-key": { type: "string" },
  workers: { type: "string" },
  limit: { type: "string", multiple: true },
  metrics: { type: "string" },
  health: { type: "boolean" },
  "access-log": { type: "boolean" },
  watch: { type: "boolean" },
  drain: { type: "string" },
  json: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

/** What `zap serve` was told. */
export interface ServeSettings {
  /** The module's path; `undefined` if only help was asked for. */
  readonly file: string | undefined;
  /** Where HTTP listens. */
  readonly http: ZapAddress;
  /** Where ZAP listens. */
  readonly zap: ZapAddress;
  /** What the ZAP port speaks. */
  readonly framing: "node" | "mux";
  /** Reads certificate and key; `undefined` without TLS. */
  readonly tls: (() => Promise<ServerTlsOptions>) | undefined;
  /** Processes. */
  readonly workers: number;
  /** Limits of the HTTP server. */
  readonly limits: Readonly<Record<string, number>>;
  /** Path of the metrics. */
  readonly metrics: string | undefined;
  /** Whether `/livez` and `/readyz` are there. */
  readonly health: boolean;
  /** Whether requests are logged. */
  readonly accessLog: boolean;
  /** Whether a change starts it again. */
  readonly watch: boolean;
  /** Milliseconds for what is under way when asked to stop. */
  readonly drainMs: number;
  /** Whether start-up prints JSON. */
  readonly json: boolean;
}

/**
 * Reads the words after `zap serve`.
 *
 * @throws {TypeError} For the first that is wrong.
 */
export function readServeSettings(args: string[], io: CliIo): ServeSettings {
  // parseArgs has no options with an optional value.
  const words = args.map((word) => word === "--metrics" ? "--metrics=/metrics" : word);
  const { values, positionals: [file, ...more] } = parseOptions(words, OPTIONS);
  if (!values.help && (file === undefined || more.length > 0)) {
    throw new TypeError("name one module to serve");
  }
  const { framing = "node" } = values;
  if (framing !== "node" && framing !== "mux") {
    throw new TypeError(`--framing "${framing}" is neither node nor mux`);
  }
  const http = listenAddress("--http", values.http ?? "127.0.0.1:8080", 8080);
  const zap = listenAddress("--zap", values.zap ?? "127.0.0.1:9999");
  const workers = wholeNumber("--workers", values.workers ?? "1", 1);
  if (workers > 1 && [http, zap].some((address) => "path" in address || address.port === 0)) {
    throw new TypeError("--workers needs fixed ports: name them with --http and --zap");
  }
  return {
    file: values.help ? undefined : file,
    http,
    zap,
    framing,
    tls: readTls(values["tls-cert"], values["tls-key"], io),
    workers,
    limits: readLimits(values.limit ?? []),
    metrics: values.metrics,
    health: values.health ?? false,
    accessLog: values["access-log"] ?? false,
    watch: values.watch ?? false,
    drainMs: wholeNumber("--drain", values.drain ?? "10000", 0),
    json: values.json ?? false,
  };
}

/** An address without a scheme: whether there is TLS is said by the certificate. */
function listenAddress(name: string, text: string, defaultPort?: number): ZapAddress {
  const scheme = /^([a-z]+):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === "https" || scheme === "zaps") {
    throw new TypeError(
      `${name} "${text}": for TLS give --tls-cert and --tls-key, and host:port here`,
    );
  }
  return parseAddress(
    scheme === "http" && name === "--http" ? text.slice(7) : text,
    0,
    defaultPort,
  );
}

function wholeNumber(name: string, text: string, least: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
  throw new TypeError(`${name} "${text}" is not a whole number of at least ${least}`);
}

function readTls(cert: string | undefined, key: string | undefined, io: CliIo) {
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw new TypeError("--tls-cert and --tls-key go together");
  }
  const read = async (option: string, path: string) => {
    try {
      return new TextDecoder().decode(await io.readFile(path));
    } catch (cause) {
      throw new Error(`${option}: ${(cause as Error).message}`, { cause });
    }
  };
  return async () => ({ cert: await read("--tls-cert", cert), key: await read("--tls-key", key) });
}

function readLimits(words: readonly string[]): Record<string, number> {
  const known = Object.entries({ ...CONNECTION_DEFAULTS, ...PARSER_DEFAULTS })
    .filter(([, value]) => typeof value === "number").map(([name]) => name);
  return Object.fromEntries(words.map((word) => {
    const [, name = "", value = ""] = /^([^=]*)=?(.*)$/s.exec(word)!;
    if (!known.includes(name)) {
      const near = nearestName(name, known);
      throw new TypeError(
        `--limit names no limit "${name}"` +
          (near ? `: did you mean "${near}"?` : `: known are ${known.join(", ")}`),
      );
    }
    return [name, wholeNumber(`--limit=${name}`, value, 0)];
  }));
}
