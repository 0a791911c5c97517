/** The light classes against the runtime's own: whatever is done to both, both must say the same. */

import { Buffer } from "node:buffer";
import { test } from "node:test";
import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import fc from "fast-check";
import { PARSER_DEFAULTS } from "../../src/http/defaults.ts";
import { installLightGlobals, restoreGlobals } from "../../src/http/globals.ts";
import { IncomingBody } from "../../src/http/incoming_body.ts";
import { headersOfHead, LightHeaders } from "../../src/http/light_headers.ts";
import { abortRequest, LightRequest } from "../../src/http/light_request.ts";
import { LightResponse } from "../../src/http/light_response.ts";
import { NativeHeaders, NativeRequest, NativeResponse } from "../../src/http/natives.ts";
import { RequestParser } from "../../src/http/request_parser.ts";
import { latin1Bytes } from "../support/http_raw.ts";

const name = fc.constantFrom(
  "a",
  "B",
  "x-y",
  "Set-Cookie",
  "set-cookie",
  "Content-Type",
  "bad name",
  "",
  "é",
  "a:b",
);
const value = fc.oneof(
  fc.constantFrom(" x ", "a, b", "\ty", "x\ny", "x\r", "\0", "é", "ā", "x\x01y", "1"),
  fc.stringMatching(/^[!-~][ -~]{0,8}$/),
);

type Operation =
  | ["append" | "set", string, string]
  | ["delete" | "get" | "has", string]
  | ["getSetCookie" | "list"];

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.tuple(fc.constantFrom("append" as const, "set" as const), name, value),
  fc.tuple(fc.constantFrom("delete" as const, "get" as const, "has" as const), name),
  fc.tuple(fc.constantFrom("getSetCookie" as const, "list" as const)),
);

test("Headers: random operations have the runtime's outcomes", () => {
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
      const light = new LightHeaders();
      const native = new NativeHeaders();
      for (const operation of operations) {
        assertEquals(
          outcome(light, operation),
          outcome(native, operation),
          JSON.stringify(operation),
        );
      }
      assertEquals(listOf(light), listOf(native));
    }),
    { numRuns: 300 },
  );
});

test("Headers: every kind of init has the runtime's outcome", () => {
  const pair = fc.tuple(name, value);
  const init = fc.oneof(
    fc.array(pair, { maxLength: 6 }),
    fc.dictionary(name, value, { maxKeys: 6 }),
    fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 2 }),
  );
  fc.assert(
    fc.property(init, (init) => {
      const made = (Class: typeof Headers) => attempt(() => listOf(new Class(init as HeadersInit)));
      assertEquals(made(LightHeaders as typeof Headers), made(NativeHeaders));
    }),
    { numRuns: 300 },
  );
  const native = new NativeHeaders([["a", "1"], ["set-cookie", "x"], ["set-cookie", "y"]]);
  assertEquals([...new LightHeaders(native)], [...native]);
  assertEquals([...new LightHeaders(new LightHeaders(native))], [...native]);
  assertEquals([...new NativeHeaders(new LightHeaders(native))], [...native]);
});

test("Headers: instance, walks and what is not allowed", () => {
  const headers = new LightHeaders({ b: "2", a: "1" });
  assertInstanceOf(headers, NativeHeaders);
  assertEquals(Object.prototype.toString.call(headers), "[object Headers]");
  assertEquals([...headers.keys()], ["a", "b"]);
  assertEquals([...headers.values()], ["1", "2"]);
  const seen: string[] = [];
  headers.forEach((value, key, parent) => {
    assertStrictEquals(parent, headers);
    seen.push(key + value);
  });
  assertEquals(seen, ["a1", "b2"]);
  for (const bad of ["x\r\ny: z", "\n".repeat(2) + "x\n y", "a\0b"]) {
    assertThrows(() => headers.set("a", bad), TypeError);
    assertThrows(() => new LightResponse("", { headers: { a: bad } }), TypeError);
  }
});

test("Headers of a head read like the runtime's", () => {
  const lines: [string, string][] = [["Host", "a"], ["X-A", "1"], ["x-a", " 2 "], ["Accept", "é"], [
    "E",
    "",
  ]];
  const light = headersOfHead(headOf("GET", "/", lines));
  const native = new NativeHeaders(lines.map(([name, value]) => [name, value.trim()]));
  for (const name of ["host", "X-a", "accept", "E", "missing"]) {
    assertEquals(light.get(name), native.get(name));
    assertEquals(light.has(name), native.has(name));
  }
  assertEquals([...light], [...native]);
  light.set("x-a", "3");
  light.append("new", "x");
  assertEquals(light.get("x-a"), "3");
  assertEquals(light.get("new"), "x");
});

test("Response: every body reads as the runtime's does", async () => {
  const text = "text/plain;charset=UTF-8";
  const bodies: [() => BodyInit | null, string | null][] = [
    [() => null, null],
    [() => "", text],
    [() => "text é \ud800 \u{1f600}", text],
    [() => '{"a":1}', text],
    [() => new Uint8Array([1, 2, 255]), null],
    [() => new Uint8Array([9, 1, 2, 9]).subarray(1, 3), null],
    [() => new Uint8Array([5, 6]).buffer, null],
    [() => new DataView(new Uint8Array([7, 8, 9]).buffer, 1), null],
    [
      () => new URLSearchParams({ a: "1 2", b: "é" }),
      "application/x-www-form-urlencoded;charset=UTF-8",
    ],
    [() => new Blob(["blob"], { type: "text/x" }), "text/x"],
    [() => new Blob(["blob"]), null],
    [() => new Blob(["stream"]).stream(), null],
  ];
  for (const [body, type] of bodies) {
    for (const read of ["text", "arrayBuffer", "json", "blob", "bytes"] as const) {
      if (read === "bytes" && !("bytes" in NativeResponse.prototype)) continue;
      const light = new LightResponse(body());
      const native = new NativeResponse(body());
      assertEquals(light.headers.get("content-type"), type); // Bun's own says it later
      assertEquals(light.body === null, native.body === null);
      assertEquals(await readAs(light, read), await readAs(native, read), read);
      assertEquals(light.bodyUsed, body() !== null, `bodyUsed after ${read} of ${body()}`);
      if (light.bodyUsed) await assertRejects(() => light.text(), TypeError);
    }
  }
});

test("what the standard says where the runtimes differ", async () => {
  const headers = new LightHeaders([["b", ""], ["b", ""], ["a", " \t"]]);
  assertEquals([...headers], [["a", ""], ["b", ", "]]);
  const blob = await new LightResponse("x", { headers: { "content-type": "Text/X" } }).blob();
  assertEquals([blob.type.toLowerCase(), await blob.text()], ["text/x", "x"]);
  assertEquals((await new LightResponse(null).blob()).size, 0);
});

test("Response: forms, clones, streams, and who shares a body", async () => {
  const form = new FormData();
  form.set("a", "1");
  const response = new LightResponse(form);
  assert(response.headers.get("content-type")!.startsWith("multipart/form-data; boundary="));
  assertEquals((await response.formData()).get("a"), "1");
  const params = new LightResponse(new URLSearchParams({ a: "2" }));
  assertEquals((await params.formData()).get("a"), "2");

  const first = new LightResponse("hello", { status: 201, headers: { "x-a": "b" } });
  const copy = first.clone();
  assertEquals([await first.text(), await copy.text(), copy.status], ["hello", "hello", 201]);
  assertEquals(copy.headers.get("x-a"), "b");
  assertThrows(() => first.clone(), TypeError);

  // What Hono does when a header is set on an answer that exists.
  const source = new LightResponse("shared", { headers: { "x-a": "b" } });
  const rewrapped = new LightResponse(source.body, source);
  assertEquals(rewrapped.headers.get("x-a"), "b");
  assertEquals(await rewrapped.text(), "shared");
  assertEquals(source.bodyUsed, true);

  const { body } = new LightResponse("stream me");
  assertInstanceOf(body, ReadableStream);
  const upper = body!.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) =>
        controller.enqueue(new TextEncoder().encode(new TextDecoder().decode(chunk).toUpperCase())),
    }),
  );
  assertEquals(
    await new LightResponse(upper as ReadableStream<Uint8Array<ArrayBuffer>>).text(),
    "STREAM ME",
  );
  const [left, right] = new LightResponse("tee").body!.tee();
  assertEquals(
    await new NativeResponse(left).text() + await new LightResponse(right).text(),
    "teetee",
  );
  let pieces = "";
  for await (const chunk of new LightResponse("loop").body!) {
    pieces += new TextDecoder().decode(chunk);
  }
  assertEquals(pieces, "loop");
  const locked = new LightResponse("x").body!;
  locked.getReader();
  assert(locked.locked);
  await assertRejects(() =>
    new NativeResponse(new LightResponse("x").body!.pipeThrough(new TransformStream())).json()
  );
});

test("Response: statuses, statics and refusals", async () => {
  for (const status of [199, 600, 0, -1, NaN]) {
    assertThrows(() => new LightResponse("", { status }), RangeError);
  }
  for (const status of [204, 205, 304]) {
    assertThrows(() => new LightResponse("x", { status }), TypeError);
    assertEquals(new LightResponse(null, { status }).status, status);
  }
  assertThrows(() => new LightResponse("", { statusText: "a\nb" }), TypeError);
  const json = LightResponse.json({ a: 1 }, { status: 202 });
  assertEquals([json.status, json.headers.get("content-type")], [202, "application/json"]);
  assertEquals(await json.json(), { a: 1 });
  assertEquals(
    LightResponse.json(1, { headers: { "content-type": "x/y" } }).headers.get("content-type"),
    "x/y",
  );
  assertThrows(() => LightResponse.json(undefined), TypeError);
  const redirect = LightResponse.redirect("http://a/b", 307);
  assertEquals([redirect.status, redirect.headers.get("location")], [307, "http://a/b"]);
  assertThrows(() => LightResponse.redirect("http://a", 200), RangeError);
  assertEquals(LightResponse.error().type, "error");
  const plain = new LightResponse("x");
  assertEquals([plain.ok, plain.type, plain.url, plain.redirected, plain.statusText], [
    true,
    "default",
    "",
    false,
    "",
  ]);
});

test("Request: what is read is what the runtime's would say", async () => {
  const targets = [
    "/",
    "/a/../b",
    "/a/./b",
    "/%2e%2e/x",
    "/a?b=../c",
    "//x/y",
    "/a b".replace(" ", "%20"),
    "/\"<>`{}|\\^'",
    "/?'\"",
    "/a/..",
    "/...",
    "/.a",
    "/a;b=c",
    "/%41",
    "/?",
    "/a//b",
  ];
  for (const target of targets) {
    const light = requestOf("GET", target, []);
    const native = new NativeRequest(`http://a${target}`);
    assertEquals(light.url, native.url, target);
  }
  const light = requestOf("POST", "/", [["Content-Type", "application/json"]], '{"a":1}');
  assertInstanceOf(light, NativeRequest);
  assertEquals(
    [light.cache, light.credentials, light.destination, light.integrity, light.keepalive],
    ["default", "same-origin", "", "", false],
  );
  assertEquals(
    [light.mode, light.redirect, light.referrer, light.referrerPolicy],
    ["cors", "follow", "about:client", ""],
  );
  assertEquals([light.method, light.bodyUsed, light.signal.aborted], ["POST", false, false]);
  const copy = light.clone();
  assertEquals(await light.json(), { a: 1 });
  assert(light.bodyUsed);
  await assertRejects(() => light.text(), TypeError);
  assertEquals(await copy.json(), { a: 1 });
  assertThrows(() => light.clone(), TypeError);
  assertEquals(await requestOf("GET", "/", []).text(), "");
  assertEquals(requestOf("GET", "/", []).body, null);
  await assertRejects(() => requestOf("GET", "/", []).json(), SyntaxError);
  const form = requestOf(
    "POST",
    "/",
    [["Content-Type", "application/x-www-form-urlencoded"]],
    "a=1&b=2",
  );
  assertEquals((await form.formData()).get("b"), "2");
  const blob = await requestOf("POST", "/", [["Content-Type", "text/x"]], "b").blob();
  assertEquals([blob.type, await blob.text()], ["text/x", "b"]);
  assertEquals(
    await new NativeResponse(
      requestOf("POST", "/", [], "s").body!.pipeThrough(new TransformStream()),
    ).text(),
    "s",
  );
  assertEquals([...await requestOf("POST", "/", [], "\xff").bytes()], [255]);
});

test("Request: the signal aborts, whenever it is touched", () => {
  const before = requestOf("GET", "/", []);
  abortRequest(before, new Error("gone"));
  assertEquals((before.signal.reason as Error).message, "gone");
  const after = requestOf("GET", "/", []);
  const copy = after.clone();
  const { signal } = after;
  abortRequest(after, new Error("gone"));
  assert(signal.aborted && copy.signal.aborted);
});

test("a body that comes in pieces: streams, reads, failures", async () => {
  let wanted = 0;
  const body = new IncomingBody({ wanted: () => wanted++ });
  const request = requestWith("POST", "/", [], body);
  const all = request.text();
  assertEquals(wanted, 1);
  for (const byte of latin1Bytes("hello world")) body.push(Uint8Array.of(byte), 0, 1);
  body.end();
  assertEquals(await all, "hello world");

  const streamed = new IncomingBody({ wanted: () => {} });
  const reader = requestWith("POST", "/", [], streamed).body!.getReader();
  const piece = reader.read();
  streamed.push(latin1Bytes("ab"), 0, 2);
  assertEquals(new TextDecoder().decode((await piece).value), "ab");
  streamed.end();
  assertEquals((await reader.read()).done, true);

  const failing = new IncomingBody({ wanted: () => {} });
  const failed = requestWith("POST", "/", [], failing).json();
  failing.fail(new Error("cut"));
  await assertRejects(() => failed, Error, "cut");
});

test("a Buffer's neighbours are safe: it is copied, never handed over with what it was cut from", async () => {
  const pool = Buffer.from("before|body|behind");
  const part = pool.subarray(7, 11); // on Node `slice` of a Buffer is a view
  const response = new LightResponse(part as unknown as BodyInit);
  pool.fill(0x2e, 7, 11);
  assertEquals(await response.text(), "body");
  const incoming = new IncomingBody({ wanted: () => {} });
  incoming.push(pool, 7, 11);
  incoming.end();
  const reader = requestWith("POST", "/", [], incoming).body!.getReader();
  assertEquals(new TextDecoder().decode((await reader.read()).value), "....");
  assertEquals(pool.toString(), "before|....|behind");
});

test("the light globals stand in for the runtime's, and unwrap what it must see", async () => {
  try {
    installLightGlobals();
    const native = new NativeResponse("x");
    assert(native instanceof Response && new Response("x") instanceof NativeResponse);
    assert(new Headers() instanceof NativeHeaders && new NativeHeaders() instanceof Headers);
    assert(!({} instanceof Response) && !(null as unknown instanceof Response));
    class Own extends Response {}
    assert(new Own("x") instanceof Own && !(new Response("x") instanceof Own));
    const light = requestOf("POST", "/x", [["x-a", "b"]], "body");
    const copied = new Request(light);
    assertEquals([copied.url, copied.method, copied.headers.get("x-a")], [
      "http://a/x",
      "POST",
      "b",
    ]);
    assertEquals(await copied.text(), "body");
    const moved = new Request("http://b/y", requestOf("POST", "/x", [["x-a", "b"]], "body"));
    assertEquals([moved.url, await moved.text()], ["http://b/y", "body"]);
    assert(copied instanceof Request && light instanceof Request);
    const body = new Response("piped").body;
    const carrying = new Request(
      "http://a/",
      { method: "POST", body, duplex: "half" } as RequestInit,
    );
    assertEquals(await carrying.text(), "piped");
  } finally {
    restoreGlobals();
  }
  assertStrictEquals(globalThis.Response, NativeResponse);
});

function outcome(headers: Headers, operation: Operation): unknown {
  return attempt(() => {
    switch (operation[0]) {
      case "list":
        return listOf(headers);
      case "getSetCookie":
        return headers.getSetCookie();
      case "append":
      case "set":
        return headers[operation[0]](operation[1], operation[2]);
      default:
        return headers[operation[0] as "get"](operation[1]!);
    }
  });
}

/** Sorted as the standard says; Bun puts Set-Cookie last. */
function listOf(headers: Headers): [string, string][] {
  return [...headers].sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
}

function attempt(fn: () => unknown): unknown {
  try {
    return { value: fn() };
  } catch (error) {
    return { error: error instanceof TypeError ? "TypeError" : String(error) };
  }
}

async function readAs(
  body: Response,
  how: "text" | "arrayBuffer" | "json" | "blob" | "bytes",
): Promise<unknown> {
  try {
    const value: unknown = await body[how]();
    if (value instanceof Blob) return await value.text();
    return value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value;
  } catch (error) {
    return (error as Error).name;
  }
}

function headOf(method: string, target: string, lines: readonly [string, string][]) {
  const parser = new RequestParser(PARSER_DEFAULTS);
  const host = lines.some(([name]) => name.toLowerCase() === "host") ? [] : [["Host", "a"]];
  const fields = [...host, ...lines].map(([name, value]) => `${name}: ${value}\r\n`).join("");
  parser.push(latin1Bytes(`${method} ${target} HTTP/1.1\r\n${fields}\r\n`));
  assertEquals(parser.next(), "head", target);
  return parser.head;
}

function requestOf(
  method: string,
  target: string,
  lines: readonly [string, string][],
  body?: string,
): LightRequest {
  if (body === undefined) return requestWith(method, target, lines, undefined);
  const incoming = new IncomingBody({ wanted: () => {} });
  incoming.push(latin1Bytes(body), 0, body.length);
  incoming.end();
  return requestWith(method, target, lines, incoming);
}

function requestWith(
  method: string,
  target: string,
  lines: readonly [string, string][],
  body: IncomingBody | undefined,
): LightRequest {
  return new LightRequest(headOf(method, target, lines), () => "http://a", body);
}

test("a mark of byte order at the beginning is no part of a text, nor of JSON", async () => {
  // fetch.spec.whatwg.org §5.3, "text": UTF-8 decode. Bun's and Deno's own keep the mark of a string.
  const texts = { "\ufeffa": "a", "\ufeff\ufeffa": "\ufeffa", "a\ufeff": "a\ufeff", "\ufeff": "" };
  for (const [text, expected] of Object.entries(texts)) {
    assertEquals(await new LightResponse(text).text(), expected);
    assertEquals(await new LightResponse(new TextEncoder().encode(text)).text(), expected);
  }
  assertEquals(await new LightResponse('\ufeff{"a":1}').json(), { a: 1 });
});
