/** Every timeout, by a clock that a test turns. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { FakeNetwork, FakeTime } from "../support/http_fake.ts";
import { statuses } from "../support/http_raw.ts";
import { MAX_PROBES } from "../../src/http/defaults.ts";
import type { TimeoutPhase } from "../../src/http/events.ts";
import type { ServeOptions } from "../../src/http/options.ts";
import { HttpServer } from "../../src/http/server.ts";
import type { Handler } from "../../src/http/types.ts";

interface Bench {
  readonly server: HttpServer;
  readonly network: FakeNetwork;
  readonly time: FakeTime;
  readonly phases: TimeoutPhase[];
}

async function bench(handler: Handler, options: ServeOptions = {}): Promise<Bench> {
  const time = new FakeTime();
  const network = new FakeNetwork();
  const phases: TimeoutPhase[] = [];
  const server = new HttpServer(
    { network, clock: time, wallClock: () => 1_700_000_000_000 + time.now() },
    handler,
    { ...options, events: { timedOut: (phase) => phases.push(phase) } },
  );
  await server.ready;
  return { server, network, time, phases };
}

const GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

test("a silent connection gets a plain FIN after headersTimeoutMs", async () => {
  const { network, time, phases } = await bench(() => new Response());
  const peer = network.open();
  time.advance(9_800);
  assert(!peer.finished);
  time.advance(400);
  assert(peer.finished);
  assertEquals(peer.sent, "");
  assertEquals(phases, ["headers"]);
});

test("a head that stalls or drips gets 408, however often a byte comes", async () => {
  const { network, time, phases } = await bench(() => new Response());
  const stalled = network.open();
  stalled.receive("GET / HTT");
  const dripping = network.open();
  for (let i = 0; i < 102; i++) {
    dripping.receive(i === 0 ? "G" : i < 3 ? "ET"[i - 1]! : i === 3 ? " " : "/");
    time.advance(100);
  }
  for (const peer of [stalled, dripping]) {
    assertEquals(statuses(peer.sent), [408]);
    assert(peer.sent.includes("Connection: close") && peer.finished);
  }
  assertEquals(phases, ["headers", "headers"]);
});

test("the next head's time begins with its first byte", async () => {
  const { network, time } = await bench(() => new Response("x"));
  const peer = network.open();
  peer.receive(GET);
  time.advance(50_000);
  peer.receive("GET / ");
  time.advance(9_000);
  assertEquals(statuses(peer.sent), [200]);
  peer.receive("HTTP/1.1\r\nHost: a\r\n\r\n");
  assertEquals(statuses(peer.sent), [200, 200]);
});

test("the next head's time begins with its first byte, also behind a request that takes long", async () => {
  const answers: ((response: Response) => void)[] = [];
  const slow = () => new Promise<Response>((resolve) => answers.push(resolve));
  const { network, time, phases } = await bench(slow, {
    requestTimeoutMs: 0,
    bodyTimeoutMs: 60_000,
    minBodyRate: 0,
  });
  const handler = network.open();
  handler.receive(GET);
  const body = network.open();
  body.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n");
  time.advance(4_000);
  body.receive("a");
  time.advance(20_000);
  handler.receive("GET / HT");
  body.receive("bGET / HT"); // in one piece with the end of the body
  time.advance(9_000);
  assertEquals(phases, []);
  for (const peer of [handler, body]) {
    peer.receive("TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }
  for (let i = 0; i < 4; i++) {
    for (const answer of answers.splice(0)) answer(new Response("x"));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  for (const peer of [handler, body]) assertEquals(statuses(peer.sent), [200, 200]);
});

test("a head that was kept waiting by this side has its time from then on", async () => {
  const answers: ((response: Response) => void)[] = [];
  const slow = () => new Promise<Response>((resolve) => answers.push(resolve));
  const { network, time, phases } = await bench(slow, { requestTimeoutMs: 0, maxPipelined: 1 });
  const peer = network.open();
  peer.receive(GET + "GET / HT");
  assert(peer.paused);
  time.advance(20_000);
  answers[0]!(new Response("x"));
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert(!peer.paused);
  time.advance(9_000);
  assertEquals(phases, []);
  time.advance(1_200);
  assertEquals(phases, ["headers"]);
  assertEquals(statuses(peer.sent), [200, 408]);
});

test("waits for a slot and for a stop's end are told as what they are", async () => {
  const { server, network, time, phases } = await bench(
    () => new Promise(() => {}),
    { maxConcurrentRequests: 1, requestTimeoutMs: 0 },
  );
  const [running, waiting] = [network.open(), network.open()];
  running.receive(GET);
  waiting.receive(GET);
  time.advance(1_200);
  await new Promise((resolve) => setTimeout(resolve, 0));
  assertEquals(statuses(waiting.sent), [503]);
  assertEquals(phases, ["queue"]);
  waiting.drop();
  void server.stop();
  time.advance(10_000);
  assert(running.destroyed);
  assertEquals(phases, ["queue", "drain"]);
});

test("a request that waited for a slot begins when it gets one", async () => {
  const answers: ((response: Response) => void)[] = [];
  const waits: number[] = [];
  const time = new FakeTime();
  const network = new FakeNetwork();
  const server = new HttpServer(
    { network, clock: time, wallClock: () => time.now() },
    () => new Promise<Response>((resolve) => answers.push(resolve)),
    {
      maxConcurrentRequests: 1,
      events: { requestFinished: (request) => waits.push(request.startedAt - request.receivedAt) },
    },
  );
  await server.ready;
  for (const peer of [network.open(), network.open()]) peer.receive(GET);
  for (let i = 0; i < 2; i++) {
    time.advance(50); // less than a tick
    answers[i]!(new Response("x"));
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  assertEquals(waits, [0, 50]);
});

test("an idle connection gets a plain FIN after keepAliveTimeoutMs", async () => {
  const { network, time, phases } = await bench(() => new Response("x"));
  const peer = network.open();
  peer.receive(GET);
  time.advance(64_900);
  assert(!peer.finished);
  time.advance(300);
  assert(peer.finished);
  assertEquals(statuses(peer.sent), [200]);
  assertEquals(phases, ["keep_alive"]);
});

test("a body that stops gets 408, and the handler's read fails", async () => {
  let failure: unknown;
  const { network, time, phases } = await bench(async (request) => {
    await request.text().catch((error) => failure = error);
    return new Response("late");
  }, { minBodyRate: 0 });
  const peer = network.open();
  peer.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123");
  time.advance(15_200);
  await turns();
  assertEquals(statuses(peer.sent), [408]);
  assert(peer.finished && failure instanceof Error);
  assertEquals(phases, ["body"]);
});

test("a body slower than minBodyRate gets 408 after 5 s", async () => {
  const { network, time, phases } = await bench(async (request) =>
    new Response(await request.text())
  );
  const peer = network.open();
  peer.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");
  for (let i = 0; i < 6; i++) {
    peer.receive("x".repeat(100));
    time.advance(1_000);
  }
  await turns();
  assertEquals(statuses(peer.sent), [408]);
  assertEquals(phases, ["body_rate"]);
});

test("a body that is fast enough is not late, and one that the handler holds up is not either", async () => {
  let go!: () => void;
  const wait = new Promise<void>((resolve) => go = resolve);
  const { network, time, phases } = await bench(async (request) => {
    await wait;
    return new Response(String((await request.arrayBuffer()).byteLength));
  });
  const peer = network.open();
  const size = 200_000;
  peer.receive(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size}\r\n\r\n`);
  peer.receive("x".repeat(100_000));
  assert(peer.paused);
  time.advance(20_000);
  go();
  await turns();
  assert(!peer.paused);
  peer.receive("x".repeat(100_000));
  await turns();
  assert(peer.sent.endsWith("200000"), peer.sent);
  assertEquals(phases, []);
});

test("a handler that takes too long gets 504, its signal aborts, and the connection goes on", async () => {
  const reasons: unknown[] = [];
  let finish!: (response: Response) => void;
  const { network, time, phases, server } = await bench((request) => {
    if (request.url.endsWith("/next")) return new Response("next");
    request.signal.addEventListener("abort", () => reasons.push(request.signal.reason));
    return new Promise((resolve) => finish = resolve);
  });
  const peer = network.open();
  peer.receive(GET);
  time.advance(30_200);
  await turns();
  assertEquals(statuses(peer.sent), [504]);
  assertEquals((reasons[0] as Error).name, "TimeoutError");
  assertEquals(phases, ["request"]);
  peer.receive("GET /next HTTP/1.1\r\nHost: a\r\n\r\n");
  finish(new Response("too late"));
  await turns();
  assertEquals(statuses(peer.sent), [504, 200]);
  assert(!peer.sent.includes("too late"));
  assertEquals(server.stats.activeRequests, 0);
});

test("a stream that has begun is not ended by requestTimeoutMs", async () => {
  const { network, time, phases } = await bench(() => new Response(new ReadableStream()));
  const peer = network.open();
  peer.receive(GET);
  await turns();
  time.advance(60_000);
  assertEquals(statuses(peer.sent), [200]);
  assertEquals(phases, []);
});

test("a reader without progress is reset after writeTimeoutMs, one with progress is not", async () => {
  const { network, time, phases } = await bench(() => new Response("x".repeat(100_000)));
  const stuck = network.open();
  const slow = network.open();
  for (const peer of [stuck, slow]) {
    peer.stuck = true;
    peer.receive(GET);
  }
  for (let i = 0; i < 40; i++) {
    slow.bufferedBytes -= 100;
    time.advance(1_000);
  }
  assert(stuck.destroyed && !slow.destroyed);
  assertEquals(phases, ["write"]);
});

test("an early answer with a full buffer behind it does not stop the connection", async () => {
  const late: unknown[] = [];
  const { network, time, phases } = await bench((request) => {
    const { body } = request;
    if (body) setTimeout(() => request.text().then((t) => late.push(t), (e) => late.push(e)));
    return new Response("early");
  });
  for (const size of [100, 65_536, 100_000, 200_000]) {
    const peer = network.open();
    // In one piece, as Deno and Bun hand it up: the buffer is full before the handler is called.
    peer.receive(
      `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${size + 10}\r\n\r\n${"x".repeat(size)}`,
    );
    assertEquals(statuses(peer.sent), [200], `${size}`);
    assert(!peer.sent.includes("close") && !peer.paused);
    peer.receive("x".repeat(10) + GET);
    assertEquals(statuses(peer.sent), [200, 200], `${size}`);
    time.advance(5_000);
    assert(!peer.finished);
  }
  assertEquals(phases, []);
  await new Promise((resolve) => setTimeout(resolve, 5));
  // Whoever reads on after the answer is not given a part for the whole.
  assertEquals(late.length, 4);
  assert(late.every((outcome) => outcome instanceof Error), `${late}`);
});

test("after an error answer the connection is read on for lingerMs, then dropped", async () => {
  const { network, time } = await bench(() => new Response());
  const peer = network.open();
  peer.receive("BAD\r\n\r\n");
  assertEquals(statuses(peer.sent), [400]);
  assert(peer.finished && !peer.destroyed && !peer.paused);
  peer.receive("x".repeat(1_000));
  time.advance(1_300);
  assert(!peer.destroyed);
  time.advance(400);
  assert(peer.destroyed);
});

test("after an error answer at most lingerBytes are read", async () => {
  const { network, time } = await bench(() => new Response());
  const peer = network.open();
  peer.receive("BAD\r\n\r\n");
  for (let i = 0; i < 4; i++) peer.receive("x".repeat(64 * 1024));
  assert(!peer.paused);
  peer.receive("x");
  assert(peer.paused && !peer.destroyed); // a reset now could cost the client its answer
  time.advance(1_600);
  assert(peer.destroyed);
});

test("a refused connection is read on for lingerBytes and lingerMs", async () => {
  const { network, time } = await bench(() => new Response(), { maxConnections: 1 });
  network.open().receive("GET /");
  const peer = network.open();
  assertEquals(statuses(peer.sent), [503]);
  for (let i = 0; i < 4; i++) peer.receive("x".repeat(64 * 1024));
  assert(peer.finished && !peer.paused);
  peer.receive("x");
  assert(peer.paused && !peer.destroyed);
  time.advance(1_600);
  assert(peer.destroyed);
});

/** A stream that a test feeds. */
function fed(): { response: Response; send: (text: string) => Promise<void>; cancelled: boolean } {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const stream = {
    response: new Response(
      new ReadableStream<Uint8Array>({
        start: (given) => void (controller = given),
        cancel: () => void (stream.cancelled = true),
      }),
    ),
    send: async (text: string) => {
      controller.enqueue(new TextEncoder().encode(text));
      await turns();
    },
    cancelled: false,
  };
  return stream;
}

test("a client that ended its side is looked for while a stream says nothing", async () => {
  const stream = fed();
  const { network, time, phases } = await bench(() => stream.response, { requestTimeoutMs: 0 });
  const peer = network.open();
  peer.receive(GET);
  await stream.send("one");
  const written = () => peer.sent.slice(peer.sent.indexOf("3\r\none"));
  time.advance(10_000);
  assertEquals(written(), "3\r\none\r\n"); // it may still speak: nothing to find out
  peer.finish();
  time.advance(200);
  assertEquals(written(), "3\r\none\r\n0");
  time.advance(1_000);
  assertEquals(written(), "3\r\none\r\n00");
  await stream.send("two");
  assertEquals(written(), "3\r\none\r\n003\r\ntwo\r\n"); // the same size, with zeros before
  time.advance(120_000);
  assertEquals(written(), "3\r\none\r\n003\r\ntwo\r\n" + "0".repeat(MAX_PROBES));
  assert(!stream.cancelled);
  peer.drop(); // the reset that a probe brought
  await turns();
  assert(stream.cancelled);
  assertEquals(phases, []);
});

test("a client that ended its side waits for a silent stream no longer than requestTimeoutMs", async () => {
  const stream = fed();
  stream.response.headers.set("content-length", "10");
  const { network, time, phases } = await bench(() => stream.response);
  const peer = network.open();
  peer.receive(GET);
  await stream.send("one");
  peer.finish();
  time.advance(29_000);
  await stream.send("two");
  time.advance(29_000);
  assert(peer.sent.endsWith("\r\n\r\nonetwo") && !peer.destroyed); // nothing means nothing here
  time.advance(2_000);
  assert(peer.destroyed);
  await turns();
  assert(stream.cancelled);
  assertEquals(phases, ["request"]);
});

test("a client that is not read from is looked for while a stream says nothing", async () => {
  const stream = fed();
  const { network, time, phases } = await bench(() => stream.response);
  const peer = network.open();
  peer.receive(GET + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" + GET);
  await stream.send("one");
  assert(peer.paused); // a request waits behind, so neither a FIN nor a reset is seen
  const written = () => peer.sent.slice(peer.sent.indexOf("3\r\none"));
  time.advance(1_200);
  assertEquals(written(), "3\r\none\r\n00");
  await stream.send("two");
  time.advance(29_000);
  assertEquals(written(), "3\r\none\r\n003\r\ntwo\r\n" + "0".repeat(MAX_PROBES));
  assert(!peer.destroyed);
  time.advance(1_200);
  assert(peer.destroyed);
  await turns();
  assert(stream.cancelled);
  assertEquals(phases, ["request"]);
});

test("a stream may say nothing for long while its client is read from, also if it was not before", async () => {
  const stream = fed();
  let body!: ReadableStreamDefaultReader<Uint8Array>;
  const { network, time, phases } = await bench((request) => {
    body = request.body!.getReader();
    return stream.response;
  }, { bodyTimeoutMs: 600_000, minBodyRate: 0 });
  const peer = network.open();
  peer.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 600000\r\n\r\n");
  for (let i = 0; i < 3; i++) {
    for (let piece = 0; piece < 2; piece++) { // the first may be what is being read
      peer.receive("x".repeat(66_000));
      await turns();
    }
    assert(peer.paused);
    while (peer.paused) {
      time.advance(300);
      body.read().catch(() => {});
      await turns();
    }
    time.advance(29_000);
  }
  assert(!peer.destroyed && !stream.cancelled);
  assertEquals(phases, []);
});

test("a full body that waited for its turn, and is answered at once, is not read on", async () => {
  const answers: ((response: Response) => void)[] = [];
  const { server, network } = await bench((request) =>
    request.method === "GET"
      ? new Promise<Response>((resolve) => answers.push(resolve))
      : new Response("early")
  );
  const peer = network.open();
  peer.receive(GET + "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (let i = 0; i < 4; i++) peer.receive(`7d00\r\n${"x".repeat(32_000)}\r\n`);
  answers[0]!(new Response("first"));
  await turns();
  assertEquals(statuses(peer.sent), [200, 200]);
  assert(peer.sent.endsWith("Connection: close\r\n\r\nearly") && peer.finished, peer.sent);
  assertEquals(server.stats.activeRequests, 0);
});

test("a flood behind a slow handler stops being read, and is answered in the end", async () => {
  const releases: (() => void)[] = [];
  const { network } = await bench(async () => {
    await new Promise<void>((resolve) => releases.push(resolve));
    return new Response("x");
  });
  const peer = network.open();
  peer.receive(GET.repeat(40));
  assert(peer.paused);
  assertEquals(releases.length, 16);
  for (let i = 0; i < 40; i++) {
    releases[i]!();
    await turns();
  }
  assertEquals(statuses(peer.sent).length, 40);
  assert(!peer.paused);
});

test("what does not change keeps no timer: a server without connections lets the process end", async () => {
  const { network, time, server } = await bench(() => new Response("x"));
  assertEquals(time.pending, 0);
  const peer = network.open();
  assertEquals(time.pending, 1);
  peer.drop();
  await turns();
  time.advance(200);
  assertEquals(time.pending, 0);
  await server.stop();
  assertEquals(time.pending, 0);
});

/** Lets promises settle. */
async function turns(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}
