/** Where a process spends its time, by Linux' `perf`: shares of samples by kind of code. */

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Kinds of code, in the order of the table. */
export const KINDS = [
  "kernel",
  "runtime",
  "libc",
  "javascript",
  "threads",
] as const;

/**
 * `kernel`: system calls and what they cause. `runtime`: the runtime's binary on its main thread,
 * with the engine's built-in functions and its collector. `libc`: memory and copies. `javascript`:
 * compiled code. `threads`: everything on other threads, most of it the collector's helpers.
 */
export type Kind = typeof KINDS[number];

/** Samples of the process while `work` runs, as shares that add up to 1. */
export async function sharesOf(
  pid: number,
  work: () => Promise<void>,
): Promise<Record<Kind, number>> {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-perf-"));
  const data = join(folder, "perf.data");
  const perf = spawn("perf", ["record", "-q", "-F", "2999", "-o", data, "-p", String(pid)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ended = new Promise<void>((resolve) => perf.once("exit", () => resolve()));
  try {
    await work();
    perf.kill("SIGINT");
    await ended;
    const columns = "period,pid,dso"; // its "pid" is the thread's
    const report = execFileSync(
      "perf",
      ["report", "-i", data, "--stdio", "-q", "--no-children", "-F", columns, "-t", "|"],
      { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
    );
    return shares(report, pid);
  } finally {
    perf.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  }
}

function shares(report: string, pid: number): Record<Kind, number> {
  const sums: Record<Kind, number> = {
    kernel: 0,
    runtime: 0,
    libc: 0,
    javascript: 0,
    threads: 0,
  };
  let all = 0;
  for (const line of report.split("\n")) {
    const [period, tid, dso] = line.split("|").map((cell) => cell.trim());
    if (period === undefined || tid === undefined || dso === undefined) {
      continue;
    }
    const samples = Number(period);
    if (!(samples > 0)) continue;
    sums[kindOf(Number.parseInt(tid) === pid, dso)] += samples;
    all += samples;
  }
  if (all === 0) {
    throw new Error(`perf saw nothing of process ${pid}:\n${report}`);
  }
  for (const kind of KINDS) sums[kind] /= all;
  return sums;
}

function kindOf(isMain: boolean, dso: string): Kind {
  if (!isMain) return "threads";
  if (dso.startsWith("[kernel") || dso === "[unknown]") return "kernel";
  if (/^\[?(JIT|anon|heap)|^\/\/anon|perf-\d+\.map/.test(dso)) {
    return "javascript";
  }
  return /^(libc|libm|libstdc|ld-linux|\[vdso)/.test(dso) ? "libc" : "runtime";
}
