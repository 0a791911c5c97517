/**
 * Makes a standalone binary of the `zap` command, or of a program that uses this package.
 * Usage: compile.mjs [ENTRY.ts] [OUTPUT] — `bun build --compile`; `deno task compile` is Deno's way,
 * which downloads a runtime and so needs the network.
 */

import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { ensureInstalled } from "./install.mjs";
import { RUNTIMES } from "./runtimes.mjs";

const [entry = "src/cli/zap.ts", output = ".build/zap"] = process.argv.slice(2);
ensureInstalled();
mkdirSync(dirname(output), { recursive: true });
const { status } = spawnSync(
  RUNTIMES.bun.program,
  ["build", "--compile", "--minify-syntax", entry, "--outfile", output],
  { stdio: ["ignore", "ignore", "inherit"] },
);
if (status !== 0) process.exit(1);
console.log(`${output}: ${(statSync(output).size / 1e6).toFixed(0)} MB`);
