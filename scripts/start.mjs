/** `npm start`: installs what is missing, then serves the example. Usage: start.mjs [deno|bun|node] [zap serve options] */

import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.mjs";
import { RUNTIMES } from "./runtimes.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const words = process.argv.slice(2);
// `bun run start` serves on Bun, `npm start` and `deno task start` on Deno.
const usual = process.env.npm_config_user_agent?.startsWith("bun/") ? "bun" : "deno";
const [name, ...options] = words[0] === undefined || words[0].startsWith("-")
  ? [usual, ...words]
  : words;
const runtime = RUNTIMES[name];
if (!runtime) {
  console.error(`Unknown runtime "${name}": use deno, bun or node`);
  process.exit(2);
}
ensureInstalled();
const args = [
  ...runtime.run,
  "src/cli/zap.ts",
  "serve",
  "examples/notes/main.ts",
  ...options,
];
const child = spawn(runtime.program, args, { cwd: root, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => child.kill(signal));
}
child.on("exit", (code, signal) => {
  process.exitCode = code ??
    (signal === "SIGINT" || signal === "SIGTERM" ? 0 : 1);
});
