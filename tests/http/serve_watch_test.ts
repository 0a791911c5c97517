import { test } from "node:test";
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { type HttpServer, serve, type ServeOptions } from "../../src/http/mod.ts";
import type { Handler } from "../../src/http/types.ts";
import { exchange, rawClient } from "./raw_client.ts";

const CLOSE = "Host: a.example\r\nConnection: close\r\n";

async function withServer(
  handler: Handler,
  options: ServeOptions,
  body: (port: number, server: HttpServer) => Promise<void>,
): Promise<void> {
  const server = serve(handler, { port: 0, ...options }) as HttpServer;
  const address = await server.ready;
  try {
    await body(address.transport === "tcp" ? address.port : 0, server);
  } finally {
    await server.stop();
  }
}

/** A counter in Prometheus text; several series are summed. */
function value(text: string, name: string): number {
  const lines = text.split("\n").filter((line) =>
    line.startsWith(`${name} `) || line.startsWith(`${name}{`)
  );
  assert(lines.length > 0, `${name} is missing`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" ") + 1)), 0);
}

test("counters reconcile after answers, faults, aborts and refusals", async () => {
  await withServer(
    (request) =>
      request.url.endsWith("/never") ? new Promise<Response>(() => {}) : new Response("hello"),
    { health: { metrics: "/metrics" } },
    async (port, server) => {
      await exchange(port, `GET / HTTP/1.1\r\n${CLOSE}\r\n`);
      await exchange(port, `POST / HTTP/1.1\r\n${CLOSE}Content-Length: 3\r\n\r\nabc`);
      assertStringIncludes(await exchange(port, "GET / HTTP/1.1\nHost: a\n\n"), "400 Bad Request");
      assertStringIncludes(await exchange(port, "BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), " 501 ");
      const aborted = await rawClient(port);
      aborted.send("GET /never HTTP/1.1\r\nHost: a\r\n\r\n");
      while (server.stats.activeRequests === 0) await new Promise((next) => setTimeout(next, 1));
      aborted.socket.resetAndDestroy();
      while (server.stats.connections > 0) await new Promise((next) => setTimeout(next, 1));
      const answer = await exchange(port, `GET /metrics HTTP/1.1\r\n${CLOSE}\r\n`);
      const text = answer.slice(answer.indexOf("\r\n\r\n") + 4);
      assertEquals(value(text, "zap_http_connections_accepted_total"), 6);
      assertEquals(value(text, "zap_http_connections_closed_total"), 5);
      assertEquals(value(text, "zap_http_connections_active"), 1);
      assertEquals(value(text, "zap_http_requests_started_total"), 4);
      assertEquals(value(text, "zap_http_responses_total"), 3);
      assertEquals(value(text, "http_server_active_requests"), 1);
      assertEquals(value(text, 'zap_http_aborted_requests_total{by="client"}'), 1);
      assertEquals(value(text, "zap_http_parse_errors_total"), 2);
      assertEquals(value(text, "http_server_request_duration_seconds_count"), 3);
      assertEquals(value(text, "http_server_request_body_size_bytes_sum"), 3);
      assertEquals(server.metrics.accepted, server.metrics.closedTotal + server.stats.connections);
    },
  );
});

test("health paths are answered before the handler, and readiness ends with the drain", async () => {
  let release = (): void => {};
  await withServer(
    () => new Promise<Response>((resolve) => release = () => resolve(new Response("done"))),
    { health: { livez: "/livez", readyz: "/readyz" } },
    async (port, server) => {
      assertMatch(
        await exchange(port, `GET /livez HTTP/1.1\r\n${CLOSE}\r\n`),
        /^HTTP\/1\.1 200 .*\r\n\r\nok\n$/s,
      );
      const ready = await rawClient(port);
      ready.send("GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
      assertStringIncludes(await ready.until((text) => text.endsWith("ok\n")), " 200 ");
      const inWork = await rawClient(port);
      inWork.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
      while (server.stats.activeRequests === 0) await new Promise((next) => setTimeout(next, 1));
      const stopped = server.stop();
      release();
      const { received } = await inWork.closed;
      assertStringIncludes(received, "done");
      await stopped;
    },
  );
});

test("the access log has one line a finished request, with the forwarded client", async () => {
  const lines: string[] = [];
  await withServer(() => new Response("hello"), {
    accessLog: { write: (text) => void lines.push(...text.trimEnd().split("\n")) },
    trustedProxies: { addresses: ["loopback"], header: "x-forwarded" },
  }, async (port, server) => {
    await exchange(
      port,
      `GET /a?secret=1 HTTP/1.1\r\n${CLOSE}X-Forwarded-For: 192.0.2.7\r\nX-Request-Id: abc\r\n\r\n`,
    );
    await exchange(port, `GET /${"b".repeat(2000)} HTTP/1.1\r\n${CLOSE}\r\n`);
    await server.stop();
    assertEquals(lines.length, 2);
    const { time, ms, ...first } = JSON.parse(lines[0]!);
    assert(Date.now() - Date.parse(time) < 60_000 && ms >= 0);
    assertEquals(first, {
      id: "abc",
      client: "192.0.2.7",
      method: "GET",
      path: "/a",
      status: 200,
      bytes: 5,
    });
    assert(lines[1]!.length < 1000);
  });
});

test("trusted proxies tell the client and the request's URL; nobody else does", async () => {
  const handler: Handler = (request, info) =>
    Response.json({ url: request.url, client: info.client.address });
  const ask = async (port: number): Promise<unknown> => {
    const answer = await exchange(
      port,
      `GET /x HTTP/1.1\r\n${CLOSE}Forwarded: for="[2001:db8::7]";proto=https;host=shop.example\r\n\r\n`,
    );
    return JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4));
  };
  await withServer(handler, {
    trustedProxies: { addresses: ["loopback"], header: "forwarded" },
  }, async (port) => {
    assertEquals(await ask(port), { url: "https://shop.example/x", client: "2001:db8::7" });
  });
  await withServer(handler, {
    trustedProxies: { addresses: ["10.0.0.0/8"], header: "forwarded" },
  }, async (port) => {
    assertEquals(await ask(port), { url: "http://a.example/x", client: "127.0.0.1" });
  });
  await withServer(handler, {}, async (port) => {
    assertEquals(await ask(port), { url: "http://a.example/x", client: "127.0.0.1" });
  });
});

test("behind the PROXY protocol the client is the one the proxy names, and nothing else passes", async () => {
  const faults: string[] = [];
  await withServer((_, info) => Response.json(info.remoteAddress), {
    proxyProtocol: ["loopback"],
    headersTimeoutMs: 300,
    events: { listenerFault: (error) => faults.push(error.message) },
  }, async (port, server) => {
    const request = `GET / HTTP/1.1\r\n${CLOSE}\r\n`;
    const answer = await exchange(port, `PROXY TCP4 192.0.2.1 198.51.100.2 4711 80\r\n${request}`);
    assertStringIncludes(answer, '{"transport":"tcp","hostname":"192.0.2.1","port":4711}');
    const slow = await rawClient(port);
    for (const byte of `PROXY UNKNOWN\r\n${request}`) slow.send(byte);
    assertStringIncludes((await slow.closed).received, "127.0.0.1");
    assertEquals(await exchange(port, request), "");
    assertEquals(await exchange(port, "PROXY TCP4 192."), "");
    assertEquals(faults, ["PROXY header is malformed", "PROXY header is timeout"]);
    const waiting = await rawClient(port);
    waiting.send("PRO");
    await new Promise((next) => setTimeout(next, 20));
    await server.stop();
    assertEquals((await waiting.closed).received, "");
  });
  await withServer(() => new Response("x"), { proxyProtocol: ["10.0.0.1"] }, async (port) => {
    assertEquals(await exchange(port, "PROXY UNKNOWN\r\nGET / HTTP/1.1\r\n\r\n"), "");
  });
});

test("mistaken options are refused at once", () => {
  const handler = () => new Response("x");
  const tls = { cert: "", key: "" };
  assertThrows(() => serve(handler, { proxyProtocol: ["loopback"], tls }), TypeError, "before TLS");
  assertThrows(() => serve(handler, { proxyProtocol: ["nowhere"] }), TypeError, "nowhere");
  assertThrows(() => serve(handler, { path: "/tmp/x.sock", tls }), TypeError, "TLS goes over TCP");
  assertThrows(() => serve(handler, { health: { livez: "x" } }), TypeError, "begin it with");
  assertThrows(() => serve(handler, { workers: 0 }), RangeError, "workers");
});
