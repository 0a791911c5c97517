/** `stop`, and what each kind of connection makes of it. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { acceptWebSocket } from "../../src/http/mod.ts";
import { HttpServer } from "../../src/http/server.ts";
import { FakeNetwork, FakeTime } from "../support/http_fake.ts";
import { RawClient, served, statuses, tick } from "../support/http_raw.ts";

/** Longer than a test may take: none of these waits for the deadline. */
const drainTimeoutMs = 60_000;

const UPGRADE = "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
  "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

test("a body that is under way at stop is taken whole, and its answer is the last", async () => {
  const { server, port } = await served(async (request) => new Response(await request.text()), {
    drainTimeoutMs,
  });
  const client = await RawClient.open(port);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
  while (server.stats.activeRequests === 0) await tick(5);
  const stopped = server.stop();
  client.send("lloGET /behind HTTP/1.1\r\nHost: a\r\n\r\n");
  const text = await client.finish();
  assertEquals(statuses(text), [200]);
  assert(text.endsWith("Connection: close\r\n\r\nhello"), text);
  await stopped;
});

test("an upload whose answer was given before stop is read away, and then the connection ends", async () => {
  const { server, port } = await served(() => new Response("early"), { drainTimeoutMs });
  const client = await RawClient.open(port);
  client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe");
  await client.until((c) => c.received.endsWith("early"), "the early answer");
  const stopped = server.stop();
  client.send("llo");
  assertEquals(statuses(await client.finish()), [200]);
  await stopped;
});

test("an upgrade that was in work at stop says goodbye", async () => {
  let release!: () => void;
  const released = new Promise<void>((resolve) => release = resolve);
  const { server, port } = await served(async (request, info) => {
    await released;
    return await acceptWebSocket(request, info, {});
  }, { drainTimeoutMs });
  const client = await RawClient.open(port);
  client.send(UPGRADE);
  while (server.stats.activeRequests === 0) await tick(5);
  const stopped = server.stop();
  release();
  await client.until((c) => c.received.includes("\r\n\r\n\x88"), "a close frame");
  assert(client.received.includes("\x03\xe9server is stopping"), client.received); // 1001
  client.send("\x88\x82\0\0\0\0\x03\xe9");
  await client.finish();
  await stopped;
});

test("an upgrade hears that its client had ended its side before", async () => {
  let release!: () => void;
  const released = new Promise<void>((resolve) => release = resolve);
  const { server, port } = await served(async (request, info) => {
    await released;
    return await acceptWebSocket(request, info, {}, { pingIntervalMs: 0 });
  });
  const client = await RawClient.open(port);
  client.send(UPGRADE);
  while (server.stats.activeRequests === 0) await tick(5);
  client.end();
  await tick(50);
  release();
  await client.until((c) => c.closed !== "no" || c.ended, "the end");
  await server.stop();
});

test("who has been idle, and does not end its side, holds up a stop for no lingerMs", async () => {
  const network = new FakeNetwork();
  const time = new FakeTime();
  const server = new HttpServer(
    { network, clock: time, wallClock: () => time.now() },
    () => new Response("x"),
    { lingerMs: 1_500 },
  );
  await server.ready;
  const get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const [idle, silent] = [network.open(), network.open()];
  idle.receive(get);
  time.advance(2_000);
  const fresh = network.open();
  fresh.receive(get);
  void server.stop();
  for (const peer of [idle, silent, fresh]) assert(peer.finished);
  time.advance(200);
  assertEquals([idle, silent, fresh].map((peer) => peer.destroyed), [true, true, false]);
  time.advance(1_500); // its answer may have been on its way
  assert(fresh.destroyed);
});
