/** What clients and machines do to a server. Each scenario throws if the server does not stand it. */

import process from "node:process";
import {
  ask,
  type Client,
  type Counted,
  eventually,
  expect,
  open,
  type Runtime,
  sleep,
  type Victim,
} from "./harness.ts";

/** A scenario. */
export interface Scenario {
  readonly name: string;
  /** Options of the server beside the short waits. */
  readonly options?: object;
  /** Limit of open files. */
  readonly descriptors?: number;
  /** Files that the program holds open. */
  readonly files?: number;
  /** Where it can be stood; default everywhere. */
  readonly runtimes?: readonly Runtime[];
  /** Whether the server ends in it. */
  readonly ends?: boolean;
  /** Answers with what is worth telling. */
  readonly run: (victim: Victim) => Promise<string>;
}

const HEAD = "Host: a\r\n";
const MIB = 1024 * 1024;

/** Half a second: ticks, and a busy machine. */
const SLACK_MS = 500;

function expectAfter(client: Client, ms: number): void {
  const after = client.endedAfter();
  expect(
    after >= ms - 150 && after <= ms + 1500 + SLACK_MS,
    `It ended after ${after} ms, not ${ms}`,
  );
}

/** Connections that have sent `first` as soon as they were open, a hundred at a time. */
async function many(
  count: number,
  port: number,
  first: string,
): Promise<Client[]> {
  const clients: Client[] = [];
  for (let at = 0; at < count; at += 100) {
    const batch = Array.from(
      { length: Math.min(100, count - at) },
      async () => {
        const client = await open(port);
        if (first) client.socket.write(first);
        return client;
      },
    );
    clients.push(...await Promise.all(batch));
  }
  return clients;
}

function destroyAll(clients: readonly Client[]): void {
  for (const client of clients) client.socket.destroy();
}

/** Milliseconds until a server that was full answers again: at most a second. */
async function recovery(victim: Victim): Promise<number> {
  const since = Date.now();
  let answer = "";
  while (!answer.includes("200 OK") && Date.now() - since < 3_000) {
    answer = await ask(victim.port).catch(() => "");
  }
  const took = Date.now() - since;
  expect(took < 1_000 + SLACK_MS, `It recovers only after ${took} ms`);
  return took;
}

async function drip(
  client: Client,
  text: string,
  everyMs: number,
): Promise<void> {
  for (const char of text) {
    if (client.socket.destroyed || client.endedAfter() >= 0) return;
    client.socket.write(char);
    await sleep(everyMs);
  }
}

/** All scenarios. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "silent: nothing is ever sent",
    run: async ({ port }) => {
      const client = await open(port);
      await client.gone;
      expect(
        client.received() === "" && !client.wasReset(),
        "A silent client got more than a FIN",
      );
      expectAfter(client, 800);
      return `FIN after ${client.endedAfter()} ms`;
    },
  },
  {
    name: "slow: half a head, then nothing",
    run: async ({ port }) => {
      const client = await open(port);
      client.socket.write("GET / HTTP/1.1\r\nHo");
      await client.gone;
      expect(
        client.received().startsWith("HTTP/1.1 408 "),
        `Got ${client.received()}`,
      );
      expectAfter(client, 800);
      return `408 after ${client.endedAfter()} ms`;
    },
  },
  {
    name: "slow: a head, byte by byte",
    run: async ({ port }) => {
      const client = await open(port);
      await drip(
        client,
        "GET / HTTP/1.1\r\nHost: a\r\nX: " + "y".repeat(200),
        20,
      );
      await client.gone;
      expect(
        client.received().startsWith("HTTP/1.1 408 "),
        `Got ${client.received()}`,
      );
      return `408 after ${client.endedAfter()} ms`;
    },
  },
  {
    name: "slow: half a body, then nothing",
    run: async ({ port }) => {
      const client = await open(port);
      client.socket.write(
        `POST /echo HTTP/1.1\r\n${HEAD}Content-Length: 10\r\n\r\nhalf`,
      );
      await client.gone;
      expect(
        client.received().startsWith("HTTP/1.1 408 "),
        `Got ${client.received()}`,
      );
      expectAfter(client, 600);
      return `408 after ${client.endedAfter()} ms`;
    },
  },
  {
    name: "slow: a body below the least rate",
    run: async ({ port }) => {
      const client = await open(port);
      client.socket.write(
        `POST /echo HTTP/1.1\r\n${HEAD}Content-Length: 1000\r\n\r\n`,
      );
      await drip(client, "x".repeat(200), 100);
      await client.gone;
      expect(
        client.received().startsWith("HTTP/1.1 408 "),
        `Got ${client.received()}`,
      );
      expect(
        client.endedAfter() < 9_000,
        `Only after ${client.endedAfter()} ms`,
      );
      return `408 after ${client.endedAfter()} ms`;
    },
  },
  {
    name: "reads nothing of a 256 MiB stream",
    run: async (victim) => {
      const before = victim.memory();
      const client = await open(victim.port, { reads: false });
      client.socket.write(`GET /stream?mib=256 HTTP/1.1\r\n${HEAD}\r\n`);
      let most = before;
      let counted: Counted = await victim.counted();
      const until = Date.now() + 8_000;
      do {
        await sleep(100);
        counted = await victim.counted();
        most = Math.max(most, victim.memory());
      } while (
        (counted.connections > 0 || counted.accepted === 0) &&
        Date.now() < until
      );
      expect(counted.connections === 0, "The connection stays open");
      expect(
        counted.timeouts.write === 1,
        `Timeouts: ${JSON.stringify(counted.timeouts)}`,
      );
      const grown = (most - before) / MIB;
      expect(grown < 64, `Memory grew by ${grown.toFixed(0)} MiB`);
      client.socket.destroy();
      return `reset; memory +${grown.toFixed(1)} MiB`;
    },
  },
  {
    name: "a 20 MiB body is answered 413 unread",
    run: async (victim) => {
      const client = await open(victim.port);
      client.socket.write(
        `POST /echo HTTP/1.1\r\n${HEAD}Content-Length: ${20 * MIB}\r\n\r\n`,
      );
      await eventually(
        "413",
        () => client.received().startsWith("HTTP/1.1 413 "),
      );
      const piece = Buffer.alloc(MIB);
      for (let i = 0; i < 20 && !client.socket.destroyed; i++) {
        client.socket.write(piece);
      }
      await client.gone;
      const { bytesIn } = await victim.quiet();
      expect(bytesIn < MIB, `${bytesIn} bytes were read`);
      return `413, ${Math.round(bytesIn / 1024)} KiB read away`;
    },
  },
  {
    name: "Expect: 100-continue with a body over the limit",
    run: async ({ port }) => {
      const client = await open(port);
      client.socket.write(
        `PUT /echo HTTP/1.1\r\n${HEAD}Expect: 100-continue\r\nContent-Length: ${20 * MIB}\r\n\r\n`,
      );
      await client.gone;
      expect(
        client.received().startsWith("HTTP/1.1 413 "),
        `Got ${client.received()}`,
      );
      return "413, no 100";
    },
  },
  {
    name: "resets at each stage, 50 of each",
    run: async (victim) => {
      const stages: Record<string, string> = {
        connected: "",
        line: "GET / HT",
        head: `GET / HTTP/1.1\r\n${HEAD}X-`,
        body: `POST /echo HTTP/1.1\r\n${HEAD}Content-Length: 1000\r\n\r\nhalf`,
        chunk: `POST /echo HTTP/1.1\r\n${HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nhe`,
        handler: `GET /slow HTTP/1.1\r\n${HEAD}\r\n`,
        answer: `GET /stream?mib=4 HTTP/1.1\r\n${HEAD}\r\n`,
        pipeline: `GET /slow HTTP/1.1\r\n${HEAD}\r\n`.repeat(8),
      };
      let sent = 0;
      for (const bytes of Object.values(stages)) {
        const clients = await many(50, victim.port, bytes);
        await sleep(20);
        for (const client of clients) client.socket.resetAndDestroy();
        sent += clients.length;
      }
      const counted = await victim.quiet(8_000);
      return `${sent} resets, ${counted.outcomes.client_aborted} requests aborted`;
    },
  },
  {
    name: "2,000 connections, half of them in mid-head",
    run: async (victim) => {
      const idle = await many(
        1000,
        victim.port,
        `GET / HTTP/1.1\r\n${HEAD}\r\n`,
      );
      const half = await many(1000, victim.port, `GET / HTTP/1.1\r\nHo`);
      const since = Date.now();
      expect(
        (await ask(victim.port)).includes("200 OK"),
        "No answer beside them",
      );
      const took = Date.now() - since;
      await Promise.all(half.map((client) => client.gone));
      const late = half.filter((client) => client.received().startsWith("HTTP/1.1 408 "))
        .length;
      let { connections } = await victim.counted();
      for (let waited = 0; connections > 1000 && waited < 2_000; waited += 20) {
        await sleep(20);
        ({ connections } = await victim.counted());
      }
      expect(connections === 1000, `${connections} connections, not 1000`);
      const answered = idle.filter((client) => client.received().includes("200 OK")).length;
      destroyAll(idle);
      expect(answered === 1000, `${answered} of 1000 answered`);
      const other = half.find((client) => !client.received().startsWith("HTTP/1.1 408 "));
      expect(
        late === 1000,
        `${late} of 1000 got 408, others ${other?.wasReset() ? "a reset" : other?.received()}`,
      );
      return `1000 × 200, 1000 × 408, another answered in ${took} ms`;
    },
  },
  {
    name: "2,000 short connections",
    run: async (victim) => {
      const since = Date.now();
      let good = 0;
      for (let round = 0; round < 40; round++) {
        const answers = await Promise.all(
          Array.from({ length: 50 }, () => ask(victim.port)),
        );
        good += answers.filter((answer) => answer.includes("200 OK")).length;
      }
      expect(good === 2000, `${good} of 2000 answered`);
      return `${Math.round(2000 / ((Date.now() - since) / 1000))} a second`;
    },
  },
  {
    name: "more requests than slots",
    options: {
      maxConcurrentRequests: 4,
      maxQueuedRequests: 4,
      queueTimeoutMs: 200,
    },
    run: async (victim) => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => ask(victim.port, "/slow?ms=400")),
      );
      const full = answers.filter((answer) => answer.startsWith("HTTP/1.1 503 "));
      const good = answers.filter((answer) => answer.startsWith("HTTP/1.1 200 ")).length;
      expect(
        good >= 4 && good + full.length === 40,
        `${good} answers, ${full.length} refusals`,
      );
      expect(
        full.every((answer) => /retry-after/i.test(answer)),
        "503 without Retry-After",
      );
      return `${good} × 200, ${full.length} × 503`;
    },
  },
  {
    name: "more connections than allowed",
    options: { maxConnections: 50 },
    run: async (victim) => {
      const held = await many(50, victim.port, "GET / HT");
      const answer = await ask(victim.port);
      expect(
        answer.startsWith("HTTP/1.1 503 ") && /retry-after/i.test(answer),
        `Got ${answer}`,
      );
      destroyAll(held);
      await victim.quiet();
      expect(
        (await ask(victim.port)).includes("200 OK"),
        "No answer afterwards",
      );
      return "503, then 200";
    },
  },
  {
    name: "1,000 pipelined requests, nothing read meanwhile",
    run: async (victim) => {
      const client = await open(victim.port, { reads: false });
      client.socket.write(`GET /bytes HTTP/1.1\r\n${HEAD}\r\n`.repeat(1000));
      await sleep(700);
      const { started } = await victim.counted();
      expect(
        started < 100,
        `${started} requests were begun for a client that reads nothing`,
      );
      const memory = victim.memory();
      client.socket.destroy();
      await victim.quiet();
      return `${started} begun, ${Math.round(memory / MIB)} MiB`;
    },
  },
  {
    name: "no descriptors left (128), 60 of them taken by files",
    descriptors: 128,
    files: 60,
    // Bun tells nobody that it cannot accept, and tries again at once: there the cap alone holds.
    options: { headersTimeoutMs: 60_000 },
    run: async (victim) => {
      const held = await many(300, victim.port, "");
      await sleep(500);
      const before = victim.processorMs();
      await sleep(2_000);
      const cpu = (victim.processorMs() - before) / 2_000;
      const after = await victim.counted();
      expect(cpu < 0.05, `It takes ${(cpu * 100).toFixed(1)} % of a core`);
      destroyAll(held);
      const took = await recovery(victim);
      return `${after.accepted} accepted, ${
        (cpu * 100).toFixed(1)
      } % of a core, back in ${took} ms`;
    },
  },
  {
    name: "more connections than descriptors (128)",
    descriptors: 128,
    run: async (victim) => {
      const before = victim.processorMs();
      const held = await many(300, victim.port, `GET / HT`);
      await sleep(600);
      const took = victim.processorMs() - before;
      expect(took < 300, `It took ${took} ms of processor time within 600 ms`);
      const { accepted, rejected } = await victim.counted();
      await Promise.all(held.map((client) => client.gone));
      await recovery(victim);
      return `${accepted} accepted, ${rejected.max_connections} refused, ${took} ms of processor time`;
    },
  },
  {
    name: "memory over 60,000 requests",
    run: async (victim) => {
      const burst = async (): Promise<void> => {
        const client = await open(victim.port);
        for (let i = 0; i < 200; i++) {
          client.socket.write(
            `GET / HTTP/1.1\r\n${HEAD}X-N: ${i}\r\n\r\n`.repeat(10),
          );
          if (i % 20 === 19) await sleep(1);
        }
        client.socket.end();
        await client.gone;
      };
      for (let i = 0; i < 10; i++) await burst();
      await victim.quiet();
      const before = victim.memory();
      for (let i = 0; i < 20; i++) await burst();
      const counted = await victim.quiet();
      const grown = (victim.memory() - before) / MIB;
      expect(counted.finished === 60_000, `${counted.finished} requests`);
      expect(grown < 48, `Memory grew by ${grown.toFixed(1)} MiB`);
      return `+${grown.toFixed(1)} MiB over the last 40,000`;
    },
  },
  {
    name: "SIGTERM with idle, silent, half-head and working connections",
    ends: true,
    options: { headersTimeoutMs: 10_000, drainTimeoutMs: 1_500 },
    run: async (victim) => {
      const idle = await many(5, victim.port, `GET / HTTP/1.1\r\n${HEAD}\r\n`);
      const silent = await many(5, victim.port, "");
      const half = await many(5, victim.port, "GET / HTTP/1.1\r\nHo");
      const working = await many(
        5,
        victim.port,
        `GET /slow?ms=400 HTTP/1.1\r\n${HEAD}\r\n`,
      );
      await sleep(100);
      const code = new Promise<number | null>((resolve) => victim.child.once("exit", resolve));
      const since = Date.now();
      process.kill(victim.child.pid!, "SIGTERM");
      await Promise.all([...idle, ...silent].map((client) => client.gone));
      const idleGone = Date.now() - since;
      expect(idleGone < 300, `Idle ones were closed only after ${idleGone} ms`);
      await Promise.all(working.map((client) => client.gone));
      for (const client of working) {
        expect(
          client.received().endsWith("slow"),
          `One in work got ${client.received()}`,
        );
        expect(
          /connection: close/i.test(client.received()),
          "The end was not announced",
        );
      }
      await Promise.all(half.map((client) => client.gone));
      const lastGone = Date.now();
      expect(await code === 0, `It ended with ${await code}`);
      const exit = Date.now() - lastGone;
      expect(
        exit < 100,
        `It ended ${exit} ms after its last connection`,
      );
      return `idle closed in ${idleGone} ms, exit ${exit} ms after the last one`;
    },
  },
  {
    name: "SIGTERM: exit after the last answer",
    ends: true,
    run: async (victim) => {
      const others = [
        ...await many(5, victim.port, `GET / HTTP/1.1\r\n${HEAD}\r\n`),
        ...await many(5, victim.port, ""),
      ];
      const [working] = await many(
        1,
        victim.port,
        `GET /slow?ms=400 HTTP/1.1\r\n${HEAD}\r\n`,
      );
      await sleep(100);
      const exited = new Promise<number>((resolve) =>
        victim.child.once("exit", () => resolve(Date.now()))
      );
      process.kill(victim.child.pid!, "SIGTERM");
      await working!.gone;
      await Promise.all(others.map((client) => client.gone));
      const answered = Number(await victim.line("exit "));
      const took = await exited - answered;
      expect(
        working!.received().endsWith("slow"),
        "The one in work was not answered",
      );
      expect(
        took < 100,
        `It ended ${took} ms after its last answer`,
      );
      return `exit ${took} ms after the last answer`;
    },
  },
];
