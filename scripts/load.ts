/**
 * Compares this project's HTTP server with its peers, on each runtime: the server on core 0, wrk on
 * core 1, all limits, timeouts and metrics on. Runs alternate; the ratios are those of the medians.
 * `cpu` compares what a request costs the server's process: less than 1 is less than the peer, also
 * where wrk is the slower of the two, or the machine is shared.
 * wrk, Go's fasthttp and nginx are installed from Debian if they are missing.
 *
 * Usage: npx tsx scripts/load.ts [--quick] [--json] [--only static-64,hono-64] [--runtime node,bun]
 *        [--rounds 5] [--seconds 3]
 */

import { spawnSync } from "node:child_process";
import { connect, type Socket } from "node:net";
import process from "node:process";
import { parseArgs } from "node:util";
import { ours, rawSockets, type Running, type Runtime, start } from "../bench/http/contestants.ts";
import { hasCommand, installPackages } from "../bench/http/debian.ts";
import { type Row, ROWS } from "../bench/http/rows.ts";
import { type Measured, runWrk } from "../bench/http/wrk.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    only: { type: "string" },
    runtime: { type: "string", default: "node,deno,bun" },
    rounds: { type: "string" },
    seconds: { type: "string" },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 3 : 5));
const seconds = Number(values.seconds ?? (values.quick ? 1 : 3));
const runtimes = values.runtime.split(",") as Runtime[];
const wanted = values.only?.split(",");
const isWanted = (name: string): boolean => wanted?.includes(name) ?? true;

/** Idle connections whose memory is told. */
const IDLE_CONNECTIONS = 2000;
const MAX_IDLE_BYTES = 8 * 1024;

/** One line of the table. */
interface Line {
  readonly row: string;
  readonly runtime: Runtime;
  readonly peer: string;
  readonly unit: string;
  readonly ours: number;
  readonly theirs: number;
  readonly ratio: number;
  /** CPU time of a request, in terms of the peer's. */
  readonly cpu: number | undefined;
  readonly target: number | undefined;
  readonly met: boolean | undefined;
}

const lines: Line[] = [];
installTools();
if (!values.json) {
  console.log(
    `${rounds} alternating runs of ${seconds} s, medians\n${header()}`,
  );
}
for (const runtime of runtimes) {
  for (const row of ROWS) if (isWanted(row.name)) await measure(row, runtime);
  if (isWanted("memory-idle")) await measureMemory(runtime);
}
if (values.json) {
  console.log(JSON.stringify({ rounds, seconds, lines }, undefined, 1));
}
const missed = lines.filter((line) => line.met === false);
if (!values.json) {
  console.log(`\n${missed.length} of ${lines.length} below what is aimed at`);
}
process.exit(0);

/** All contestants of a row at once up, and measured in turns. */
async function measure(row: Row, runtime: Runtime): Promise<void> {
  const rivals = row.rivals(runtime);
  const contestants = [
    ours(runtime),
    ...rivals.map((rival) => rival.contestant),
  ];
  const servers: Running[] = [];
  const idle: Socket[] = [];
  try {
    for (const contestant of contestants) {
      servers.push(await start(contestant, row.mode));
    }
    for (const server of servers) {
      idle.push(...await openIdle(server.port, row.idle ?? 0));
    }
    const results: Measured[][] = servers.map(() => []);
    const costs: number[][] = servers.map(() => []);
    for (const server of servers) {
      await runWrk(server.port, { ...row.load, seconds: 1 });
    }
    for (let round = 0; round < rounds; round++) {
      for (const [i, server] of servers.entries()) {
        const before = server.cpuSeconds();
        const run = await runWrk(server.port, { ...row.load, seconds });
        results[i]!.push(run);
        costs[i]!.push((server.cpuSeconds() - before) / run.requests);
      }
    }
    const value = (i: number): number =>
      median(
        results[i]!.map((run) => row.measure === "p99" ? run.p99 : run.requestsPerSecond),
      );
    for (const [i, rival] of rivals.entries()) {
      const ratio = value(0) / value(i + 1);
      const { target } = rival;
      add({
        row: row.name,
        runtime,
        peer: rival.contestant.name,
        unit: row.measure === "p99" ? "ms" : "req/s",
        ours: value(0),
        theirs: value(i + 1),
        ratio,
        cpu: median(costs[0]!) / median(costs[i + 1]!),
        target,
        met: target === undefined
          ? undefined
          : row.measure === "p99"
          ? ratio <= target
          : ratio >= target,
      });
    }
    for (const [i, contestant] of contestants.entries()) {
      const errors = results[i]!.reduce((sum, run) => sum + run.errors, 0);
      if (errors > 0) {
        console.error(
          `${row.name} ${runtime}: ${errors} errors from ${contestant.name}`,
        );
      }
    }
  } finally {
    for (const socket of idle) socket.destroy();
    for (const server of servers) await server.stop();
  }
}

/** What an idle connection costs above the runtime's socket. */
async function measureMemory(runtime: Runtime): Promise<void> {
  const perConnection: number[] = [];
  for (const contestant of [ours(runtime), rawSockets(runtime)]) {
    const samples: number[] = [];
    for (let round = 0; round < rounds; round++) {
      const server = await start(contestant, "json");
      // The first connections pay for what is shared.
      const first = await openIdle(server.port, 200);
      await settle();
      const before = server.memory();
      const sockets = await openIdle(server.port, IDLE_CONNECTIONS);
      await settle();
      samples.push((server.memory() - before) / IDLE_CONNECTIONS);
      for (const socket of [...first, ...sockets]) socket.destroy();
      await server.stop();
    }
    perConnection.push(median(samples));
  }
  const [mine, sockets] = perConnection as [number, number];
  add({
    row: "memory-idle",
    runtime,
    peer: "sockets",
    unit: "bytes",
    ours: mine,
    theirs: sockets,
    ratio: mine / sockets,
    cpu: undefined,
    target: MAX_IDLE_BYTES,
    met: mine - sockets <= MAX_IDLE_BYTES,
  });
}

/** Connections that have had one answer and stay open. */
async function openIdle(port: number, count: number): Promise<Socket[]> {
  const sockets: Socket[] = [];
  for (let i = 0; i < count; i++) {
    const socket = connect({ host: "127.0.0.1", port });
    sockets.push(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.once("data", () => resolve());
      socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    });
    socket.removeAllListeners();
    socket.on("error", () => {});
    socket.resume();
  }
  return sockets;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function add(line: Line): void {
  lines.push(line);
  if (values.json) return;
  const verdict = line.met === undefined ? "" : line.met ? "met" : "missed";
  const target = line.target === undefined ? "" : String(line.target);
  console.log(columns([
    ...[
      line.row,
      line.runtime,
      line.peer,
      line.unit,
      format(line.ours),
      format(line.theirs),
    ],
    ...[line.ratio.toFixed(2), line.cpu?.toFixed(2) ?? "", target, verdict],
  ]));
}

function header(): string {
  return columns([
    "row",
    "runtime",
    "peer",
    "unit",
    "ours",
    "theirs",
    "ratio",
    "cpu",
    "target",
    "",
  ]);
}

function columns(cells: readonly string[]): string {
  const widths = [17, 8, 18, 6, 11, 11, 6, 6, 7, 6];
  return cells.map((cell, i) => i < 4 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join(
    " ",
  );
}

function format(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toFixed(2);
}

/** Debian's packages for what is missing. */
function installTools(): void {
  const missing = Object.entries({ wrk: "wrk", go: "golang-go", nginx: "nginx-light" })
    .filter(([command]) => !hasCommand(command)).map(([, name]) => name);
  const fasthttp = "golang-github-valyala-fasthttp-dev";
  if (spawnSync("dpkg", ["-s", fasthttp]).status !== 0) missing.push(fasthttp);
  installPackages(missing);
}
