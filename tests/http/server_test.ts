/** A server's life over real sockets: answers, order, ends, drains. */

import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { currentNetwork } from "../../src/runtime/current.ts";
import type { StaticResponse } from "../../src/http/static_routes.ts";
import { resolveLimits, type ServeOptions } from "../../src/http/options.ts";
import { RawClient, served, statuses, tick } from "../support/http_raw.ts";
import { rawClient } from "./raw_client.ts";

function get(path: string, ...lines: string[]): string {
  return `GET ${path} HTTP/1.1\r\nHost: a\r\n${lines.map((line) => line + "\r\n").join("")}\r\n`;
}

function post(path: string, body: string, ...lines: string[]): string {
  const all = [`Content-Length: ${body.length}`, ...lines];
  return `POST ${path} HTTP/1.1\r\nHost: a\r\n${all.map((l) => l + "\r\n").join("")}\r\n${body}`;
}

test("a request is answered with Date, length and reason, and the connection stays", async () => {
  const { server, port } = await served(() => new Response("hello"));
  const client = await RawClient.open(port);
  client.send(get("/"));
  await client.until((c) => c.received.endsWith("hello"), "an answer");
  assert(/^HTTP\/1\.1 200 OK\r\nDate: [A-Z][a-z]{2}, \d\d .* GMT\r\n/.test(client.received));
  assert(client.received.includes("Content-Length: 5\r\n"));
  assert(client.received.includes("content-type: text/plain;charset=UTF-8\r\n"));
  assert(!/server:/i.test(client.received));
  client.received = "";
  client.send(get("/", "Connection: close"));
  assert((await client.finish()).includes("Connection: close\r\n"));
  await server.stop();
});

test("pipelined answers keep their order, each handled once", async () => {
  const seen: string[] = [];
  const { server, port } = await served(async (request) => {
    const { pathname } = new URL(request.url);
    seen.push(pathname);
    await tick(Number(pathname.slice(1)) % 3 * 5);
    return new Response(pathname);
  });
  const client = await RawClient.open(port);
  const paths = Array.from({ length: 200 }, (_, i) => `/${i}`);
  client.send(
    paths.slice(0, -1).map((path) => get(path)).join("") + get("/199", "Connection: close"),
  );
  const text = await client.finish();
  assertEquals(statuses(text).length, 200);
  assertEquals([...text.matchAll(/\r\n\r\n(\/\d+)/g)].map((match) => match[1]!), paths);
  assertEquals(seen, paths);
  await server.stop();
});

test("unsafe requests of a pipeline run one after another", async () => {
  let running = 0;
  let most = 0;
  const { server, port } = await served(async (request) => {
    most = Math.max(most, ++running);
    await tick(2);
    running--;
    return new Response(await request.text());
  });
  const client = await RawClient.open(port);
  client.send(
    post("/", "one") + post("/", "two") + get("/") + post("/", "three", "Connection: close"),
  );
  const text = await client.finish();
  assertEquals(statuses(text), [200, 200, 200, 200]);
  assert(text.indexOf("one") < text.indexOf("two") && text.indexOf("two") < text.indexOf("three"));
  assertEquals(most, 1);
  await server.stop();
});

test("HEAD has the headers and no body; 204 and 304 have no length", async () => {
  const { server, port } = await served((request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/204") return new Response(null, { status: 204 });
    if (pathname === "/304") return new Response(null, { status: 304, headers: { etag: '"x"' } });
    return new Response("hello");
  });
  const client = await RawClient.open(port);
  client.send(
    get("/").replace("GET", "HEAD") + get("/204") + get("/304") + get("/end", "Connection: close"),
  );
  const answers = (await client.finish()).split(/(?=HTTP\/1\.1 )/);
  assert(answers[0]!.includes("Content-Length: 5\r\n") && answers[0]!.endsWith("\r\n\r\n"));
  assert(answers[1]!.startsWith("HTTP/1.1 204 No Content") && !/content-length/i.test(answers[1]!));
  assert(
    answers[2]!.startsWith("HTTP/1.1 304 Not Modified") && !/content-length/i.test(answers[2]!),
  );
  assert(answers[2]!.includes('etag: "x"\r\n'));
  assert(answers[3]!.endsWith("hello"));
  await server.stop();
});

test("HTTP/1.0: closes, keeps alive when asked, gets no chunks", async () => {
  const { server, port } = await served((request) =>
    request.url.endsWith("/stream")
      ? new Response(new Blob(["a", "b"]).stream().pipeThrough(new TransformStream()))
      : new Response("hi")
  );
  const plain = await RawClient.open(port);
  plain.send("GET / HTTP/1.0\r\n\r\n");
  assert((await plain.finish()).endsWith("Connection: close\r\n\r\nhi"));
  const kept = await RawClient.open(port);
  kept.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  await kept.until((c) => c.received.endsWith("hi"), "an answer");
  assert(kept.received.includes("Connection: keep-alive\r\n"));
  kept.send("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const text = await kept.finish();
  assert(text.endsWith("Connection: close\r\n\r\nab"), text);
  assert(!/transfer-encoding/i.test(text));
  await server.stop();
});

test("HTTP/1.0: nothing behind a request is begun before its answer, which may end the connection", async () => {
  const seen: string[] = [];
  const { server, port } = await served(async (request) => {
    seen.push(new URL(request.url).pathname);
    await tick(5);
    return new Response(new Blob(["stream"]).stream().pipeThrough(new TransformStream()));
  });
  const client = await RawClient.open(port);
  client.send(
    "GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
  );
  const text = await client.finish();
  assert(text.endsWith("Connection: close\r\n\r\nstream"), text);
  assertEquals(statuses(text), [200]);
  assertEquals(seen, ["/a"]);
  await server.stop();
});

test("HTTP/1.0: HEAD of a stream says that the connection stays, as it does", async () => {
  const { server, port } = await served(() =>
    new Response(new Blob(["stream"]).stream().pipeThrough(new TransformStream()))
  );
  const client = await RawClient.open(port);
  for (let i = 1; i <= 2; i++) {
    client.send("HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    await client.until((c) => statuses(c.received).length === i, `answer ${i}`);
  }
  assert(!/connection: close/i.test(client.received), client.received);
  client.destroy();
  await server.stop();
});

test("a stream is sent in chunks, and cancelled when the client goes", async () => {
  let cancelled!: () => void;
  const cancel = new Promise<void>((resolve) => cancelled = resolve);
  const { server, port } = await served((request) => {
    const bytes = new TextEncoder();
    if (request.url.endsWith("/short")) {
      return new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(bytes.encode("hello "));
            controller.enqueue(bytes.encode("world"));
            controller.close();
          },
        }),
      );
    }
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await tick(1);
          controller.enqueue(bytes.encode("x"));
        },
        cancel: () => cancelled(),
      }),
    );
  });
  const client = await RawClient.open(port);
  client.send(get("/short"));
  await client.until((c) => c.received.endsWith("0\r\n\r\n"), "the last chunk");
  assert(client.received.endsWith("6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n"));
  client.send(get("/endless"));
  await client.until((c) => c.received.includes("1\r\nx\r\n"), "a piece");
  client.destroy();
  await cancel;
  await server.stop();
});

test("a slow reader holds up the producer, not the memory", async () => {
  let produced = 0;
  const piece = new Uint8Array(64 * 1024);
  const { server, port } = await served(() =>
    new Response(
      new ReadableStream({
        pull(controller) {
          produced += piece.length;
          controller.enqueue(piece.slice());
        },
      }),
    ), { writeTimeoutMs: 300 });
  const client = await RawClient.open(port);
  client.pause();
  client.send(get("/"));
  await tick(250);
  assert(produced < 16 * 1024 * 1024, `${produced} bytes produced for a client that reads nothing`);
  while (server.stats.connections > 0) await tick(20); // reset by the write timeout
  client.resume();
  client.destroy();
  await server.stop();
});

test("an error before the head is a 500 without internals, after it a reset", async () => {
  const errors: string[] = [];
  const { server, port } = await served((request) => {
    if (request.url.endsWith("/sync")) throw new Error("secret");
    if (request.url.endsWith("/async")) return Promise.reject(new Error("secret"));
    if (request.url.endsWith("/nothing")) return undefined as unknown as Response;
    let pulls = 0;
    return new Response(
      new ReadableStream({
        async pull(controller) {
          await tick(20);
          if (pulls++ > 0) throw new Error("secret");
          controller.enqueue(new TextEncoder().encode("part"));
        },
      }),
    );
  }, { events: { handlerFailed: (error) => errors.push((error as Error).message) } });
  const client = await RawClient.open(port);
  client.send(get("/sync") + get("/async") + get("/nothing"));
  await client.until((c) => statuses(c.received).length === 3, "three answers");
  assertEquals(statuses(client.received), [500, 500, 500]);
  assert(!client.received.includes("secret"));
  client.send(get("/stream"));
  await client.until((c) => c.closed !== "no" || c.ended, "the end");
  assert(client.received.includes("part") && !client.received.endsWith("0\r\n\r\n"));
  assertEquals(errors.filter((message) => message === "secret").length, 3);
  client.destroy();
  await server.stop();
});

test("a Content-Length or Transfer-Encoding that contradicts the body is a 500", async () => {
  const { server, port } = await served((request) => {
    const path = new URL(request.url).pathname;
    if (path === "/short") return new Response("hello", { headers: { "content-length": "4" } });
    if (path === "/long") return new Response("hello", { headers: { "content-length": "6" } });
    if (path === "/te") {
      return new Response("hello", { headers: { "transfer-encoding": "chunked" } });
    }
    if (path === "/gzip") {
      return new Response("hello", { headers: { "transfer-encoding": "gzip" } });
    }
    return new Response("hello", { headers: { "content-length": "5" } });
  });
  const client = await RawClient.open(port);
  client.send(["/short", "/long", "/te", "/gzip", "/right"].map((path) => get(path)).join(""));
  await client.until((c) => c.received.endsWith("hello"), "the last answer");
  assertEquals(statuses(client.received), [500, 500, 500, 500, 200]);
  client.destroy();
  await server.stop();
});

test("100 Continue is sent when the body is first read, once; never before a refusal", async () => {
  const { server, port } = await served(async (request) => {
    if (request.url.endsWith("/refuse")) return new Response("no", { status: 403 });
    await tick(10);
    return new Response(await request.text());
  }, { maxBodyBytes: 100 });
  const client = await RawClient.open(port);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
  await client.until((c) => c.received !== "", "100");
  assertEquals(client.received, "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("hello");
  await client.until((c) => c.received.endsWith("hello"), "the answer");
  assertEquals(statuses(client.received), [100, 200]);
  client.received = "";
  client.send(
    "POST /eager HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\nhello",
  );
  await client.until((c) => c.received.endsWith("hello"), "the answer");
  assertEquals(statuses(client.received), [200]);
  client.received = "";
  client.send(
    "POST /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
  );
  const refused = await client.finish();
  assertEquals(statuses(refused), [403]);
  assert(refused.includes("Connection: close"));
  const large = await RawClient.open(port);
  large.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 101\r\nExpect: 100-continue\r\n\r\n");
  assertEquals(statuses(await large.finish()), [413]);
  await server.stop();
});

test("a body over the limit is answered 413 unread, and the client sees it", async () => {
  let called = 0;
  const { server, port } = await served(() => {
    called++;
    return new Response("ok");
  }, { bodyLimitOf: (_method, path) => path === "/large" ? 100_000_000 : undefined });
  const client = await RawClient.open(port);
  client.send(
    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n" + "x".repeat(100_000),
  );
  await client.until((c) => c.ended || c.closed !== "no", "the end");
  assertEquals(statuses(client.received), [413]);
  assertEquals(called, 0);
  client.destroy();
  const other = await RawClient.open(port);
  other.send(`POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n`);
  await other.until((c) => statuses(c.received).length > 0, "an answer");
  assertEquals(statuses(other.received), [200]);
  other.destroy();
  await server.stop();
});

test("an early answer keeps a connection whose rest is small, and ends one whose rest is not", async () => {
  const { server, port } = await served(() => new Response("early"));
  const small = await RawClient.open(port);
  small.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n12345");
  await small.until((c) => c.received.endsWith("early"), "the answer");
  assert(!small.received.includes("Connection: close"));
  small.send("67890" + get("/", "Connection: close"));
  assertEquals(statuses(await small.finish()), [200, 200]);
  const large = await RawClient.open(port);
  large.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n12345");
  const text = await large.finish();
  assertEquals(statuses(text), [200]);
  assert(text.includes("Connection: close"));
  await server.stop();
});

test("a client that ends its side still gets its answer", async () => {
  const { server, port } = await served(async () => {
    await tick(400);
    return new Response("late");
  });
  const client = await RawClient.open(port);
  client.send(get("/"));
  client.end();
  assert((await client.finish()).endsWith("late"));
  await server.stop();
});

test("halfClose abort: the end of the client's side aborts the handler", async () => {
  let aborted!: () => void;
  const abort = new Promise<void>((resolve) => aborted = resolve);
  const { server, port } = await served((request) => {
    request.signal.addEventListener("abort", () => aborted());
    return new Promise<Response>(() => {});
  }, { halfClose: "abort" });
  const client = await RawClient.open(port);
  client.send(get("/"));
  await tick(20);
  client.end();
  await abort;
  client.destroy();
  await server.stop();
});

test("a client that goes aborts the request's signal and its body", async () => {
  const failures: unknown[] = [];
  const { server, port } = await served(async (request) => {
    try {
      await request.text();
    } catch (error) {
      failures.push(error);
    }
    assert(request.signal.aborted);
    failures.push("done");
    return new Response("unseen");
  });
  const client = await RawClient.open(port);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n123");
  await tick(20);
  client.destroy();
  while (failures.length < 2) await tick(5);
  assert(failures[0] instanceof Error);
  await server.stop();
  assertEquals(server.stats.activeRequests, 0);
});

test("a request that the client's end cuts short is a 400, and no line of a log", async () => {
  const errors: unknown[] = [];
  const { server, port } = await served(
    async (request) =>
      new Response(request.url.endsWith("/echo") ? request.body : await request.text()),
    { onError: (error) => errors.push(error) },
  );
  const echo = await RawClient.open(port);
  echo.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf");
  await echo.until((c) => c.received.endsWith("half\r\n"), "the first half");
  echo.end(); // too late for a status: the answer is cut as well
  await echo.until((c) => c.closed !== "no", "the end");
  assert(!echo.received.endsWith("0\r\n\r\n"));
  for (const pause of [0, 20]) { // before and after the handler has been called
    for (
      const framing of ["Content-Length: 10\r\n\r\nhalf", "Transfer-Encoding: chunked\r\n\r\n0\r\n"]
    ) {
      const client = await RawClient.open(port);
      client.send(`POST / HTTP/1.1\r\nHost: a\r\n${framing}`);
      if (pause > 0) await tick(pause);
      client.end();
      const text = await client.finish();
      assertEquals(statuses(text), [400], text);
      assert(text.includes("Connection: close"));
    }
  }
  await server.stop();
  assertEquals(errors, []);
});

test("a client that has ended its side and goes is noticed while a stream says nothing", async () => {
  let aborted!: () => void;
  const abort = new Promise<void>((resolve) => aborted = resolve);
  const { server, port } = await served((request) => {
    request.signal.addEventListener("abort", () => aborted());
    return new Response(
      new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode("x")) }),
    );
  });
  const client = await rawClient(port);
  client.send(get("/"));
  await client.until((received) => received.endsWith("x\r\n"));
  client.socket.end(); // a FIN, and no more: nothing unread that would make it a reset
  client.socket.destroy();
  await abort;
  await server.stop();
  assertEquals(server.metrics.finished.client_aborted, 1);
});

test("a refused upload is answered whole, however much of it the client sends first", async () => {
  const { server, port } = await served(() => new Response("no", { status: 401 }), {
    maxBodyBytes: 50_000_000,
  });
  const client = await rawClient(port);
  client.socket.pause();
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000000\r\n\r\n");
  for (let i = 0; i < 200; i++) client.socket.write(new Uint8Array(100_000));
  await tick(300); // all that the server and the system take has gone by now
  assert(!client.socket.destroyed, "no reset while the answer waits to be read");
  client.socket.resume();
  await client.until((received) => received.endsWith("no"));
  assertEquals(statuses(client.received()), [401]);
  client.socket.destroy();
  await server.stop();
});

test("stop: idle ends at once, work is finished and announced, the rest is reset", async () => {
  let release!: () => void;
  const gate = new Promise<void>((resolve) => release = resolve);
  const { server, port } = await served(async () => {
    await gate;
    return new Response("finished");
  }, { drainTimeoutMs: 600 });
  const [idle, silent, half, working] = await Promise.all(
    [1, 2, 3, 4].map(() => RawClient.open(port)),
  ) as [RawClient, RawClient, RawClient, RawClient];
  half.send("GET / HT");
  working.send(get("/"));
  await tick(50);
  const stopped = server.stop();
  await idle.until((c) => c.ended || c.closed !== "no", "idle ended");
  await silent.until((c) => c.ended || c.closed !== "no", "silent ended");
  idle.end();
  silent.end();
  assertEquals(half.closed, "no");
  release();
  const text = await working.finish();
  assert(text.includes("Connection: close") && text.endsWith("finished"));
  await assertRejects(() => RawClient.open(port));
  await stopped;
  await half.until((c) => c.closed !== "no" || c.ended, "half dropped at the deadline");
  half.destroy();
  assertEquals(server.stats.connections, 0);
});

test("after maxRequestsPerConnection the connection is closed, announced", async () => {
  const { server, port } = await served(() => new Response("x"), { maxRequestsPerConnection: 3 });
  const client = await RawClient.open(port);
  client.send(get("/").repeat(5));
  const text = await client.finish();
  assertEquals(statuses(text).length, 3);
  assertEquals(text.split("Connection: close").length, 2);
  await server.stop();
});

test("beyond maxConnections: 503 with Retry-After; idle ones make room before", async () => {
  const { server, port } = await served(() => new Promise<Response>(() => {}), {
    maxConnections: 2,
    drainTimeoutMs: 0,
  });
  const busy = await Promise.all([1, 2].map(() => RawClient.open(port)));
  for (const client of busy) client.send(get("/"));
  await tick(30);
  const refused = await RawClient.open(port);
  const text = await refused.finish();
  assertEquals(statuses(text), [503]);
  assert(/retry-after: \d/i.test(text));
  for (const client of busy) client.destroy();
  await server.stop({ now: true });

  const roomy = await served(() => new Response("x"), { maxConnections: 2 });
  const first = await RawClient.open(roomy.port);
  first.send(get("/"));
  await first.until((c) => c.received.endsWith("x"), "an answer");
  const others = [await RawClient.open(roomy.port), await RawClient.open(roomy.port)];
  await first.until((c) => c.ended || c.closed !== "no", "the idle one made room");
  for (const client of [first, ...others]) client.destroy();
  await roomy.server.stop({ now: true });
});

test("maxConcurrentRequests: the queue, its end, and its wait", async () => {
  const releases: (() => void)[] = [];
  const { server, port } = await served(async () => {
    await new Promise<void>((resolve) => releases.push(resolve));
    return new Response("ok");
  }, { maxConcurrentRequests: 1, maxQueuedRequests: 1, queueTimeoutMs: 200 });
  const clients = await Promise.all([1, 2, 3].map(() => RawClient.open(port)));
  for (const client of clients) {
    client.send(get("/"));
    await tick(20);
  }
  await clients[2]!.until((c) => statuses(c.received).length > 0, "503 at once");
  assertEquals(statuses(clients[2]!.received), [503]);
  await clients[1]!.until((c) => statuses(c.received).length > 0, "503 after the wait");
  assertEquals(statuses(clients[1]!.received), [503]);
  clients[1]!.send(get("/"));
  await tick(20);
  releases[0]!();
  await clients[0]!.until((c) => c.received.endsWith("ok"), "the first");
  while (releases.length < 2) await tick(5);
  releases[1]!();
  await clients[1]!.until((c) => c.received.endsWith("ok"), "the queued one");
  for (const client of clients) client.destroy();
  await server.stop();
});

test("static responses: GET, HEAD, query, and no handler", async () => {
  const { server, port } = await served(() => new Response("dynamic"), {
    static: [
      { path: "/s", body: "static" },
      { path: "/gone", status: 410 },
      { method: "POST", path: "/s", body: "posted" },
    ],
  });
  const client = await RawClient.open(port);
  client.send(
    get("/s") + get("/s?q=1") + get("/s").replace("GET", "HEAD") + get("/gone") + post("/s", "x") +
      get("/other") + "GET /s HTTP/1.0\r\nHost: a\r\n\r\n",
  );
  const answers = (await client.finish()).split(/(?=HTTP\/1\.1 )/);
  assertEquals(answers.map((answer) => answer.slice(9, 12)), [
    "200",
    "200",
    "200",
    "410",
    "200",
    "200",
    "200",
  ]);
  assertEquals(
    answers.map((answer) => answer.split("\r\n\r\n")[1]),
    ["static", "static", "", "", "posted", "dynamic", "static"],
  );
  assert(answers[2]!.includes("Content-Length: 6"));
  assert(answers[6]!.includes("Connection: close"));
  await server.stop();
});

test("an upgrade gives the socket away, with what came behind the head", async () => {
  const { server, port } = await served((_request, info) => {
    if (!info.upgrade) return new Response("plain");
    return info.upgrade.accept("echo", [["x-a", "b"]], (socket, leftover) => {
      socket.write(leftover);
      return {
        handlers: {
          data: (chunk) => void socket.write(chunk),
          end: () => socket.end(),
          drain: () => {},
          close: () => {},
        },
        stop: () => socket.end(),
      };
    });
  });
  const client = await RawClient.open(port);
  client.send(get("/first") + get("/", "Connection: upgrade", "Upgrade: other, Echo") + "left");
  await client.until((c) => c.received.endsWith("left"), "the leftover");
  assert(
    client.received.includes("plain") &&
      client.received.includes("HTTP/1.1 101 Switching Protocols\r\n"),
  );
  assert(client.received.includes("upgrade: echo\r\nx-a: b\r\nConnection: Upgrade\r\n"));
  client.send("more");
  await client.until((c) => c.received.endsWith("leftmore"), "an echo");
  const stopped = server.stop();
  await client.finish();
  await stopped;
});

test("trailers are offered apart from the headers", async () => {
  const { server, port } = await served(async (request, info) => {
    const text = await request.text();
    const trailers = await info.trailers;
    return Response.json([text, trailers.get("grpc-status"), request.headers.get("grpc-status")]);
  });
  const client = await RawClient.open(port);
  client.send(
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n" +
      "2\r\nhi\r\n0\r\nGrpc-Status: 0\r\n\r\n",
  );
  assert((await client.finish()).endsWith('["hi","0",null]'));
  await server.stop();
});

test("a Unix socket serves too", async () => {
  const path = `/tmp/zap-http-${Math.random().toString(36).slice(2)}.sock`;
  const { HttpServer } = await import("../../src/http/server.ts");
  const { SYSTEM_CLOCK } = await import("../../src/base/clock.ts");
  const server = new HttpServer(
    { network: currentNetwork(), clock: SYSTEM_CLOCK, wallClock: Date.now },
    () => new Response("unix"),
    { path },
  );
  await server.ready;
  let text = "";
  const closed = new Promise<void>((resolve) => {
    void currentNetwork().connect({ path }, (socket) => {
      queueMicrotask(() => socket.write(new TextEncoder().encode(get("/", "Connection: close"))));
      return {
        data: (chunk) => void (text += new TextDecoder().decode(chunk)),
        end: () => socket.end(),
        drain: () => {},
        close: () => resolve(),
      };
    });
  });
  await closed;
  assert(text.endsWith("unix"));
  await server.stop();
});

test("unknown options and limits out of range are refused at start-up", () => {
  const refusals = [
    [{ maxHeader: 5 }, /maxHeaders/],
    [{ maxHeaders: -1 }, /maxHeaders/],
    [{ headersTimeoutMs: 0 }, /headersTimeoutMs/],
    [{ methods: ["get"] }, /methods/],
    [{ methods: ["CONNECT"] }, /methods/],
    [{ halfClose: "maybe" }, /halfClose/],
    [{ port: 65_536 }, /port/],
    [{ port: -1 }, /port/],
    [{ port: 1.5 }, /port/],
    [{ port: "80" }, /port must be a number, not a string/],
    [{ hostname: 5 }, /hostname must be a string/],
    [{ path: null }, /path must be a string, not a null/],
    [{ tls: "x" }, /tls/],
    [{ backlog: 0 }, /backlog/],
    [{ workers: 0 }, /workers/],
    [{ reusePort: 1 }, /reusePort/],
    [{ bodyLimitOf: 5 }, /bodyLimitOf must be a function/],
    [{ static: {} }, /static must be a list/],
    [{ date: 1 }, /date/],
    [{ signals: "yes" }, /signals/],
    [{ lightGlobals: 0 }, /lightGlobals/],
    [{ health: [] }, /health/],
    [{ accessLog: 5 }, /accessLog must be a boolean or object/],
    [{ trustedProxies: "loopback" }, /trustedProxies/],
    [{ proxyProtocol: "loopback" }, /proxyProtocol/],
    [{ events: 5 }, /events/],
    [{ onError: {} }, /onError/],
  ] as const;
  for (const [options, message] of refusals) {
    const error = assertThrows(() => resolveLimits(options as unknown as ServeOptions, undefined));
    assert(message.test(error.message), error.message);
  }
});

test("static responses that cannot be sent are refused at start-up; 204 has no length", async () => {
  const bad: StaticResponse[] = [
    { path: "a" },
    { path: "/a?b" },
    { path: "/a", status: 101 },
    { path: "/a", status: 600 },
    { path: "/a", status: 204, body: "x" },
    { path: "/a", body: "x", headers: { "content-length": "9" } },
    { path: "/a", headers: { "transfer-encoding": "chunked" } },
    { path: "/a", headers: { connection: "close" } },
  ];
  for (const one of bad) {
    await assertRejects(async () => await served(() => new Response(), { static: [one] }));
  }
  const { server, port } = await served(() => new Response(), {
    static: [{ path: "/none", status: 204 }, { path: "/same", status: 304 }],
  });
  const client = await RawClient.open(port);
  client.send(get("/none") + get("/same") + get("/none", "Connection: close"));
  const text = await client.finish();
  assertEquals(statuses(text), [204, 304, 204]);
  assert(!/content-length/i.test(text), text);
  assertEquals(text.match(/\r\n\r\n/g)!.length, 3);
  await server.stop();
});
