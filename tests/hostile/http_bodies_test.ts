/**
 * Bodies of every size in every cut, and handlers that read all of them, a part or nothing, sync or
 * late: every request of a connection is answered, in order, and no byte of a body is taken for
 * another's or for the next request.
 */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { HttpServer } from "../../src/http/server.ts";
import { FakeNetwork, FakeTime } from "../support/http_fake.ts";

const WAYS = [
  "ignore",
  "ignore late",
  "text",
  "text late",
  "first piece",
  "echo",
  "cancel",
] as const;

interface Asked {
  readonly way: typeof WAYS[number];
  readonly size: number;
  readonly chunked: boolean;
}

test("handlers that read bodies in every way, in random cuts", async () => {
  for (let seed = 1; seed <= 60; seed++) await session(seeded(seed), `seed ${seed}`);
});

async function session(random: () => number, about: string): Promise<void> {
  const network = new FakeNetwork();
  const time = new FakeTime();
  const faults: unknown[] = [];
  const server = new HttpServer(
    { network, clock: time, wallClock: () => 0 },
    handle,
    {
      port: 0,
      maxBodyBytes: 1e9,
      lingerBytes: 1e9, // so that an early answer never ends the connection
      date: false,
      onError: (error) => faults.push(error),
      events: { timedOut: (phase) => faults.push(phase), parseFault: (code) => faults.push(code) },
    },
  );
  await server.ready;
  const asked = Array.from({ length: 8 }, () => ask(random));
  const peer = network.open();
  const bytes = asked.map(encode).join("");
  let sent = 0;
  for (let idle = 0; idle < 200 && answers(peer.sent).length < asked.length; idle++) {
    if (sent < bytes.length && !peer.paused) {
      const most = [100, 4_096, 70_000, 600_000][Math.floor(random() * 4)]!;
      const length = Math.ceil(random() * most);
      peer.receive(bytes.slice(sent, sent + length));
      sent += length;
      idle = 0;
    }
    await turn();
  }
  assertEquals(faults, [], about);
  const got = answers(peer.sent);
  assertEquals(got.length, asked.length, `${about}: ${JSON.stringify(asked)}`);
  asked.forEach((one, i) => {
    const { path, text } = got[i]!;
    assertEquals(path, `${i}`, about);
    if (one.way === "echo" || one.way.startsWith("text")) {
      assertEquals(text.length, one.size, `${about}, ${JSON.stringify(one)}`);
      assert(text === body(one.size, i), `${about}: a body was mixed up`);
    }
  });
  assert(!peer.finished && !peer.destroyed, about);
  peer.drop();
  await server.stop();
}

async function handle(request: Request): Promise<Response> {
  const [, way, name] = new URL(request.url).pathname.split("/");
  const headers = { "x-path": name! };
  switch (decodeURIComponent(way!)) {
    case "ignore late":
      await turn();
      break;
    case "text late":
      await turn();
      return new Response(await request.text(), { headers });
    case "text":
      return new Response(await request.text(), { headers });
    case "first piece": {
      const reader = request.body?.getReader();
      await reader?.read();
      reader?.releaseLock();
      break;
    }
    case "cancel":
      await request.body?.cancel();
      break;
    case "echo":
      return new Response(request.body, { headers });
  }
  return new Response("done", { headers });
}

function ask(random: () => number): Asked {
  const way = WAYS[Math.floor(random() * WAYS.length)]!;
  const size = Math.floor(random() * [10, 5_000, 70_000, 300_000][Math.floor(random() * 4)]!);
  // A chunked body may be endless, so an answer before its end ends the connection.
  return { way, size, chunked: way.startsWith("text") && random() < 0.5 };
}

function encode({ way, size, chunked }: Asked, i: number): string {
  const head = `POST /${encodeURIComponent(way)}/${i} HTTP/1.1\r\nHost: a\r\n`;
  const text = body(size, i);
  if (!chunked) return `${head}Content-Length: ${size}\r\n\r\n${text}`;
  const half = Math.floor(size / 2);
  const pieces = [text.slice(0, half), text.slice(half)].filter((piece) => piece !== "");
  const chunks = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join("");
  return `${head}Transfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`;
}

/** A body that tells its request apart from every other, and looks like a request where it can. */
function body(size: number, i: number): string {
  return `GET /smuggled${i} HTTP/1.1\r\n\r\n`.repeat(Math.ceil(size / 20)).slice(0, size);
}

/** The answers that are there whole. */
function answers(sent: string): { path: string; text: string }[] {
  const found = [];
  for (let at = 0; at < sent.length;) {
    const end = sent.indexOf("\r\n\r\n", at);
    if (end < 0) break;
    const head = sent.slice(at, end);
    const path = /x-path: (\d+)/.exec(head)?.[1] ?? head;
    const length = /Content-Length: (\d+)/.exec(head)?.[1];
    let text = "";
    at = end + 4;
    if (length !== undefined) {
      text = sent.slice(at, at += Number(length));
      if (at > sent.length) break;
    } else {
      for (let size = -1; size !== 0;) {
        const line = sent.indexOf("\r\n", at);
        if (line < 0) return found;
        size = parseInt(sent.slice(at, line), 16);
        text += sent.slice(line + 2, line + 2 + size);
        at = line + 2 + size + 2;
        if (at > sent.length) return found;
      }
    }
    found.push({ path, text });
  }
  return found;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}
