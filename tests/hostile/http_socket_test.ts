/** Every row of the parsing table over real sockets: whole, and in random pieces. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { RawClient, served, statuses, tick } from "../support/http_raw.ts";
import { type Row, ROWS } from "./http_rows.ts";

/** What must never be answered when it follows a refused request. */
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
const NEXT = "GET /next HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

test("every row over sockets, whole", async () => {
  await runRows(() => []);
});

test("every row over sockets, in random pieces", async () => {
  await runRows((length, random) =>
    Array.from({ length: 3 }, () => Math.floor(random() * length)).sort((a, b) => a - b)
  );
});

async function runRows(
  cutsOf: (length: number, random: () => number) => number[],
): Promise<void> {
  const log: string[] = [];
  const { server, port } = await served(async (request) => {
    log.push(new URL(request.url).pathname);
    await request.arrayBuffer().catch(() => {});
    return new Response("ok");
  });
  const random = seeded(7);
  const rows = ROWS.filter((row) => row.input.length < 50_000);
  const width = 16;
  try {
    for (let i = 0; i < rows.length; i += width) {
      await Promise.all(rows.slice(i, i + width).map((row) => runRow(row, port, cutsOf, random)));
    }
    assert(!log.includes("/smuggled"), "what follows a refused request is never interpreted");
    assertEquals(server.stats.activeRequests, 0);
  } finally {
    await server.stop({ now: true });
  }
}

async function runRow(
  { row, input, outcome }: Row,
  port: number,
  cutsOf: (length: number, random: () => number) => number[],
  random: () => number,
): Promise<void> {
  const about = `${row}: ${JSON.stringify(input.slice(0, 100))}`;
  const client = await RawClient.open(port);
  const closing = /\nconnection: *close|HTTP\/1\.0\r/i.test(input);
  const all = input + (typeof outcome === "number" ? SMUGGLED : closing ? "" : NEXT);
  let from = 0;
  for (const at of [...cutsOf(input.length, random), all.length]) {
    client.send(all.slice(from, at));
    from = at;
    await tick();
  }
  const text = await client.finish();
  const got = statuses(text).filter((status) => status !== 100);
  if (outcome === 0) assertEquals(text, "", about);
  else if (typeof outcome === "number") {
    assertEquals(got.at(-1), outcome, about);
    assertEquals(got.filter((status) => status >= 400).length, 1, about);
    assert(/connection: close/i.test(text), about);
  } else {
    const expected = outcome.length + (closing ? 0 : 1);
    assertEquals(got.length, expected, `${about}: ${text}`);
    assert(got.every((status) => status < 300), about);
  }
}

/** The same numbers in every run. */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed * 1664525 + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}
