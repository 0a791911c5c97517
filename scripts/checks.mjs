/** The project's checks beside its tests; each is a command that must exit with 0. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { RUNTIMES } from "./runtimes.mjs";

const entries = Object.values(
  JSON.parse(readFileSync("deno.json", "utf8")).exports,
);
const sources = [
  "mod.ts",
  "node.ts",
  "cap.ts",
  "src",
  "tests",
  "scripts",
  "examples",
];

function command(program, ...args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, NO_COLOR: "1" },
  });
  return { ok: status === 0, output: error ? String(error) : stdout + stderr };
}

const deno = (...args) => command(RUNTIMES.deno.program, ...args);
const tsc = (...args) => command("node_modules/.bin/tsc", ...args);
const script = (file, ...args) => command("node", "--import", "tsx", file, ...args);

/** Compiles the `zap` command and runs it. */
function standaloneBinary() {
  const compiled = command("node", "scripts/compile.mjs");
  if (!compiled.ok) return compiled;
  const help = command(".build/zap", "--help");
  return { ok: help.ok && help.output.startsWith("Usage: zap"), output: help.output };
}

/** Name and runner of each check, in the order in which they run. */
export const CHECKS = [
  { name: "format (deno fmt --check)", run: () => deno("fmt", "--check") },
  { name: "lint (deno lint)", run: () => deno("lint") },
  { name: "types (deno check)", run: () => deno("check", ...sources) },
  { name: "types (tsc --strict)", run: () => tsc("-p", "tsconfig.json") },
  {
    name: "docs (deno doc --lint, every entry)",
    run: () => deno("doc", "--lint", ...entries),
  },
  {
    name: "examples in the docs run (deno test --doc)",
    run: () => deno("test", "-A", "--doc", "--no-check", "mod.ts", "cap.ts", "src"),
  },
  {
    name: "rooms (imports, runtime names, cycles)",
    run: () => script("scripts/check_layers.ts"),
  },
  {
    name: "docs page is what swagger-ui-dist gives",
    run: () => script("scripts/build_docs_page.ts", "--check"),
  },
  {
    name: "npm build, package exports, import from an empty folder",
    run: () => script("scripts/check_pack.ts"),
  },
  {
    name: "publish (deno publish --dry-run)",
    run: () => deno("publish", "--dry-run", "--allow-dirty", "--no-check"),
  },
  { name: "standalone binary (bun build --compile)", run: standaloneBinary },
];
