/**
 * `npm run bench api`: the API framework against its peers in process, on each runtime (on Node also
 * with the light classes that this project's server puts in place); then the benchmark routes over
 * this project's server against plain Hono on the same server. Fails where a goal is missed.
 * Usage: bench_api.ts [--runtime=node,deno,bun] [--only=process|server] [--rounds=5] [--seconds=1]
 */

import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import process from "node:process";
import { parseArgs } from "node:util";
import { type Contestant, type Running, start } from "../bench/http/contestants.ts";
import { type Load, runWrk } from "../bench/http/wrk.ts";
import { RUNTIMES } from "./runtimes.mjs";

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node,deno,bun" },
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "1" },
  },
});
const names = values.runtime.split(",") as ("node" | "deno" | "bun")[];
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
if (values.only !== "server") await benchInProcess();
if (values.only !== "process") await benchServer();

/** Bundled, so that no loader stands between the code and the engine; beside the peers' node_modules. */
async function bundled(name: string): Promise<string> {
  const outfile = `bench/.build/${name}.mjs`;
  await build({
    entryPoints: [`bench/${name}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    target: "es2022",
    logLevel: "error",
  });
  return outfile;
}

async function benchInProcess(): Promise<void> {
  const outfile = await bundled("api");
  for (const name of names) {
    const { program } = RUNTIMES[name];
    const args = name === "deno" ? ["run", "-A", "-q", outfile] : [outfile];
    for (const options of name === "node" ? [[], ["--light"]] : [[]]) {
      const { status } = spawnSync(program, [...args, ...options], { stdio: "inherit" });
      if (status !== 0) process.exitCode = 1;
    }
  }
}

/** The benchmark routes, and one under middleware. */
interface Row {
  readonly name: string;
  readonly load: Omit<Load, "seconds">;
  /** Least requests per second in terms of plain Hono's. */
  readonly goal: number;
}

async function benchServer(): Promise<void> {
  const at = (path: string) => ({ path, connections: 64 });
  const user = JSON.stringify({ user_id: 42, active: true, name: "alice" });
  const rows: readonly Row[] = [
    { name: "static", load: at("/"), goal: 0.9 },
    { name: "typed", load: at("/users/42?verbose=true"), goal: 0.9 },
    {
      name: "body",
      load: { ...at("/users"), body: { type: "application/json", text: user } },
      goal: 0.9,
    },
    {
      name: "auth",
      load: { ...at("/auth"), headers: { authorization: "Bearer x", cookie: "session=abc123" } },
      goal: 0.9,
    },
    { name: "middleware", load: at("/around/plain"), goal: 0.9 },
  ];
  const outfile = await bundled("api_server");
  console.log(
    `Over this project's server, 64 connections: thousands of requests a second, ` +
      `median of ${rounds} alternating runs of ${seconds} s`,
  );
  for (const name of names) {
    const { program } = RUNTIMES[name];
    const args = name === "deno" ? ["run", "-A", "-q", outfile] : [outfile];
    const contestants = ["zap", "hono"].map((app): Contestant => ({
      name: app,
      command: () => [program, ...args, app],
    }));
    const servers: Running[] = [];
    try {
      for (const each of contestants) servers.push(await start(each, "json"));
      for (const row of rows) await measure(name, row, servers);
    } finally {
      for (const server of servers) await server.stop();
    }
  }
}

async function measure(runtime: string, row: Row, servers: readonly Running[]): Promise<void> {
  const rates: number[][] = servers.map(() => []);
  for (const { port } of servers) await runWrk(port, { ...row.load, seconds: 1 });
  for (let round = 0; round < rounds; round++) {
    for (const [i, { port }] of servers.entries()) {
      const run = await runWrk(port, { ...row.load, seconds });
      if (run.errors > 0) throw new Error(`${row.name} on ${runtime}: ${run.errors} errors`);
      rates[i]!.push(run.requestsPerSecond);
    }
  }
  const [ours, theirs] = rates.map((each) => each.sort((a, b) => a - b)[rounds >> 1]!) as [
    number,
    number,
  ];
  const ratio = ours / theirs;
  const { goal } = row;
  const isMissed = ratio < goal;
  if (isMissed) process.exitCode = 1;
  const verdict = isMissed ? "MISSED" : "met   ";
  const thousands = (rate: number) => (rate / 1000).toFixed(1);
  console.log(
    `${verdict} ${runtime.padEnd(4)} ${row.name.padEnd(10)} zap ${thousands(ours)}  ` +
      `hono ${thousands(theirs)}: ${ratio.toFixed(2)} (goal ${goal})`,
  );
}
