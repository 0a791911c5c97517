/** How each runtime is started: its program and the arguments that run a TypeScript file. */

import process from "node:process";
import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));

/** The running runtime's own program goes before the one from the npm registry. */
const own = process.execPath;
const isDeno = "Deno" in globalThis;
const isBun = "Bun" in globalThis;

/** The three runtimes by name; `run` stands before the file to run. */
export const RUNTIMES = {
  deno: { program: isDeno ? own : `${bin}deno`, run: ["run", "-A", "--no-check", "-q"] },
  bun: { program: isBun ? own : `${bin}bun`, run: ["run"] },
  node: { program: isDeno || isBun ? "node" : own, run: ["--import", "tsx"] },
};
