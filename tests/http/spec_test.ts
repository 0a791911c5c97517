/**
 * `spec/http.md`, section by section and sentence by sentence, in its order, so that a reader can
 * tick it off. A test here proves what stands in its name; what has a file of its own is named at
 * its place, with the file.
 */

import { STATUS_CODES } from "node:http";
import { test } from "node:test";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Connections } from "../../src/http/connections.ts";
import { CONNECTION_DEFAULTS, IANA_METHODS } from "../../src/http/defaults.ts";
import { NativeResponse } from "../../src/http/natives.ts";
import { resolveLimits, type ServeOptions } from "../../src/http/options.ts";
import { HttpServer } from "../../src/http/server.ts";
import type { Handler } from "../../src/http/types.ts";
import { ROWS } from "../hostile/http_rows.ts";
import { FakeNetwork, type FakePeer, FakeTime } from "../support/http_fake.ts";
import { statuses } from "../support/http_raw.ts";

interface Bench {
  readonly server: HttpServer;
  readonly time: FakeTime;
  open(): FakePeer;
}

/** A server without sockets, with a clock that a test turns. */
async function bench(handler: Handler, options: ServeOptions = {}): Promise<Bench> {
  const time = new FakeTime();
  const network = new FakeNetwork();
  const machine = { network, clock: time, wallClock: () => 1_700_000_000_000 + time.now() };
  const server = new HttpServer(machine, handler, options);
  await server.ready;
  return { server, time, open: () => network.open() };
}

/** Lets promises settle. */
async function turns(count = 5): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

function get(path: string, ...lines: string[]): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines.map((line) => line + "\r\n").join("")}\r\n`;
}

const ok: Handler = () => new Response("x");

// ## Options

test("every option has its default (docs/: docs/limits_test; refusals: server_test)", () => {
  assertEquals(resolveLimits({}, undefined), {
    maxRequestLineBytes: 8192,
    methods: IANA_METHODS,
    maxHeaderLineBytes: 8192,
    maxHeaderBytes: 32 * 1024,
    maxHeaders: 100,
    maxBodyBytes: 1024 * 1024,
    maxChunkExtensionBytes: 4096,
    maxTrailerBytes: 8192,
    maxTrailers: 32,
    strictEscapes: true,
    headersTimeoutMs: 10_000,
    bodyTimeoutMs: 15_000,
    minBodyRate: 240,
    requestTimeoutMs: 30_000,
    keepAliveTimeoutMs: 65_000,
    maxRequestsPerConnection: 10_000,
    writeTimeoutMs: 30_000,
    maxConnections: 10_000,
    maxConnectionsPerAddress: 0,
    maxConcurrentRequests: 1024,
    maxQueuedRequests: 1024,
    queueTimeoutMs: 1000,
    maxPipelined: 16,
    lingerMs: 1500,
    lingerBytes: 256 * 1024,
    halfClose: "deliver",
    drainTimeoutMs: 10_000,
  });
});

// maxRequestLineBytes, methods, header limits: hostile/http_rows.
// maxBodyBytes, per route, Expect: server_test "a body over the limit", "100 Continue".

test("share of framing in a chunked body: bounded, 431 and close; small chunks pass", async () => {
  const { open } = await bench(async (request) =>
    new Response(String((await request.text()).length))
  );
  const head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  const small = open();
  small.receive(head + "1\r\nx\r\n".repeat(20_000) + "0\r\n\r\n");
  await turns();
  assert(small.sent.endsWith("\r\n\r\n20000"), small.sent);
  const padded = open();
  padded.receive(head + "0000000000000001\r\nx\r\n".repeat(20_000));
  await turns();
  assertEquals(statuses(padded.sent), [431]);
  assert(padded.finished);
});

// Timeouts: timeouts_test. TLS handshakes: conformance/socket_tls, hostile/http_proxies_test.

test("keepAliveTimeoutMs: above 80 % of maxConnections the longest idle go first", async () => {
  const { open, time, server } = await bench(ok, { maxConnections: 10 });
  const peers: FakePeer[] = [];
  for (let i = 0; i < 8; i++) {
    const peer = open();
    peer.receive(get("/"));
    await turns(1);
    peers.push(peer);
    time.advance(10);
  }
  peers[0]!.receive(get("/")); // the first is the last that was used
  await turns(1);
  assertEquals(peers.filter((peer) => peer.finished).length, 0);
  open();
  assertEquals(peers.map((peer) => peer.finished).indexOf(true), 1);
  open();
  assertEquals(peers.map((peer) => peer.finished).slice(0, 4), [false, true, true, false]);
  void server;
});

test("maxConnections: the smaller of 10,000 and 80 % of the descriptor limit, whatever was asked", () => {
  assertEquals(resolveLimits({}, 1024).maxConnections, 819);
  assertEquals(resolveLimits({}, 1_000_000).maxConnections, 10_000);
  assertEquals(resolveLimits({ maxConnections: 5_000 }, 128).maxConnections, 102);
  assertEquals(resolveLimits({}, 1).maxConnections, 1);
});

test("maxConnections per client address: 503 with Retry-After, and an end makes room", async () => {
  const { open, server } = await bench(ok, { maxConnectionsPerAddress: 2 });
  const [first] = [open(), open()];
  const third = open();
  assertEquals(statuses(third.sent), [503]);
  assertMatch(third.sent, /\r\nRetry-After: \d+\r\n/i);
  assert(third.finished);
  assertEquals(server.metrics.rejected.max_per_address, 1);
  third.drop();
  first.drop();
  const fourth = open();
  fourth.receive(get("/"));
  await turns();
  assertEquals(statuses(fourth.sent), [200]);
});

test("peers of a Unix socket have no address: a limit for each of them is none for all", () => {
  const connections = new Connections({ ...CONNECTION_DEFAULTS, maxConnectionsPerAddress: 1 });
  const unix = { transport: "unix", path: "/run/zap.sock" } as const;
  const tcp = { transport: "tcp", hostname: "10.0.0.1", port: 4000 } as const;
  assertEquals([unix, unix].map((peer) => connections.admit(peer)), [undefined, undefined]);
  assertEquals([tcp, tcp].map((peer) => connections.admit(peer)), [undefined, "max_per_address"]);
});

// maxConcurrentRequests, queue: server_test. maxPipelined: timeouts_test "a flood behind".
// lingerMs, lingerBytes: timeouts_test. halfClose: server_test, probe_test. drainTimeoutMs: server_test.

// ## Parsing

test("after any refusal: one answer with close (none for TLS), and nothing behind is a request", async () => {
  const seen: string[] = [];
  const { open } = await bench(async (request) => {
    seen.push(new URL(request.url).pathname);
    await request.arrayBuffer().catch(() => {});
    return new Response("x");
  });
  for (const { row, input, outcome } of ROWS) {
    if (typeof outcome !== "number") continue;
    const peer = open();
    peer.receive(input);
    peer.receive(get("/smuggled"));
    await turns(1);
    const about = `${row}: ${JSON.stringify(input.slice(0, 80))}`;
    assertEquals(statuses(peer.sent), outcome === 0 ? [] : [outcome], about);
    assert(outcome === 0 ? peer.destroyed : peer.finished, about);
    assert(outcome === 0 || peer.sent.includes("\r\nConnection: close\r\n"), about);
  }
  assertEquals(seen.filter((path) => path !== "/"), []);
});

// Splits, byte by byte, sockets: hostile/http_parser_test, http_socket_test, http_pipeline_test.

test("asterisk-form: OPTIONS * is answered, without the handler", async () => {
  const { open } = await bench(() => {
    throw new Error("called");
  });
  const peer = open();
  peer.receive("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  await turns();
  assertEquals(statuses(peer.sent), [204]);
});

test("percent-encoding: malformed escapes pass where the option says so, undecoded", async () => {
  const targets: string[] = [];
  const { open } = await bench(() => new Response("x"), {
    strictEscapes: false,
    events: { requestFinished: ({ target }) => void targets.push(target) },
  });
  for (const target of ["/%", "/%00", "/%0d%0a", "/%zz?%"]) open().receive(get(target));
  await turns();
  assertEquals(targets, ["/%", "/%00", "/%0d%0a", "/%zz?%"]);
});

test("Expect: no 100 to HTTP/1.0, nor before a refusal, nor twice", async () => {
  const { open } = await bench(async (request) => {
    await request.clone().text().catch(() => {});
    return new Response(await request.text());
  });
  const old = open();
  old.receive("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  await turns();
  assertEquals(old.sent, "");
  old.receive("hello");
  await turns();
  assertEquals(statuses(old.sent), [200]);
  const twice = open();
  twice.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  await turns();
  twice.receive("he");
  await turns();
  twice.receive("llo");
  await turns();
  assertEquals(statuses(twice.sent), [100, 200]);
});

test("Upgrade: without a protocol that the handler takes it is ignored; h2c is no exception", async () => {
  const { open } = await bench(ok);
  const peer = open();
  peer.receive(
    get("/", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQ") +
      get("/next"),
  );
  await turns();
  assertEquals(statuses(peer.sent), [200, 200]);
});

test("TLS ClientHello on a plain port: close, counted (plain HTTP on a TLS port: tls_test)", async () => {
  const { open, server } = await bench(ok);
  const peer = open();
  peer.receive("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03");
  await turns();
  assert(peer.destroyed && peer.sent === "");
  assertEquals(server.metrics.parseErrors.tls_on_plain, 1);
  assertEquals(server.metrics.closed.fault, 1);
});

test("bytes after a request that closes: ignored, then the connection ends", async () => {
  const seen: string[] = [];
  const { open, time } = await bench((request) => {
    seen.push(new URL(request.url).pathname);
    return new Response("x");
  });
  const peer = open();
  peer.receive(get("/1", "Connection: close") + get("/2"));
  peer.receive("\x00garbage");
  await turns();
  assertEquals([seen, statuses(peer.sent)], [["/1"], [200]]);
  assert(peer.finished && !peer.destroyed);
  time.advance(1_700);
  assert(peer.destroyed);
});

test("bytes that cannot be parsed are answered when what came before has been, in order", async () => {
  const releases: (() => void)[] = [];
  const { open } = await bench(async () => {
    await new Promise<void>((resolve) => releases.push(resolve));
    return new Response("x");
  });
  const peer = open();
  peer.receive(get("/1") + get("/2") + "BAD\r\n\r\n");
  await turns();
  assertEquals(peer.sent, "");
  releases[1]!();
  await turns();
  assertEquals(peer.sent, "");
  releases[0]!();
  await turns();
  assertEquals(statuses(peer.sent), [200, 200, 400]);
  assert(peer.finished);
});

test("a malformed body after the response has begun ends the connection without a second response", async () => {
  const { open, server } = await bench((request) => new Response(request.body));
  const peer = open();
  peer.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n");
  await turns();
  assertEquals(statuses(peer.sent), [200]);
  peer.receive("zz\r\n" + get("/smuggled"));
  await turns();
  assertEquals(statuses(peer.sent), [200]);
  assert(!peer.sent.endsWith("0\r\n\r\n") && peer.destroyed);
  assertEquals(server.stats.activeRequests, 0);
});

test("logs never grow with a client's errors: every refused row writes nothing", async () => {
  const { console } = globalThis;
  const { error, log, warn } = console;
  const lines: unknown[] = [];
  console.error = console.log = console.warn = (line: unknown) => void lines.push(line);
  try {
    const { open } = await bench(async (request) => new Response(await request.text()));
    for (const { input } of ROWS) open().receive(input);
    await turns();
  } finally {
    Object.assign(console, { error, log, warn });
  }
  assertEquals(lines, []);
});

// ## Writing

test("every status has its reason; one that is not registered has its class's", async () => {
  const { open } = await bench((request) => {
    const status = Number(new URL(request.url).pathname.slice(1));
    return new Response(null, { status });
  });
  const peer = open();
  for (let status = 200; status < 600; status++) {
    peer.sent = "";
    peer.receive(get(`/${status}`));
    await turns(1);
    const [, code, reason] = /^HTTP\/1\.1 (\d{3}) (.*)\r\n/.exec(peer.sent) ?? [];
    assertEquals(Number(code), status);
    assert(reason !== "", peer.sent);
    const known = STATUS_CODES[status];
    // Node keeps names that RFC 9110 and later ones have changed, and one that is a joke.
    if (known !== undefined && ![413, 418, 422, 509].includes(status)) {
      assertEquals(reason!.toLowerCase(), known.toLowerCase());
    }
  }
});

test("Date: cached for its second, then the next; none where switched off; never Server", async () => {
  const dated = await bench(ok);
  const peer = dated.open();
  const dates: (string | undefined)[] = [];
  for (const ms of [0, 10, 1_000, 5_000]) {
    dated.time.advance(ms);
    peer.sent = "";
    peer.receive(get("/"));
    await turns(1);
    dates.push(/\r\nDate: (.*)\r\n/.exec(peer.sent)?.[1]);
    assert(!/\r\nserver:/i.test(peer.sent));
  }
  const seconds = dates.map((date) => Date.parse(date!) / 1000);
  assertEquals(seconds.map((second) => second - seconds[0]!), [0, 0, 1, 6]);
  const { open } = await bench(ok, { date: false });
  const undated = open();
  undated.receive(get("/") + "BAD\r\n\r\n");
  await turns();
  assertEquals(statuses(undated.sent), [200, 400]);
  assert(!/\r\ndate:/i.test(undated.sent), undated.sent);
});

test("header names and values: CR, LF, NUL are refused, never sent, whoever made the Response", async () => {
  for (const value of ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1", "a\0b"]) {
    for (const Made of [Response, NativeResponse]) {
      for (
        const headers of [
          () => ({ "x-a": value }),
          () => [["x-a", value]] as [string, string][],
          () => ({ [`x-${value}`]: "a" }),
        ]
      ) {
        const { open } = await bench(() => new Made("x", { headers: headers() }), {
          onError: () => {},
        });
        const peer = open();
        peer.receive(get("/"));
        await turns(2);
        assertEquals(statuses(peer.sent), [500]);
        assert(!/x-evil|\0/i.test(peer.sent), peer.sent);
      }
    }
  }
});

test("handler errors: the log has the request's id, the answer has nothing", async () => {
  const { console } = globalThis;
  const { error } = console;
  const lines: string[] = [];
  console.error = (line: string) => void lines.push(line);
  try {
    const { open } = await bench(() => {
      throw new Error("secret\r\nRequest forged (GET) failed: \x1b[2J\x9b2J " + "x".repeat(1e6));
    });
    const peer = open();
    peer.receive(get("/", "X-Request-Id: abc-1"));
    await turns();
    assertEquals(statuses(peer.sent), [500]);
    assert(!peer.sent.includes("secret"));
  } finally {
    console.error = error;
  }
  assertEquals(lines.map((line) => line.split("\n")[0]), [
    "Request abc-1 (GET) failed: Error: secret",
  ]);
  const [line = ""] = lines;
  assert(line.startsWith("Request abc-1 (GET) failed: Error: secret"), line.slice(0, 200));
  // What a client had a hand in begins no line of its own, obeys no terminal, and has an end.
  assertEquals(line.match(/^Request/gm)!.length, 1);
  assert(/^[\n\x20-\x7e\u00a0-\uffff]*$/.test(line), JSON.stringify(line.slice(0, 200)));
  assert(line.length < 20_000, `${line.length} characters`);
});

test("small responses leave in one write; pipelined ones are coalesced", async () => {
  const { open } = await bench(ok);
  const one = open();
  one.receive(get("/"));
  await turns();
  assertEquals([statuses(one.sent).length, one.writes], [1, 1]);
  const many = open();
  many.receive(get("/").repeat(16));
  await turns();
  assertEquals([statuses(many.sent).length, many.writes], [16, 1]);
  const releases: (() => void)[] = [];
  const later = await bench(async () => {
    await new Promise<void>((resolve) => releases.push(resolve));
    return new Response("x");
  });
  const slow = later.open();
  slow.receive(get("/").repeat(16));
  await turns();
  for (const release of releases) release(); // answers that come in the same moment
  await turns();
  assertEquals([statuses(slow.sent).length, slow.writes], [16, 1]);
});

// By body, HEAD, 1.0, streams, static responses: server_test, answers_test.

// ## Life

test("stop: a half-received request gets until the deadline, and readiness says 503 meanwhile", async () => {
  const { open, server, time } = await bench(ok, {
    health: { livez: "/livez", readyz: "/readyz" },
  });
  const paths = ["/livez", "/readyz", "/app", "/never"];
  const peers = paths.map((path) => {
    const peer = open();
    peer.receive(`GET ${path} HTTP/1.1\r\nHo`);
    return peer;
  });
  const stopped = server.stop();
  await turns();
  assertEquals(peers.map((peer) => peer.finished || peer.destroyed), [false, false, false, false]);
  for (const peer of peers.slice(0, 3)) peer.receive("st: a\r\n\r\n");
  await turns();
  assertEquals(peers.map((peer) => statuses(peer.sent)), [[200], [503], [200], []]);
  for (const peer of peers.slice(0, 3)) {
    assertStringIncludes(peer.sent, "\r\nConnection: close\r\n");
    assert(peer.finished);
    peer.drop();
  }
  time.advance(10_100);
  await stopped;
  assert(peers[3]!.finished || peers[3]!.destroyed);
  assertEquals(server.metrics.accepted, server.metrics.closedTotal);
});

// Idle, work, reset: server_test. Signals, process exit: signals_test. reload: tls_test.
// Workers: workers_test, workers_process_test. Descriptors: descriptors_test.

// ## Being seen

/** Text format 0.0.4, line by line: what Prometheus' own parser insists on. */
function checkExposition(text: string): Map<string, number> {
  const values = new Map<string, number>();
  const families = new Map<string, string>();
  let family = "";
  assert(text.endsWith("\n"));
  for (const line of text.slice(0, -1).split("\n")) {
    const meta = /^# (HELP|TYPE) ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(line);
    if (meta) {
      const [, kind, name, rest] = meta as unknown as string[];
      if (kind === "HELP") {
        assert(!families.has(name!), `${name} twice`);
        family = name!;
      } else {
        assertEquals(name, family);
        assertMatch(rest!, /^(counter|gauge|histogram)$/);
        families.set(name!, rest!);
      }
      continue;
    }
    const sample =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\[\\"n])*",?)+)\})? (\d+(?:\.\d+)?(?:e[+-]?\d+)?|NaN|\+Inf)$/
        .exec(line);
    assert(sample, `not a sample: ${line}`);
    const base = families.get(family) === "histogram"
      ? sample[1]!.replace(/_(bucket|sum|count)$/, "")
      : sample[1]!;
    assertEquals(base, family, "a sample stands with its family");
    if (families.get(family) === "counter") assertMatch(family, /_total$/);
    const key = line.slice(0, line.lastIndexOf(" "));
    assert(!values.has(key), `${key} twice`);
    values.set(key, Number(sample[3]));
  }
  return values;
}

test("metrics: valid text, the names and buckets of the spec, closed label sets under hostile traffic", async () => {
  const { open, server } = await bench((request) => {
    const { pathname } = new URL(request.url);
    return new Response("x", { status: [200, 201, 206, 404, 418, 500, 599][pathname.length % 7]! });
  }, { static: [{ path: "/s", body: "x" }] });
  const ask = (text: string) => {
    const peer = open();
    peer.receive(text);
    return peer;
  };
  for (const method of IANA_METHODS) ask(get("/a").replace("GET", method));
  for (let i = 0; i < 300; i++) {
    ask(get(`/${"p".repeat(i % 50)}${i}?{"\\x"}`, `User-Agent: "}\\ ${i}`, `Host${i}: x`));
    ask(`M${i} / HTTP/1.1\r\nHost: a\r\n\r\n`);
  }
  ask(get("/s"));
  for (const { input } of ROWS) ask(input).drop();
  await turns(10);
  const text = server.metrics.text();
  const values = checkExposition(text);
  const labels = (name: string) =>
    new Set([...text.matchAll(new RegExp(`${name}="([^"]*)"`, "g"))].map((match) => match[1]!));
  assertEquals([...labels("http_request_method")].sort(), [
    "DELETE",
    "GET",
    "HEAD",
    "OPTIONS",
    "PATCH",
    "POST",
    "PUT",
    "TRACE",
    "_OTHER",
  ]);
  assertEquals([...labels("http_route")].sort(), ["", "/s"]);
  assert(values.size < 1_500, `${values.size} series`);
  const bounds = [...text.matchAll(/^zap_http_handler_seconds_bucket\{le="([^"]+)"\}/gm)]
    .map((match) => match[1]!);
  assertEquals([bounds[0], bounds.at(-2), bounds.at(-1)], ["0.005", "10", "+Inf"]);
  for (
    const name of [
      "zap_http_connections_active",
      "zap_http_connections_idle",
      "zap_http_connections_accepted_total",
      'zap_http_connections_closed_total{cause="client"}',
      'zap_http_connections_rejected_total{reason="max_connections"}',
      'zap_http_parse_errors_total{code="line_end"}',
      'zap_http_timeouts_total{phase="headers"}',
      'zap_http_aborted_requests_total{by="client"}',
      "http_server_active_requests",
      "http_server_request_body_size_bytes_count",
      "http_server_response_body_size_bytes_count",
      "zap_http_received_bytes_total",
      "zap_http_sent_bytes_total",
      "zap_http_first_byte_seconds_count",
      "zap_http_queue_wait_seconds_count",
      "zap_http_drains_total",
    ]
  ) assert(values.has(name), name);
  const { metrics, stats } = server;
  assertEquals(metrics.accepted, metrics.closedTotal + stats.connections);
  assertEquals(metrics.started, metrics.finishedTotal + stats.activeRequests);
});

test("the access log: one line of JSON a request, whatever a client writes into it", async () => {
  const lines: string[] = [];
  const { AccessLog } = await import("../../src/http/access_log.ts");
  const log = new AccessLog({ sink: { write: (text) => void lines.push(text) } });
  const time = new FakeTime();
  const network = new FakeNetwork();
  const server = new HttpServer({ network, clock: time, wallClock: () => 0, log }, ok, {
    trustedProxies: { addresses: ["10.0.0.1"], header: "x-forwarded" },
  });
  await server.ready;
  const hostile = [
    get('/"},{"id":"x', 'X-Request-Id: a"b'),
    get("/a'\\n\\", "X-Request-Id: a%0ab"),
    get("/%1b[2J", "User-Agent: \x80\x9b2J", "X-Request-Id: \x9b2J"),
    get("/", 'X-Forwarded-For: 1.2.3.4","status":"0'),
    get("/", "X-Forwarded-For: \x9b2J"),
    get("/", "X-Forwarded-For: _" + "a".repeat(5000)),
    get("/", "X-Forwarded-For: [::1%25\x85]"),
  ];
  const peer = network.open();
  peer.receive(hostile.join(""));
  await turns();
  await log.drain();
  const text = lines.join("");
  assert(/^[\x20-\x7e\n]*$/.test(text), JSON.stringify(text));
  const records = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(records.length, hostile.length);
  assertEquals(records.map((record) => record.path), [
    '/"},{"id":"x',
    "/a'\\n\\",
    "/%1b[2J",
    "/",
    "/",
    "/",
    "/",
  ]);
  for (const record of records) {
    assertEquals(Object.keys(record).sort(), [
      "bytes",
      "client",
      "id",
      "method",
      "ms",
      "path",
      "status",
      "time",
    ]);
    assertEquals([record.status, record.client], [200, "10.0.0.1"]);
    assertMatch(record.id, /^[0-9a-f]{16}-[0-9a-z]+$/); // none of theirs was sane
  }
  peer.drop();
  await server.stop();
});

// onEvent hooks: serve_watch_test. Slow sinks: access_log_test. X-Request-Id: request_id_test.
// Trusted proxies: forwarded_test, hostile/http_proxies_test. Health: health_test.

// ## How it is proven: hostile/http_parser_test, http_pipeline_test, fuzz_http_test, scripts/faults.ts.
