/** Debian's packages, installed when what they bring is missing. */

import { execFileSync, spawnSync } from "node:child_process";

/** Whether a command is there. */
export function hasCommand(command: string): boolean {
  return spawnSync("which", [command]).status === 0;
}

/** Installs packages, and says so; nothing for none. */
export function installPackages(missing: readonly string[]): void {
  if (missing.length === 0) return;
  console.error(`Installing ${missing.join(", ")}`);
  execFileSync("apt-get", ["install", "-y", "--no-install-recommends", ...missing], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
