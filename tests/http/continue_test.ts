/** `Expect: 100-continue` and answers that are given, or begun, before the body has been read. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { HttpServer } from "../../src/http/server.ts";
import type { Handler } from "../../src/http/types.ts";
import { FakeNetwork, FakeTime } from "../support/http_fake.ts";
import { RawClient, served, tick } from "../support/http_raw.ts";

const HEAD = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

test("an answer that is the request's own body asks for it before its head", async () => {
  const { server, port } = await served((request) => new Response(request.body));
  const client = await RawClient.open(port);
  client.send(HEAD);
  await client.until((c) => c.received.includes("200 OK"), "a head");
  assert(client.received.startsWith(`${CONTINUE}HTTP/1.1 200 OK\r\n`), client.received);
  client.send("hello");
  await client.until((c) => c.received.endsWith("5\r\nhello\r\n0\r\n\r\n"), "the echo");
  assert(!client.received.includes("Connection: close"));
  client.destroy();
  await server.stop();
});

test("100 Continue never stands in the body of an answer that has begun", async () => {
  const { server, port } = await served((request) =>
    new Response(
      new ReadableStream({
        async start(controller) {
          await tick(20);
          controller.enqueue(new Uint8Array(await request.arrayBuffer()));
          controller.close();
        },
      }),
    )
  );
  const client = await RawClient.open(port);
  client.send(HEAD);
  await client.until((c) => c.received.endsWith("\r\n\r\n"), "a head");
  await tick(60);
  client.send("hello"); // who gets no 100 sends the body after a while (RFC 9110 §10.1.1)
  const text = await client.finish();
  assert(!text.includes("100 Continue"), text);
  assert(text.endsWith("Connection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), text);
  await server.stop();
});

test("a client that was not told to continue, and got the head of an answer, has bodyTimeoutMs", async () => {
  const network = new FakeNetwork();
  const time = new FakeTime();
  const phases: string[] = [];
  const handler: Handler = (request) =>
    new Response(
      new ReadableStream({
        async pull(controller) {
          await Promise.resolve().then(() => request.arrayBuffer());
          controller.close();
        },
      }, { highWaterMark: 0 }),
    );
  const server = new HttpServer(
    { network, clock: time, wallClock: () => time.now() },
    handler,
    { minBodyRate: 0, events: { timedOut: (phase) => phases.push(phase) } },
  );
  await server.ready;
  const peer = network.open();
  peer.receive(HEAD);
  await tick(10);
  assert(peer.sent.startsWith("HTTP/1.1 200 OK"), peer.sent);
  time.advance(15_200);
  assertEquals(phases, ["body"]);
  assert(peer.destroyed);
});
