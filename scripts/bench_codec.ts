/**
 * `npm run bench codec`: all codecs in one alternating run, on each runtime, printed as ratios.
 * Usage: bench_codec.ts [--runtime=node,deno,bun] [--all] [--only=REGEXP]
 *
 * The generated code is made anew by zapgen first. `--all` prints every codec of every cell;
 * `--only` measures the rows whose "cell codec" matches, as in `--only="decode all, medium"`.
 */

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import process from "node:process";
import { parseArgs } from "node:util";
import { RUNTIMES } from "./runtimes.mjs";

interface Row {
  cell: string;
  peer: string;
  ns: number;
  best: number;
}

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node,deno,bun" },
    all: { type: "boolean", default: false },
    only: { type: "string" },
  },
});

const ZAP = "@zap-proto/zap";
const GENERATED = "ours, generated";
const STRUCT = "ours, struct()";
const BUILDER = "ours, Builder and views";

run(RUNTIMES.node.program, [
  ...RUNTIMES.node.run,
  "src/cli/zapgen.ts",
  "-out",
  "bench/generated",
  "--runtime=../../mod.ts",
  "bench/codec/shapes.zap",
]);
await build({
  entryPoints: ["bench/codec.ts"],
  outfile: "bench/.build/codec.mjs",
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
  target: "es2022",
  logLevel: "error",
});
mkdirSync("bench/results", { recursive: true });
for (const name of values.runtime.split(",")) {
  const runtime = RUNTIMES[name as keyof typeof RUNTIMES];
  const words = name === "deno" ? ["run", "-A", "--no-check", "-q"] : [];
  const rows: Row[] = JSON.parse(
    run(runtime.program, [...words, "bench/.build/codec.mjs", "--json"]),
  );
  writeFileSync(
    `bench/results/codec_${name}.json`,
    `${JSON.stringify(rows, undefined, 1)}\n`,
  );
  print(name, rows);
}

function run(program: string, words: string[]): string {
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: "utf8",
    maxBuffer: 1 << 26,
    env: { ...process.env, ...(values.only !== undefined && { BENCH_ONLY: values.only }) },
  });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}\n${stderr}`);
  return stdout;
}

function print(runtime: string, rows: Row[]): void {
  console.log(
    `\n${runtime}: nanoseconds per operation, medians; ratios are how many times faster`,
  );
  console.log(
    line([
      "",
      "zap",
      "best peer",
      "generated",
      "x zap",
      "x peer",
      "struct",
      "views x zap",
    ]),
  );
  for (const cell of new Set(rows.map((row) => row.cell))) {
    const of = rows.filter((row) => row.cell === cell);
    const ns = (peer: string) => of.find((row) => row.peer === peer)?.ns ?? NaN;
    const peers = of.filter(({ peer }) => ![ZAP, "memcpy"].includes(peer) && !/^ours/.test(peer));
    const best = peers.sort((a, b) => a.ns - b.ns)[0];
    console.log(line([
      cell,
      ns(ZAP).toFixed(0),
      best ? `${best.ns.toFixed(0)} ${best.peer}` : "",
      ns(GENERATED).toFixed(0),
      (ns(ZAP) / ns(GENERATED)).toFixed(2),
      best ? (best.ns / ns(GENERATED)).toFixed(2) : "",
      `${(ns(STRUCT) / ns(GENERATED)).toFixed(2)}x`,
      (ns(ZAP) / ns(BUILDER)).toFixed(2),
    ]));
    if (!values.all) continue;
    for (const row of of.sort((a, b) => a.ns - b.ns)) {
      console.log(
        `    ${row.peer.padEnd(34)} ${row.ns.toFixed(0).padStart(9)}`,
      );
    }
  }
}

function line(words: string[]): string {
  const widths = [26, 9, 28, 11, 8, 8, 8, 12];
  return words.map((word, i) => i === 0 ? word.padEnd(widths[i]!) : word.padStart(widths[i]!))
    .join("");
}
