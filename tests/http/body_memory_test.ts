import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { concatBytes } from "../../src/base/bytes.ts";
import { IncomingBody } from "../../src/http/incoming_body.ts";
import { serve } from "../../src/http/mod.ts";
import { HttpServer } from "../../src/http/server.ts";
import type { Handler } from "../../src/http/types.ts";
import { FakeNetwork, FakeTime } from "../support/http_fake.ts";
import { exchange } from "./raw_client.ts";

/** Bodies of the answers to these bytes, which come in one piece. */
async function answers(handler: Handler, requests: string): Promise<string[]> {
  const server = serve(handler, { port: 0 });
  const address = await server.ready;
  try {
    const received = await exchange(address.transport === "tcp" ? address.port : 0, requests);
    return received.split("HTTP/1.1 200 OK").slice(1)
      .map((answer) => answer.slice(answer.indexOf("\r\n\r\n") + 4));
  } finally {
    await server.stop();
  }
}

const { Bun } = globalThis as { Bun?: { gc(now: true): void } };

const collectGarbage: () => void = Bun ? () => Bun.gc(true) : (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

const post = (path: string, body: string, more = "") =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\n${more}Content-Length: ${body.length}\r\n\r\n${body}`;

test("a body's buffer holds the body and nothing of the packet it came in", async () => {
  const handler: Handler = async (request) => {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return new Response(`${bytes.length} ${new TextDecoder().decode(bytes)}`);
  };
  const requests = post("/", "hello") + post("/", "again", "Connection: close\r\n");
  assertEquals(await answers(handler, requests), ["5 hello", "5 again"]);
});

test("a streamed body may be taken away without the request that came behind it", async () => {
  const handler: Handler = async (request) => {
    let text = "";
    for await (const piece of request.body!) {
      // As a worker would be given it: the memory is gone from here.
      const taken = structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] });
      text += new TextDecoder().decode(taken);
    }
    return new Response(`${request.headers.get("x-name")} ${text}`);
  };
  const requests = [1, 2, 3].map((n) =>
    post(`/${n}`, `body ${n}`, `X-Name: n${n}\r\n${n === 3 ? "Connection: close\r\n" : ""}`)
  );
  assertEquals(await answers(handler, requests.join("")), [
    "n1 body 1",
    "n2 body 2",
    "n3 body 3",
  ]);
});

/** A large request whose body counts, as its bytes. */
function large(name: string, length: number): Uint8Array {
  const head =
    `POST /${name} HTTP/1.1\r\nHost: a\r\nX-Name: ${name}\r\nContent-Length: ${length}\r\n\r\n`;
  const bytes = new Uint8Array(head.length + length);
  for (let i = 0; i < head.length; i++) bytes[i] = head.charCodeAt(i);
  for (let i = 0; i < length; i++) bytes[head.length + i] = (i * 31 + (i >> 8) + length) & 255;
  return bytes;
}

test("large bodies are whole, however they come, and what stands beside them stays", async () => {
  const lengths = [70_000, 300_000, 16 * 1024, 70_000, 131_072, 20_000];
  const heads: [string, string][] = [];
  const wrong: number[] = [];
  const network = new FakeNetwork();
  const server = new HttpServer(
    { network, clock: new FakeTime(), wallClock: () => 0 },
    async (request) => {
      const bytes = await request.bytes();
      const length = Number(request.headers.get("content-length"));
      for (let i = 0; i < length; i++) {
        if (bytes[i] !== ((i * 31 + (i >> 8) + length) & 255)) wrong.push(i);
      }
      structuredClone(bytes, { transfer: [bytes.buffer] }); // gone, with all that shared it
      heads.push([new URL(request.url).pathname, request.headers.get("x-name")!]);
      return new Response(`${bytes.length}`);
    },
  );
  await server.ready;
  const all = concatBytes(lengths.map((length, i) => large(`n${i}`, length)));
  for (const size of [4_096, 65_536, 65_536 * 3, 100_000, 524_288, all.length]) {
    const peer = network.open();
    heads.length = 0;
    for (let at = 0; at < all.length; at += size) {
      while (peer.paused) await turn();
      peer.handlers.data(all.slice(at, at + size));
    }
    while (heads.length < lengths.length) await turn();
    assertEquals(heads, lengths.map((_, i) => [`/n${i}`, `n${i}`]));
    assertEquals(wrong, []);
    assertEquals(peer.sent.match(/HTTP\/1\.1 200 OK/g)?.length, lengths.length);
  }
});

test("memory that nothing was kept of goes back to the socket", async () => {
  const paths: string[] = [];
  const network = new FakeNetwork();
  const server = new HttpServer(
    { network, clock: new FakeTime(), wallClock: () => 0 },
    async (request) => {
      const { pathname } = new URL(request.url);
      const early = pathname === "/text"
        ? request.text()
        : pathname === "/bytes"
        ? request.bytes().then((bytes) => new TextDecoder().decode(bytes))
        : undefined;
      await turn();
      paths.push(`${pathname}${request.headers.get("x") ?? await early ?? await request.text()}`);
      return new Response();
    },
  );
  await server.ready;
  const peer = network.open();
  const one = "GET /1 HTTP/1.1\r\nHost: a\r\nX: 1\r\n\r\n";
  peer.receive(one); // its head is kept
  assertEquals(peer.reused, 0);
  peer.receive(one + one); // the same again
  assertEquals(peer.reused, 1);
  peer.receive("GET /2 HTTP"); // copied, to go on in
  assertEquals(peer.reused, 2);
  peer.receive("/1.1\r\nHost: a\r\nX: 2\r\n\r\n");
  while (paths.length < 4) await turn();
  for (const [path, again] of [["late", 3], ["text", 4], ["bytes", 5]] as const) {
    const before = paths.length;
    const post = `POST /${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n`;
    peer.receive(`${post}body`); // its head is kept
    while (paths.length < before + 1) await turn();
    peer.receive(`${post}more`); // nothing is, if its body was read at once
    while (paths.length < before + 2) await turn();
    assertEquals(peer.reused, again, path);
    peer.receive(`${post}two!${post}of..`); // the second one waits for the first one's answer
    while (paths.length < before + 4) await turn();
    assertEquals(peer.reused, again, path);
  }
  const bodies = ["body", "more", "two!", "of.."];
  assertEquals(paths, [
    ...["/11", "/11", "/11", "/22"],
    ...["late", "text", "bytes"].flatMap((path) => bodies.map((body) => `/${path}${body}`)),
  ]);
  assertEquals(peer.sent.match(/HTTP\/1\.1 200 OK/g)?.length, 16);
});

test("what another protocol is given does not go back to the socket", async () => {
  const given: Uint8Array[] = [];
  const network = new FakeNetwork();
  const server = new HttpServer(
    { network, clock: new FakeTime(), wallClock: () => 0 },
    (_request, info) =>
      info.upgrade!.accept("echo", [], (socket, leftover) => {
        given.push(leftover);
        const data = (chunk: Uint8Array): boolean => {
          given.push(chunk);
          return socket.write(chunk); // under way for as long as the client likes
        };
        return { handlers: { data, end: () => {}, drain: () => {}, close: () => {} } };
      }),
  );
  await server.ready;
  const peer = network.open();
  peer.receive("GET / HTTP/1.1\r\nHost: a\r\n");
  peer.receive("Connection: Upgrade\r\nUpgrade: echo\r\n\r\nleft");
  peer.receive("more");
  assertEquals(given.map((bytes) => new TextDecoder().decode(bytes)), ["left", "more"]);
});

test("an open connection keeps nothing of a body that has been read", async () => {
  const bodies: WeakRef<ArrayBuffer>[] = [];
  const network = new FakeNetwork();
  const server = new HttpServer(
    { network, clock: new FakeTime(), wallClock: () => 0 },
    async (request) => {
      bodies.push(new WeakRef(await request.arrayBuffer()));
      return new Response();
    },
  );
  await server.ready;
  const peers = Array.from({ length: 10 }, () => network.open());
  for (const peer of peers) {
    peer.receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n");
    for (let i = 0; i < 4; i++) peer.handlers.data(new Uint8Array(50_000));
    while (!peer.sent.includes("200 OK")) await turn();
  }
  const kept = () => bodies.filter((body) => body.deref() !== undefined).length;
  for (let i = 0; i < 100 && kept() > 2; i++) { // the stack may hold the last ones
    await turn();
    collectGarbage();
  }
  assert(kept() <= 2, `${kept()} of ${peers.length} bodies are kept`);
});

test("memory that only the body saw is given back where the engine can", async () => {
  const body = new IncomingBody({ wanted: () => {} }, 60_000);
  const pieces = [0, 1, 2].map((n) => new Uint8Array(20_000).fill(n));
  body.push(pieces[0]!, 0, 20_000, true);
  const all = body.readAll();
  body.push(pieces[1]!, 0, 20_000, false);
  body.push(pieces[2]!, 0, 20_000, true);
  body.end();
  assertEquals((await all).length, 60_000);
  const canTransfer = "transfer" in ArrayBuffer.prototype;
  assertEquals(
    pieces.map((piece) => piece.length),
    canTransfer ? [0, 20_000, 0] : [20_000, 20_000, 20_000],
  );
});

test("announcing a body takes no memory", async () => {
  const body = new IncomingBody({ wanted: () => {} }, 2 ** 50);
  const all = body.readAll();
  body.push(new Uint8Array(20_000), 0, 20_000);
  body.push(new Uint8Array(20_000), 0, 20_000);
  body.fail(new Error("gone"));
  await assertRejects(() => all, Error, "gone");
});

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
