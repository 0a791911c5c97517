/**
 * Codecs side by side, in one alternating run on one runtime: `--json` prints medians for
 * scripts/bench_codec.ts, which runs all three runtimes.
 *
 * Each round gives every codec a slice of time, so that a busy machine slows all alike, and in an order
 * of its own, because a codec pays for the garbage of the one before it. Reported is the median over
 * the rounds, in nanoseconds per operation.
 */

import { avscPeer } from "./codec/peers/avsc.ts";
import { builderPeer } from "./codec/peers/builder.ts";
import { capnpPeer } from "./codec/peers/capnp.ts";
import { flatbuffersPeer } from "./codec/peers/flatbuffers.ts";
import { jsonPeer } from "./codec/peers/json.ts";
import { memcpyPeer } from "./codec/peers/memcpy.ts";
import { cborPeer, msgpackrPeer } from "./codec/peers/messagepack_cbor.ts";
import { bufPeer, protobufjsPeer } from "./codec/peers/protobuf.ts";
import type { Case, Peer } from "./codec/peers/types.ts";
import { zapPeer } from "./codec/peers/zap.ts";
import { generatedPeer, intoPeer, structPeer } from "./codec/peers/zap_edge.ts";

const PEERS: readonly Peer[] = [
  generatedPeer,
  intoPeer,
  structPeer,
  builderPeer,
  zapPeer,
  msgpackrPeer,
  cborPeer,
  protobufjsPeer,
  bufPeer,
  avscPeer,
  flatbuffersPeer,
  capnpPeer,
  jsonPeer,
  memcpyPeer,
];
const SIZES = ["small", "medium", "large"] as const;
const SLICE_MS = Number(process.env["BENCH_SLICE_MS"] ?? 8);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 15);
const ONLY = process.env["BENCH_ONLY"];

/** What is measured must be right: our four ways give the same bytes, and every codec reads its own. */
function check(): void {
  for (const size of SIZES) {
    const expected = Buffer.from(generatedPeer[size].encode());
    for (const peer of [intoPeer, structPeer, builderPeer, zapPeer]) {
      if (!expected.equals(peer[size].encode())) {
        throw new Error(`${peer.name}: other bytes, ${size}`);
      }
    }
    for (const peer of PEERS) {
      if (peer === memcpyPeer) continue;
      const value = JSON.stringify(
        peer[size].decode(peer[size].encode()),
        (_, of) => typeof of === "bigint" ? Number(of) : of,
      );
      const word = {
        small: "Ada of Lovelace",
        medium: "mathematics",
        large: "item number 099",
      }[size];
      if (!value.includes(word)) {
        throw new Error(`${peer.name}: reads something else, ${size}`);
      }
    }
  }
}

/** A result that nobody reads could be optimised away. */
const sink: { value: unknown } = { value: undefined };

interface Task {
  readonly cell: string;
  readonly peer: string;
  readonly run: () => unknown;
  batch: number;
  readonly times: number[];
}

function tasksOf(peer: Peer): Task[] {
  const task = (cell: string, run: () => unknown): Task => ({
    cell,
    peer: peer.name,
    run,
    batch: 1,
    times: [],
  });
  return SIZES.flatMap((size) => {
    const of: Case = peer[size];
    // Sixteen messages, each in memory of its own: no runtime may remember the last one.
    const messages = Array.from({ length: 16 }, () => of.encode().slice());
    let next = 0;
    const message = () => messages[next = (next + 1) & 15]!;
    const tasks = [task(`encode ${size}`, () => of.encode())];
    if (peer === intoPeer) return tasks;
    tasks.push(task(`decode all, ${size}`, () => of.decode(message())));
    if (of.field) {
      tasks.push(task(`decode one field, ${size}`, () => of.field!(message())));
    }
    if (of.walk) {
      tasks.push(task(`walk a list, ${size}`, () => of.walk!(message())));
    }
    return tasks;
  });
}

function slice(task: Task): void {
  const { run, batch } = task;
  const started = performance.now();
  for (let i = 0; i < batch; i++) sink.value = run();
  const ms = performance.now() - started;
  task.times.push((ms / batch) * 1e6);
  const wanted = (SLICE_MS / Math.max(ms, 0.001)) * batch;
  task.batch = Math.max(1, Math.min(Math.round(wanted), batch * 8));
}

/** Numbers from 0 to 1, the same in every run (Lehmer's generator). */
let seed = 1;
function random(): number {
  seed = (seed * 48271) % 0x7fffffff;
  return seed / 0x7fffffff;
}

/** Gives every task a slice, in an order of chance. */
function round(rivals: readonly Task[]): void {
  const order = rivals.map((task) => ({ task, place: random() }));
  order.sort((a, b) => a.place - b.place).forEach(({ task }) => slice(task));
}

check();
const all = PEERS.flatMap(tasksOf);
// All of them first, whatever is measured: an engine compiles the loop that measures for the codecs that
// it has run, and those that came first would have another loop than the rest (Bun: 35 ns, not 18).
for (let i = 0; i < 4; i++) round(all);
const tasks = all.filter(({ cell, peer }) =>
  ONLY === undefined || new RegExp(ONLY).test(`${cell} ${peer}`)
);
const cells = [...new Set(tasks.map(({ cell }) => cell))];
for (const cell of cells) {
  const rivals = tasks.filter((task) => task.cell === cell);
  // Warm-up: batches grow until a slice takes its time.
  for (let i = 0; i < 8; i++) round(rivals);
  rivals.forEach((task) => task.times.length = 0);
  for (let i = 0; i < ROUNDS; i++) round(rivals);
}

const results = tasks.map(({ cell, peer, times }) => {
  times.sort((a, b) => a - b);
  return { cell, peer, ns: times[times.length >> 1]!, best: times[0]! };
});
if (process.argv.includes("--json")) {
  console.log(JSON.stringify(results));
} else {
  for (const cell of cells) {
    console.log(cell);
    const rows = results.filter((row) => row.cell === cell).sort((a, b) => a.ns - b.ns);
    const zap = rows.find((row) => row.peer === "@zap-proto/zap")?.ns ?? NaN;
    for (const { peer, ns, best } of rows) {
      console.log(
        `  ${peer.padEnd(32)} ${ns.toFixed(0).padStart(8)} ns  best ${
          best.toFixed(0).padStart(8)
        }  zap/it ${(zap / ns).toFixed(2)}`,
      );
    }
  }
}
