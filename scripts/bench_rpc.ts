/**
 * `npm run bench rpc`: calls per second of ours against the peers, in one run, alternating; server
 * and client in processes of their own, pinned to a core each where `taskset` is there.
 * Usage: bench_rpc.ts [--runtime=node] [--in-flight=64] [--bytes=32] [--kinds=ours,reference]
 * [--rounds=3] [--seconds=1.5]
 */

import { build } from "esbuild";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { RUNTIMES } from "./runtimes.mjs";

interface Result {
  calls: number;
  seconds: number;
  p50: number;
  p99: number;
}

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node,deno,bun" },
    "in-flight": { type: "string", default: "1,64,1024" },
    bytes: { type: "string", default: "32,4096" },
    kinds: { type: "string", default: "ours,signal,reference,raw,capnweb,connect,http" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "1.5" },
  },
});
const SERVER_OF: Record<string, string> = {
  ours: "zap",
  signal: "zap",
  reference: "zap",
};
const pins = spawnSync("taskset", ["-V"]).status === 0;

for (const name of ["server", "client"]) {
  // Bundled, so that no loader stands between the code and the engine; beside the peers' node_modules.
  await build({
    entryPoints: [`bench/rpc/${name}.ts`],
    outfile: `bench/.build/rpc_${name}.mjs`,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    target: "es2022",
    logLevel: "error",
  });
}

function start(runtime: keyof typeof RUNTIMES, core: number, words: string[]): ChildProcess {
  const { program } = RUNTIMES[runtime];
  const run = runtime === "deno" ? ["run", "-A", "--no-check", "-q"] : [];
  const command = [program, ...run, ...words];
  const [first, ...rest] = pins ? ["taskset", "-c", String(core), ...command] : command;
  return spawn(first!, rest, { stdio: ["pipe", "pipe", "inherit"] });
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = "";
  for await (const chunk of child.stdout!) {
    text += chunk;
    if (text.includes("\n")) break;
  }
  if (!text.includes("\n")) {
    throw new Error("A benchmark process ended without a result");
  }
  return text.trim();
}

function median(numbers: number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

const list = (text: string): string[] => text.split(",");
for (const runtime of list(values.runtime) as (keyof typeof RUNTIMES)[]) {
  const kinds = list(values.kinds);
  const servers = new Map<string, { child: ChildProcess; port: string }>();
  for (const kind of new Set(kinds.map((kind) => SERVER_OF[kind] ?? kind))) {
    const child = start(runtime, 0, ["bench/.build/rpc_server.mjs", kind]);
    servers.set(kind, { child, port: (await firstLine(child)).split(" ")[1]! });
  }
  for (const bytes of list(values.bytes)) {
    for (const inFlight of list(values["in-flight"])) {
      const results = new Map<string, Result[]>(kinds.map((kind) => [kind, []]));
      for (let round = 0; round < Number(values.rounds); round++) {
        for (const kind of kinds) {
          const { port } = servers.get(SERVER_OF[kind] ?? kind)!;
          const words = [kind, port, inFlight, bytes, values.seconds];
          const child = start(runtime, 1, ["bench/.build/rpc_client.mjs", ...words]);
          results.get(kind)!.push(JSON.parse(await firstLine(child)) as Result);
        }
      }
      const rate = (kind: string): number =>
        median(results.get(kind)!.map(({ calls, seconds }) => calls / seconds));
      console.log(
        `\n${
          String(runtime)
        }, ${inFlight} in flight, ${bytes} B, median of ${values.rounds} rounds`,
      );
      for (const kind of kinds) {
        const own = results.get(kind)!;
        const ratio = results.has("ours") ? (rate("ours") / rate(kind)).toFixed(2) : "";
        console.log(
          `  ${kind.padEnd(10)} ${
            Math.round(rate(kind)).toLocaleString("en").padStart(10)
          } calls/s` +
            `  p50 ${String(median(own.map(({ p50 }) => p50))).padStart(7)} µs` +
            `  p99 ${String(median(own.map(({ p99 }) => p99))).padStart(7)} µs` +
            `  ours is ${ratio.padStart(6)} times`,
        );
      }
    }
  }
  for (const { child } of servers.values()) child.stdin!.end();
}
