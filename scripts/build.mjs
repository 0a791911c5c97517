/**
 * Builds the npm package: dist/ (ES modules and type declarations) from the same sources that Deno
 * and Bun run, and package.json's exports from deno.json's. Usage: build.mjs [--check]
 * `--check` fails, and writes nothing, if package.json is behind deno.json.
 */

import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const deno = JSON.parse(readFileSync("deno.json", "utf8"));
const npm = JSON.parse(readFileSync("package.json", "utf8"));
const wanted = {
  ...npm,
  version: deno.version,
  exports: Object.fromEntries(
    Object.entries(deno.exports).map(([name, path]) => {
      const base = path.replace(/^\.\//, "./dist/").replace(/\.ts$/, "");
      return [name, { types: `${base}.d.ts`, default: `${base}.js` }];
    }),
  ),
};
const text = JSON.stringify(wanted, null, 2) + "\n";
const same = JSON.stringify(JSON.parse(readFileSync("package.json", "utf8"))) ===
  JSON.stringify(wanted);
if (!same && process.argv.includes("--check")) {
  console.error(
    "package.json is behind deno.json: run `npm run build` and commit it",
  );
  process.exit(1);
}
if (!same) writeFileSync("package.json", text);

rmSync("dist", { recursive: true, force: true });
const { status } = spawnSync("node_modules/.bin/tsc", [
  "-p",
  "tsconfig.build.json",
], {
  stdio: "inherit",
});
if (status !== 0) process.exit(1);
for (const path of Object.values(npm.bin ?? {})) chmodSync(path, 0o755);
console.error(`Built dist/ for ${Object.keys(wanted.exports).length} entries`);
