/**
 * The pipeline oracle: random mixes of valid and invalid requests on one connection, in random
 * pieces. A model says which requests a handler must have seen, in order, and which answers must
 * come back; the server must agree, whatever the pieces were.
 */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { FakeNetwork, FakeTime } from "../support/http_fake.ts";
import { RawClient, served, statuses, tick } from "../support/http_raw.ts";
import type { Handler } from "../../src/http/types.ts";
import { HttpServer } from "../../src/http/server.ts";

/** One request of a mix: its bytes, and what the model says of it. */
interface Part {
  readonly bytes: string;
  /** What the handler's log gets, and the answer's status. */
  readonly seen?: string;
  readonly status: number;
  /** Whether nothing behind it may be looked at. */
  readonly last: boolean;
  /** Whether the handler may have been called before the fault in the body was seen. */
  readonly bodyFault?: boolean;
}

let serial = 0;

const path = fc.constant(0).map(() => `/${++serial}`);
const bodyText = fc.stringMatching(/^[a-z]{0,40}$/);

const valid: fc.Arbitrary<Part> = fc.oneof(
  path.map((p) => part(`GET ${p} HTTP/1.1\r\nHost: a\r\n\r\n`, `GET ${p} `, 200)),
  path.map((p) => part(`\r\nHEAD ${p} HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n`, `HEAD ${p} `, 200)),
  fc.tuple(path, bodyText).map(([p, body]) =>
    part(
      `POST ${p} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      `POST ${p} ${body}`,
      200,
    )
  ),
  fc.tuple(path, fc.array(bodyText.filter((text) => text !== ""), { maxLength: 4 })).map((
    [p, pieces],
  ) =>
    part(
      `PUT ${p} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n` +
        pieces.map((piece) => `${piece.length.toString(16)};x=y\r\n${piece}\r\n`).join("") +
        "0\r\nT: v\r\n\r\n",
      `PUT ${p} ${pieces.join("")}`,
      200,
    )
  ),
  path.map((p) =>
    part(`DELETE ${p} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi`, `DELETE ${p} hi`, 200)
  ),
);

const ending: fc.Arbitrary<Part> = fc.oneof(
  path.map((p) => ({
    ...part(`GET ${p} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`, `GET ${p} `, 200),
    last: true,
  })),
  path.map((p) => ({ ...part(`GET ${p} HTTP/1.0\r\n\r\n`, `GET ${p} `, 200), last: true })),
  fc.constantFrom<Part>(
    refusal("GET /bad HTTP/1.1\r\n\r\n", 400),
    refusal("GET  /bad HTTP/1.1\r\nHost: a\r\n\r\n", 400),
    refusal("FOO /bad HTTP/1.1\r\nHost: a\r\n\r\n", 501),
    refusal("GET /bad HTTP/2.0\r\nHost: a\r\n\r\n", 505),
    refusal(
      "POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\nx",
      400,
    ),
    refusal(
      "POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
      400,
    ),
    refusal("GET /bad HTTP/1.1\nHost: a\n\n", 400),
    refusal("GET /bad HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\n", 400),
    refusal("GET /bad HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n", 417),
    refusal("POST /bad HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
  ),
  fc.constantFrom("zz\r\n", "5\r\nhelloX", "5;\r\nhello\r\n", "0\r\nHost: b\r\n\r\n").map((
    body,
  ) => ({
    ...refusal(`POST /fault HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}`, 400),
    bodyFault: true,
  })),
);

const mix = fc.tuple(
  fc.array(valid, { maxLength: 25 }),
  fc.option(ending, { nil: undefined }),
  fc.array(valid, { maxLength: 3 }),
).map(([before, end, after]) => end === undefined ? before : [...before, end, ...after]);

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });

test("pipelines in memory: the handler's log and the answers are the model's", async () => {
  await fc.assert(
    fc.asyncProperty(mix, cuts, fc.boolean(), async (parts, at, synchronous) => {
      const log: string[] = [];
      const network = new FakeNetwork();
      const server = new HttpServer(
        { network, clock: new FakeTime(), wallClock: () => 0 },
        logging(log, synchronous),
      );
      await server.ready;
      const peer = network.open();
      for (const piece of cut(parts, at)) {
        peer.receive(piece);
        if (at.length % 2 === 0) await turns(1);
      }
      const model = modelOf(parts);
      for (let i = 0; i < 400 && statuses(peer.sent).length < model.statuses.length; i++) {
        await turns(1);
      }
      await turns(2);
      compare(parts, log, statuses(peer.sent));
      assertEquals(peer.finished, model.ended);
      assertEquals(server.stats.activeRequests, 0);
    }),
    { numRuns: 150 },
  );
});

test("pipelines over sockets: the handler's log and the answers are the model's", async () => {
  const logs = new Map<number, string[]>();
  const { server, port } = await served((request, info) => {
    const address = info.remoteAddress;
    const key = address.transport === "tcp" ? address.port : 0;
    if (!logs.has(key)) logs.set(key, []);
    return logging(logs.get(key)!, false)(request, info);
  });
  try {
    await fc.assert(
      fc.asyncProperty(mix, cuts, async (parts, at) => {
        logs.clear();
        const client = await RawClient.open(port);
        for (const piece of cut(parts, at)) {
          client.send(piece);
          await tick();
        }
        const model = modelOf(parts);
        if (!model.ended) client.end();
        const text = await client.finish();
        compare(parts, [...logs.values()].flat(), statuses(text));
      }),
      { numRuns: 40 },
    );
  } finally {
    await server.stop({ now: true });
  }
});

function part(bytes: string, seen: string, status: number): Part {
  return { bytes, seen, status, last: false };
}

function refusal(bytes: string, status: number): Part {
  return { bytes, status, last: true };
}

/** What must have been seen and answered: everything up to the first request that ends. */
function modelOf(parts: readonly Part[]): { seen: string[]; statuses: number[]; ended: boolean } {
  const seen: string[] = [];
  const all: number[] = [];
  for (const { seen: log, status, last } of parts) {
    if (log !== undefined) seen.push(log);
    all.push(status);
    if (last) return { seen, statuses: all, ended: true };
  }
  return { seen, statuses: all, ended: false };
}

function compare(parts: readonly Part[], log: readonly string[], answers: readonly number[]): void {
  const model = modelOf(parts);
  const about = JSON.stringify(parts.map((p) => p.bytes));
  // A handler whose body turned out malformed may have been called, but saw no whole body.
  const whole = log.filter((entry) => !entry.includes("/fault"));
  assertEquals(whole, model.seen, about);
  assertEquals(answers, model.statuses, about);
  assert(log.length - whole.length <= 1, about);
}

function logging(log: string[], synchronous: boolean): Handler {
  return async (request) => {
    const { pathname } = new URL(request.url);
    if (synchronous && request.body === null) {
      log.push(`${request.method} ${pathname} `);
      return new Response(pathname);
    }
    const body = await request.text();
    log.push(`${request.method} ${pathname} ${body}`);
    await turns(serial % 3);
    return new Response(pathname);
  };
}

function cut(parts: readonly Part[], at: readonly number[]): string[] {
  const all = parts.map((p) => p.bytes).join("");
  const places = [0, ...at.map((share) => Math.floor(share * all.length)), all.length]
    .sort((a, b) => a - b);
  const pieces: string[] = [];
  for (let i = 1; i < places.length; i++) {
    if (places[i]! > places[i - 1]!) pieces.push(all.slice(places[i - 1], places[i]));
  }
  return pieces;
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}
