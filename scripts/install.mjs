/**
 * Installs what package-lock.json names, if it is not there yet. Plain JavaScript, because it runs
 * before anything is installed.
 */

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, utimesSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Installs in `folder` (relative to the project) unless node_modules is as new as the lock file. Not
 * with `npm ci`: it refuses a lock file that lacks the optional packages of another platform.
 */
export function ensureInstalled(folder = ".") {
  const base = `${root}/${folder}`;
  const lock = `${base}/package-lock.json`;
  const installed = `${base}/node_modules/.package-lock.json`;
  if (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(lock).mtimeMs
  ) return;
  if (existsSync(installed) && sameVersions(lock, installed)) {
    const now = new Date();
    utimesSync(installed, now, now);
    return;
  }
  console.error(`Installing packages in ${base} …`);
  const { status } = spawnSync("npm", [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ], {
    cwd: base,
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) {
    console.error(
      `Cannot install packages: "npm install" failed in ${base}; run it there to see why`,
    );
    process.exit(1);
  }
}

/** Whether every package of the lock file that this platform needs is installed in that version. */
function sameVersions(lock, installed) {
  const wanted = JSON.parse(readFileSync(lock, "utf8")).packages;
  const got = JSON.parse(readFileSync(installed, "utf8")).packages;
  return Object.entries(wanted).every(([path, entry]) =>
    path === "" || entry.optional || got[path]?.version === entry.version
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  ensureInstalled(process.argv[2]);
}
