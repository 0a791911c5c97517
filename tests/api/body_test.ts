/** Bodies in every way they come: in pieces, without a length, with a wrong one. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import { Api, text } from "../../src/api/mod.ts";

function post(parts: readonly string[], length?: number): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (length !== undefined) headers["content-length"] = String(length);
  return new Request("http://localhost/", {
    method: "POST",
    headers,
    body,
    duplex: "half",
  } as RequestInit);
}

const CASES: readonly [name: string, request: () => Request, status: number][] = [
  ["in three pieces, as long as the limit", () => post(['"a', "bc", 'd"']), 200],
  ["in three pieces, one byte longer", () => post(['"a', "bc", 'de"']), 413],
  ["in one piece, one byte longer", () => post(['"abcde"']), 413],
  ["in one piece, as long as it says", () => post(['"abcd"'], 6), 200],
  ["longer than it says and than the limit", () => post(['"abcde"'], 3), 413],
  ["said to be longer than the limit", () => post(['"a"'], 30), 413],
  ["of no piece", () => post([]), 422],
];

for (const [name, request, status] of CASES) {
  test(`a body ${name} is answered with ${status}`, async () => {
    const api = new Api({ limits: { maxBodyBytes: 6 } });
    api.post("/", { body: text() }, (c) => c.body);
    const response = await api.fetch(request());
    assertEquals(response.status, status);
    const answer = await response.json();
    if (status === 200) assertEquals(answer, "abcd");
  });
}
