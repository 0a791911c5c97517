/**
 * `npm run bench api`: the API framework against its peers in process, on each runtime; on Node also
 * with the light classes that this project's server puts in place. Fails where a goal is missed.
 * Usage: bench_api.ts [--runtime=node,deno,bun]
 */

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { RUNTIMES } from "./runtimes.mjs";

const { values } = parseArgs({
  options: { runtime: { type: "string", default: "node,deno,bun" } },
});
const outfile = "bench/.build/api.mjs";
// Bundled, so that no loader stands between the code and the engine; beside the peers' node_modules.
await build({
  entryPoints: ["bench/api.ts"],
  outfile,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  target: "es2022",
  logLevel: "error",
});
for (const name of values.runtime.split(",")) {
  const { program } = RUNTIMES[name as keyof typeof RUNTIMES];
  const args = name === "deno" ? ["run", "-A", "-q", outfile] : [outfile];
  for (const options of name === "node" ? [[], ["--light"]] : [[]]) {
    const { status } = spawnSync(program, [...args, ...options], {
      stdio: "inherit",
    });
    if (status !== 0) process.exitCode = 1;
  }
}
