/**
 * Installs what package-lock.json names, if it is not there yet. Plain JavaScript, because it runs
 * before anything is installed; on Node, Deno and Bun, because users may have only one of them.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/**
 * Not `npm ci`, which first removes what is there. Where there is no npm, the running Deno or Bun
 * installs.
 */
const INSTALLERS = [
  ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"],
  ...("Deno" in globalThis ? [[process.execPath, "install", "--quiet"]] : []),
  ...("Bun" in globalThis ? [[process.execPath, "install", "--no-save"]] : []),
];

/** Installs in `folder` (relative to the project) unless that was done for this lock file. */
export function ensureInstalled(folder = ".") {
  const base = folder === "." ? root : `${root}/${folder}`;
  const lock = readFileSync(`${base}/package-lock.json`);
  const wanted = createHash("sha256").update(lock).digest("hex");
  const stamp = `${base}/node_modules/.zap-edge-lock`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.error(`Installing packages in ${base} …`);
  for (const [program, ...args] of INSTALLERS) {
    const { status, error } = spawnSync(program, args, { cwd: base, stdio: ["ignore", 2, 2] });
    if (error?.code === "ENOENT") continue;
    if (status !== 0) break;
    writeFileSync(stamp, wanted);
    return;
  }
  console.error(`Cannot install packages: run "npm install" in ${base} to see why`);
  process.exit(1);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) ensureInstalled(process.argv[2]);
