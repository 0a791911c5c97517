/**
 * `npm run bench cap`: capabilities against `@zap-proto/zap/cap`, on the three runtimes in turn.
 * Usage: bench_cap.ts [--runtime=node,deno,bun] [--json]
 */

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { RUNTIMES } from "./runtimes.mjs";

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node,deno,bun" },
    json: { type: "boolean", default: false },
  },
});
const outfile = "bench/.build/cap.mjs";
// Bundled, so that no loader stands between the code and the engine; beside the peers' node_modules.
await build({
  entryPoints: ["bench/cap.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  target: "es2022",
  logLevel: "error",
});
for (const runtime of values.runtime.split(",") as (keyof typeof RUNTIMES)[]) {
  const { program } = RUNTIMES[runtime];
  const run = runtime === "deno" ? ["run", "-A", "--no-check", "-q"] : [];
  const words = [...run, outfile, ...values.json ? ["--json"] : []];
  const { status } = spawnSync(program, words, { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}
