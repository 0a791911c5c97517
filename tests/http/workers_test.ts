import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { PoolServer } from "../../src/http/pool_server.ts";
import {
  attachWorker,
  REPORT_INTERVAL_MS,
  type ReportingServer,
} from "../../src/http/worker_side.ts";
import {
  KILL_GRACE_MS,
  RESTART_MAX_MS,
  RESTART_MIN_MS,
  RESTART_RESET_MS,
  WorkerPool,
  type WorkerPoolOptions,
} from "../../src/http/workers.ts";
import type {
  HostProcess,
  WorkerChannel,
  WorkerEvents,
  WorkerMessage,
} from "../../src/runtime/process_types.ts";
import type { SocketAddress } from "../../src/runtime/types.ts";
import type { ServerStats } from "../../src/http/events.ts";
import { ManualClock } from "./websocket_fixture.ts";

const ADDRESS: SocketAddress = { transport: "tcp", hostname: "127.0.0.1", port: 4321 };
const READY: WorkerMessage = { kind: "ready", value: ADDRESS };

interface Started {
  id: number;
  port: number | undefined;
  events: WorkerEvents;
  sent: WorkerMessage[];
  killed: boolean;
}

function setup(
  changes: Partial<WorkerPoolOptions> = {},
  workersOpenPort: boolean = true,
) {
  const started: Started[] = [];
  const clock = new ManualClock();
  const log: string[] = [];
  const host = {
    workersOpenPort,
    startWorker(id: number, port: number | undefined, events: WorkerEvents) {
      const worker: Started = { id, port, events, sent: [], killed: false };
      started.push(worker);
      return {
        id,
        send: (message: WorkerMessage) => void worker.sent.push(message),
        kill: () => void (worker.killed = true),
      };
    },
  } as unknown as HostProcess;
  const pool = new WorkerPool(host, {
    count: 2,
    anyPort: false,
    drainTimeoutMs: 1000,
    clock,
    onEvent: (event) => void log.push(`${event.type} ${event.worker}`),
    ...changes,
  });
  return { pool, started, clock, log, host };
}

test("all workers start, and the pool is ready when all listen", async () => {
  const { pool, started } = setup({ count: 3 });
  assertEquals(started.map((worker) => worker.id), [1, 2, 3]);
  for (const worker of started) worker.events.message(READY);
  assertEquals(await pool.ready, ADDRESS);
});

test("for port 0 the first worker chooses, the others and restarted ones are told", async () => {
  const { pool, started, clock } = setup({ anyPort: true });
  assertEquals(started.length, 1);
  started[0]!.events.message(READY);
  assertEquals(started[1]!.port, 4321);
  started[1]!.events.message(READY);
  await pool.ready;
  started[0]!.events.exit(1);
  clock.pass(RESTART_MIN_MS);
  assertEquals([started[2]!.id, started[2]!.port], [1, 4321]);
});

test("where the first process accepts for all, the port is told only once nobody is left", async () => {
  const { pool, started, clock } = setup({ anyPort: true }, false);
  started[0]!.events.message(READY);
  started[1]!.events.message(READY);
  await pool.ready;
  started[0]!.events.exit(1);
  clock.pass(RESTART_MIN_MS);
  assertEquals(started[2]!.killed, false);
  started[1]!.events.exit(1);
  assertEquals(started[2]!.killed, true); // nobody is left with whom it could share the port
  started[2]!.events.exit(null);
  clock.pass(2 * RESTART_MIN_MS);
  assertEquals(started.map((worker) => worker.port), [
    undefined,
    undefined,
    undefined,
    4321,
    4321,
  ]);
});

test("a worker that crashes is restarted, with pauses that double up to a bound", async () => {
  const { pool, started, clock, log } = setup({ count: 1 });
  started[0]!.events.message(READY);
  await pool.ready;
  let pause = RESTART_MIN_MS;
  for (let i = 0; i < 12; i++) {
    started.at(-1)!.events.exit(1);
    clock.pass(pause - 1);
    assertEquals(started.length, i + 1);
    clock.pass(1);
    assertEquals(started.length, i + 2);
    pause = Math.min(2 * pause, RESTART_MAX_MS);
  }
  assertEquals(pause, RESTART_MAX_MS);
  clock.pass(RESTART_RESET_MS);
  started.at(-1)!.events.exit(null);
  clock.pass(RESTART_MIN_MS);
  assertEquals(started.length, 14);
  assertEquals(log.slice(0, 3), ["started 1", "exited 1", "restarting 1"]);
});

test("a worker that cannot start refuses the pool, with its reason, and the others are stopped", async () => {
  const { pool, started } = setup();
  started[1]!.events.message({ kind: "failed", value: "address in use" });
  started[1]!.events.exit(1);
  await assertRejects(() => pool.ready, Error, "Cannot start worker 2: address in use");
  assertEquals(started[0]!.sent, [{ kind: "stop" }]);
  started[0]!.events.exit(0);
  await pool.finished;
  assertEquals(started.length, 2);
});

test("a host that forbids workers refuses the pool", async () => {
  const host = {
    startWorker() {
      throw new Error("run access is denied");
    },
  } as unknown as HostProcess;
  const clock = new ManualClock();
  const pool = new WorkerPool(host, { count: 2, anyPort: false, drainTimeoutMs: 1, clock });
  await assertRejects(() => pool.ready, Error, "run access is denied");
  await pool.finished;
  assertEquals(clock.pending, 0);
});

test("stop drains all; who is left after the deadline is killed", async () => {
  const { pool, started, clock } = setup();
  for (const worker of started) worker.events.message(READY);
  await pool.ready;
  const stopped = pool.stop();
  assertEquals(pool.stop(), stopped);
  assertEquals(started.map((worker) => worker.sent), [[{ kind: "stop" }], [{ kind: "stop" }]]);
  started[0]!.events.exit(0);
  clock.pass(1000 + KILL_GRACE_MS);
  assertEquals(started.map((worker) => worker.killed), [false, true]);
  started[1]!.events.exit(null);
  await stopped;
  assertEquals([started.length, clock.pending], [2, 0]);
});

test("stop during a pause before a restart starts nothing more", async () => {
  const { pool, started, clock } = setup({ count: 1 });
  started[0]!.events.message(READY);
  await pool.ready;
  started[0]!.events.exit(1);
  await pool.stop();
  clock.pass(RESTART_MAX_MS);
  assertEquals(started.length, 1);
});

function channelFixture() {
  const sent: WorkerMessage[] = [];
  const fixture = { sent, closed: false, hear: (_: WorkerMessage) => {}, gone: () => {} };
  const channel: WorkerChannel = {
    id: 1,
    port: undefined,
    send: (message) => void sent.push(message),
    listen: (message, gone) => {
      fixture.hear = message;
      fixture.gone = gone;
    },
    close: () => void (fixture.closed = true),
  };
  return { channel, fixture };
}

const STATS = { connections: 3 } as unknown as ServerStats;

function serverFixture(ready: Promise<SocketAddress>) {
  const calls: unknown[][] = [];
  const server: ReportingServer = {
    metrics: { text: () => "a 1\n" },
    ready,
    stats: STATS,
    stop: () => Promise.resolve(void calls.push(["stop"])),
    reload: (tls) => {
      calls.push(["reload", tls]);
      return tls.cert === "" ? Promise.reject(new Error("no certificate")) : Promise.resolve();
    },
  };
  return { server, calls };
}

test("a worker tells when it listens and its totals, drains when asked, then lets go", async () => {
  for (const how of ["asked", "orphaned"]) {
    const { channel, fixture } = channelFixture();
    const { server, calls } = serverFixture(Promise.resolve(ADDRESS));
    const clock = new ManualClock();
    attachWorker(channel, server, clock);
    await Promise.resolve();
    clock.pass(REPORT_INTERVAL_MS);
    const report = { kind: "report", value: { stats: STATS, metrics: undefined } };
    assertEquals(fixture.sent, [READY, report, report]);
    if (how === "asked") fixture.hear({ kind: "stop" });
    else fixture.gone();
    fixture.hear({ kind: "stop" });
    assertEquals(calls, [["stop"]]);
    await new Promise((resolve) => setTimeout(resolve, 0));
    assertEquals(fixture.sent, [READY, report, report, report]); // the last tells of the drain
    assert(fixture.closed);
    assertEquals(clock.pending, 0);
  }
});

test("a worker's end takes nothing from what all have done, and all from what they have now", async () => {
  const { started, host } = setup();
  const server = new PoolServer(host, { workers: 1, port: 4321 });
  const { events } = started.at(-1)!;
  events.message(READY);
  await server.ready;
  const stats = {
    connections: 2,
    idleConnections: 1,
    activeRequests: 1,
    queuedRequests: 0,
    acceptedConnections: 9,
    requests: 30,
    bytesIn: 1_000,
    bytesOut: 2_000,
    draining: false,
  };
  events.message({ kind: "report", value: { stats, metrics: undefined } });
  assertEquals(server.stats, stats);
  const stopped = server.stop();
  events.exit(0);
  await stopped;
  const none = { connections: 0, idleConnections: 0, activeRequests: 0, queuedRequests: 0 };
  assertEquals(server.stats, { ...stats, ...none, draining: true });
});

test("a worker that cannot listen tells why and lets go", async () => {
  const { channel, fixture } = channelFixture();
  const { server } = serverFixture(Promise.reject(new Error("in use")));
  attachWorker(channel, server, new ManualClock());
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(fixture.sent, [{ kind: "failed", value: "in use" }]);
  assert(fixture.closed);
});

test("a worker sends its metrics where they are asked for, and keeps those of all", async () => {
  const { channel, fixture } = channelFixture();
  const { server } = serverFixture(Promise.resolve(ADDRESS));
  const news: { metricsOfAll: string | undefined } = { metricsOfAll: undefined };
  attachWorker(channel, server, new ManualClock(), news);
  await Promise.resolve();
  assertEquals(fixture.sent[1], { kind: "report", value: { stats: STATS, metrics: "a 1\n" } });
  fixture.hear({ kind: "metrics", value: "a 2\n" });
  assertEquals(news.metricsOfAll, "a 2\n");
  fixture.gone();
});

test("a worker takes a new certificate, and tells if it cannot", async () => {
  const { channel, fixture } = channelFixture();
  const { server, calls } = serverFixture(Promise.resolve(ADDRESS));
  const clock = new ManualClock();
  attachWorker(channel, server, clock);
  await Promise.resolve();
  fixture.hear({ kind: "reload", value: { cert: "c", key: "k" } });
  fixture.hear({ kind: "reload", value: { cert: "", key: "k" } });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(calls, [["reload", { cert: "c", key: "k" }], ["reload", { cert: "", key: "k" }]]);
  assertEquals(fixture.sent.at(-1), { kind: "reload_failed", value: "no certificate" });
  fixture.gone();
});

test("what workers say is passed on, and the pool can speak to all or to one", async () => {
  const heard: unknown[][] = [];
  const { pool, started } = setup({
    onMessage: (worker, message) => heard.push([worker, message]),
  });
  for (const worker of started) worker.events.message(READY);
  await pool.ready;
  started[1]!.events.message({ kind: "stats", value: 1 });
  assertEquals(heard, [[2, { kind: "stats", value: 1 }]]);
  pool.send({ kind: "a" });
  pool.send({ kind: "b" }, 2);
  assertEquals(started.map((worker) => worker.sent.map((message) => message.kind)), [["a"], [
    "a",
    "b",
  ]]);
});
