/** Runs wrk and reads what it prints. */

import { execFile } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One run's load. */
export interface Load {
  readonly path: string;
  readonly connections: number;
  readonly seconds: number;
  /** Requests sent at once on each connection. Default 1. */
  readonly pipelined?: number;
  /** Header fields beside those that wrk writes. */
  readonly headers?: Readonly<Record<string, string>>;
  /** A body makes it a POST. */
  readonly body?: { readonly type: string; readonly text: string };
}

/** What one run gave. */
export interface Measured {
  readonly requestsPerSecond: number;
  readonly requests: number;
  /** Milliseconds. */
  readonly p99: number;
  /** Answers other than 2xx, and socket errors. */
  readonly errors: number;
}

const folder = mkdtempSync(join(tmpdir(), "zap-edge-wrk-"));

/** One run, on core 1. */
export async function runWrk(port: number, load: Load): Promise<Measured> {
  const script = join(folder, "load.lua");
  writeFileSync(script, luaOf(load));
  const output = await run("taskset", [
    ...[
      "-c",
      "1",
      "wrk",
      "-t",
      "1",
      "-c",
      String(load.connections),
      "-d",
      `${load.seconds}s`,
    ],
    ...[
      "--latency",
      "--timeout",
      "10s",
      "-s",
      script,
      `http://127.0.0.1:${port}${load.path}`,
    ],
  ]);
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(output);
  const p99 = /99%\s+([\d.]+)(us|ms|s)\b/.exec(output);
  if (!rate || !p99) {
    throw new Error(`Cannot read what wrk printed:\n${output}`);
  }
  const requests = /(\d+) requests in /.exec(output);
  const sockets = /Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)/.exec(
    output,
  );
  const refused = Number(
    /Non-2xx or 3xx responses: (\d+)/.exec(output)?.[1] ?? 0,
  );
  return {
    requestsPerSecond: Number(rate[1]),
    requests: Number(requests?.[1] ?? 0),
    p99: Number(p99[1]) *
      { us: 0.001, ms: 1, s: 1000 }[p99[2] as "us" | "ms" | "s"],
    errors: refused +
      (sockets?.slice(1).reduce((sum, count) => sum + Number(count), 0) ?? 0),
  };
}

/** wrk's script for a load; wrk counts every answer of a pipeline. */
function luaOf({ pipelined = 1, headers = {}, body }: Load): string {
  const fields = Object.entries(headers).map(([name, value]) =>
    `wrk.headers["${name}"] = ${luaString(value)}\n`
  ).join("");
  const request = body
    ? `${fields}wrk.method = "POST"\nwrk.body = ${luaString(body.text)}\n` +
      `wrk.headers["Content-Type"] = "${body.type}"\n`
    : fields;
  if (pipelined === 1) return request;
  return `${request}
local all
init = function()
  local one = wrk.format()
  local parts = {}
  for i = 1, ${pipelined} do parts[i] = one end
  all = table.concat(parts)
end
request = function() return all end
`;
}

function luaString(text: string): string {
  return /^a+$/.test(text) ? `string.rep("a", ${text.length})` : `[==[${text}]==]`;
}

function run(command: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(
      command,
      [...args],
      { maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        if (error) {
          reject(
            new Error(
              `${command} failed: ${stderr || stdout || error.message}`,
            ),
          );
        } else resolve(stdout);
      },
    );
  });
}
