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

test("a body that is there at once is held to the limit whatever length it says, as JSON and as a form", async () => {
  const api = new Api({ limits: { maxBodyBytes: 6 } });
  api.post("/json", { body: text() }, (c) => c.body);
  api.post("/form", { form: { a: text() } }, (c) => c.form);
  for (
    const [path, type, body] of [
      ["/json", "application/json", '"abcde"'],
      ["/form", "application/x-www-form-urlencoded", "a=bcdef"],
    ] as const
  ) {
    const headers = { "content-type": type, "content-length": "3" };
    const response = await api.request(path, { method: "POST", headers, body });
    assertEquals([path, response.status], [path, 413]);
  }
});

test("a JSON body is UTF-8: U+FFFD is a character, a byte order mark is none, bad bytes are refused", async () => {
  const api = new Api();
  api.post("/", { body: text() }, (c) => c.body);
  const ask = async (...body: number[]) => {
    const headers = { "content-type": "application/json", "content-length": String(body.length) };
    const response = await api.request("/", {
      method: "POST",
      headers,
      body: new Uint8Array(body),
    });
    return response.status === 200 ? await response.json() : response.status;
  };
  assertEquals(await ask(0x22, 0xef, 0xbf, 0xbd, 0x22), "\ufffd");
  assertEquals(await ask(0xef, 0xbb, 0xbf, 0x22, 0xc3, 0xbc, 0x22), "ü");
  assertEquals(await ask(0x22, 0xf0, 0x9f, 0x98, 0x80, 0x22), "😀");
  // The first is as long as the U+FFFD that would stand for it.
  for (const bad of [[0xf0, 0x9f, 0x98], [0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80]]) {
    assertEquals(await ask(0x22, ...bad, 0x22), 422);
  }
});

test("what JSON has no word for is answered with null, and what fails to be written with 500", async () => {
  const api = new Api({ log: () => {} });
  const circle: Record<string, unknown> = {};
  circle["self"] = circle;
  const values: Record<string, unknown> = {
    undefined: undefined,
    function: () => 1,
    toJson: { toJSON: () => undefined },
    circle,
    bigint: { n: 1n },
  };
  for (const name in values) api.get(`/${name}`, () => values[name]);
  for (const name in values) {
    const response = await api.request(`/${name}`);
    const isNull = name !== "circle" && name !== "bigint";
    assertEquals([name, response.status], [name, isNull ? 200 : 500]);
    assertEquals(response.headers.get("content-type"), "application/json");
    if (isNull) assertEquals(await response.text(), "null");
  }
});
