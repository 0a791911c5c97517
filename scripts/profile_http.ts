/**
 * Tells why a row of `scripts/load.ts` is what it is: what a request costs this project's server,
 * bare sockets behind its port, and the runtime's own server, in microseconds of the process' CPU
 * time by kind of code. Runs alternate; medians. Linux alone: `perf` and wrk are installed from
 * Debian if they are missing.
 *
 * Usage: npx tsx scripts/profile_http.ts [--only static-64,json-64] [--runtime node,deno,bun]
 *        [--rounds 3] [--seconds 2] [--json]
 */

import process from "node:process";
import { parseArgs } from "node:util";
import {
  type Contestant,
  ours,
  rawSockets,
  type Running,
  type Runtime,
  start,
} from "../bench/http/contestants.ts";
import { hasCommand, installPackages } from "../bench/http/debian.ts";
import { type Kind, KINDS, sharesOf } from "../bench/http/perf.ts";
import { type Row, ROWS } from "../bench/http/rows.ts";
import { runWrk } from "../bench/http/wrk.ts";

const { values } = parseArgs({
  options: {
    only: {
      type: "string",
      default: "static-64,json-64,hono-pipelined,echo-64",
    },
    runtime: { type: "string", default: "node,deno,bun" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "2" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const runtimes = values.runtime.split(",") as Runtime[];
const unknown = runtimes.find((each) => !["node", "deno", "bun"].includes(each));
if (unknown !== undefined || !(rounds >= 1) || !(seconds >= 1)) {
  console.error("--runtime takes node, deno and bun; --rounds and --seconds numbers of at least 1");
  process.exit(1);
}
/** Rows that bare sockets can answer: they look at no byte. */
const SMALL_REQUESTS = /^(static|json|hono|p99)-(\d+|idle)/;

interface Profile {
  readonly row: string;
  readonly runtime: Runtime;
  readonly server: string;
  readonly requestsPerSecond: number;
  /** Microseconds of CPU time a request, all threads. */
  readonly cpu: number;
  /** The same by kind of code. */
  readonly kinds: Record<Kind, number>;
}

installPackages(
  Object.entries({ wrk: "wrk", perf: "linux-perf" })
    .filter(([command]) => !hasCommand(command)).map(([, name]) => name),
);
const profiles: Profile[] = [];
if (!values.json) {
  console.log(
    `${rounds} alternating runs of ${seconds} s, medians; microseconds a request`,
  );
  console.log(columns(["row", "runtime", "server", "req/s", "cpu", ...KINDS]));
}
for (const runtime of runtimes) {
  for (const name of values.only.split(",")) {
    const row = ROWS.find((each) => each.name === name);
    if (row === undefined) {
      console.error(
        `There is no row "${name}": ${ROWS.map((each) => each.name).join(", ")}`,
      );
      process.exit(1);
    }
    await profile(row, runtime);
  }
}
if (values.json) {
  console.log(JSON.stringify({ rounds, seconds, profiles }, undefined, 1));
}
process.exit(0);

async function profile(row: Row, runtime: Runtime): Promise<void> {
  const contestants = [
    ours(runtime),
    ...(SMALL_REQUESTS.test(row.name) ? [rawSockets(runtime)] : []),
    row.rivals(runtime)[0]!.contestant,
  ];
  const servers: Running[] = [];
  try {
    for (const contestant of contestants) {
      servers.push(await start(contestant, row.mode));
    }
    for (const { port } of servers) {
      await runWrk(port, { ...row.load, seconds: 1 });
    }
    const runs: Profile[][] = servers.map(() => []);
    for (let round = 0; round < rounds; round++) {
      for (const [i, server] of servers.entries()) {
        runs[i]!.push(await once(row, runtime, contestants[i]!, server));
      }
    }
    for (const all of runs) add(middle(all));
  } finally {
    for (const server of servers) await server.stop();
  }
}

async function once(
  row: Row,
  runtime: Runtime,
  contestant: Contestant,
  server: Running,
): Promise<Profile> {
  let cpu = 0;
  let requestsPerSecond = 0;
  const shares = await sharesOf(server.child.pid!, async () => {
    const before = server.cpuSeconds();
    const run = await runWrk(server.port, { ...row.load, seconds });
    cpu = (server.cpuSeconds() - before) / run.requests * 1e6;
    requestsPerSecond = run.requestsPerSecond;
  });
  const kinds = { ...shares };
  for (const kind of KINDS) kinds[kind] *= cpu;
  return {
    row: row.name,
    runtime,
    server: contestant.name,
    requestsPerSecond,
    cpu,
    kinds,
  };
}

/** The run whose request cost the median. */
function middle(runs: Profile[]): Profile {
  return runs.sort((a, b) => a.cpu - b.cpu)[runs.length >> 1]!;
}

function add(profile: Profile): void {
  profiles.push(profile);
  if (values.json) return;
  const { row, runtime, server, requestsPerSecond, cpu, kinds } = profile;
  console.log(columns([
    ...[
      row,
      runtime,
      server,
      String(Math.round(requestsPerSecond)),
      cpu.toFixed(2),
    ],
    ...KINDS.map((kind) => kinds[kind].toFixed(2)),
  ]));
}

function columns(cells: readonly string[]): string {
  const widths = [16, 8, 18, 9, 8];
  return cells.map((cell, i) => i < 3 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i] ?? 11))
    .join(" ");
}
