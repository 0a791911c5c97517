/** How each runtime is started: its program and the arguments that run a TypeScript file. */

import { fileURLToPath } from "node:url";

const bin = fileURLToPath(new URL("../node_modules/.bin/", import.meta.url));

/** The three runtimes by name; `run` stands before the file to run. */
export const RUNTIMES = {
  deno: { program: `${bin}deno`, run: ["run", "-A", "--no-check", "-q"] },
  bun: { program: `${bin}bun`, run: ["run"] },
  node: {
    program: process.env.npm_node_execpath ?? "node",
    run: ["--import", "tsx"],
  },
};
