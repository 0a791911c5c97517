/**
 * `npm run bench`: compares with the peers, in one run, and prints ratios.
 * Usage: bench.mjs [codec|rpc|cap|http|api …] [-- options of the parts]
 */

import { spawnSync } from "node:child_process";
import { ensureInstalled } from "./install.mjs";
import { RUNTIMES } from "./runtimes.mjs";

/** The script of each part; each starts the three runtimes by itself. */
const PARTS = {
  codec: "scripts/bench_codec.ts",
  rpc: "scripts/bench_rpc.ts",
  cap: "scripts/bench_cap.ts",
  http: "scripts/load.ts",
  api: "scripts/bench_api.ts",
};

const words = process.argv.slice(2);
const names = words.filter((word) => !word.startsWith("-"));
const unknown = names.find((name) => !Object.hasOwn(PARTS, name));
if (unknown) {
  console.error(
    `Unknown part "${unknown}": use ${Object.keys(PARTS).join(", ")}`,
  );
  process.exit(2);
}
ensureInstalled();
ensureInstalled("bench");
for (const name of names.length > 0 ? names : Object.keys(PARTS)) {
  const options = words.filter((word) => word.startsWith("-"));
  const { status } = spawnSync(
    RUNTIMES.node.program,
    [...RUNTIMES.node.run, PARTS[name], ...options],
    { stdio: "inherit" },
  );
  if (status !== 0) process.exitCode = 1;
}
