/** What handlers may answer with, and what becomes of what they must not. */

import { Readable } from "node:stream";
import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { NativeRequest, NativeResponse } from "../../src/http/natives.ts";
import type { ServeOptions } from "../../src/http/options.ts";
import { RawClient, served, statuses, tick } from "../support/http_raw.ts";

// deno-lint-ignore no-explicit-any -- a handler in plain JavaScript answers with anything
type Anything = any;

const bytes = (text: string) => new TextEncoder().encode(text);

/** One request on a connection of its own: the whole answer, and what the handler's fault was. */
async function answerOf(
  handler: () => Anything,
  method = "GET",
  options: ServeOptions = {},
): Promise<{ answer: string; errors: string[] }> {
  const errors: string[] = [];
  const onError = (error: unknown) => void errors.push(String((error as Error)?.message));
  const { server, port } = await served(handler, { onError, ...options });
  const client = await RawClient.open(port);
  client.send(`${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
  const answer = await client.finish();
  await server.stop(); // resolves only if no connection and no slot was lost
  assertEquals(server.stats.activeRequests, 0);
  return { answer, errors };
}

const NO_RESPONSES: Record<string, () => Anything> = {
  "nothing": () => undefined,
  "null": () => null,
  "a text": () => "hello",
  "a status": () => 404,
  "a number that is no status": () => 1e9,
  "a plain object": () => ({ status: 200 }),
  "a promise of nothing": () => Promise.resolve(),
  "a proxy of a Response": () => new Proxy(new Response("x"), {}),
  "a rejection with nothing": () => Promise.reject(undefined),
  "a thrown object without a text": () => {
    throw Object.create(null);
  },
  "a thenable that throws": () => ({
    then() {
      throw new Error("no promise");
    },
  }),
  "Response.error()": () => Response.error(),
  "the runtime's own Response.error()": () => NativeResponse.error(),
  "a body that somebody holds": () => {
    const response = new Response("x");
    response.body!.getReader();
    return response;
  },
  "a native body that somebody holds": () => {
    const response = new NativeResponse("x");
    response.body!.getReader();
    return response;
  },
  "a body that was read": async () => {
    const response = new Response("x");
    await response.text();
    return response;
  },
};

for (const [what, handler] of Object.entries(NO_RESPONSES)) {
  test(`${what} is a 500 without internals, told once`, async () => {
    const { answer, errors } = await answerOf(handler);
    assertEquals(statuses(answer), [500], answer);
    assert(answer.endsWith("Content-Length: 0\r\nConnection: close\r\n\r\n"), answer);
    assertEquals(errors.length, 1);
  });
}

test("a thenable that calls back twice answers once, and gives one slot back", async () => {
  const thenable = {
    then(resolve: (response: Response) => void) {
      resolve(new Response("first"));
      resolve(new Response("second"));
    },
  };
  const { server, port } = await served((() => thenable) as Anything, { maxConcurrentRequests: 1 });
  const client = await RawClient.open(port);
  client.send(
    "GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  );
  const text = await client.finish();
  assertEquals(text.match(/first|second/g), ["first", "first"]);
  await server.stop();
});

test("a status text cannot split the answer, whoever made the Response", async () => {
  const make = () => {
    try {
      return new NativeResponse("x", { statusText: "OK\r\nSet-Cookie: a=b" }); // Bun's takes it
    } catch {
      return NativeResponse.error();
    }
  };
  for (const lightGlobals of [true, false]) {
    const { answer } = await answerOf(make, "GET", { lightGlobals });
    assert(!/set-cookie/i.test(answer), answer);
    assertEquals(statuses(answer), [500]);
  }
});

test("without light globals a handler's request is one that the runtime's own constructors take", async () => {
  const uses: Record<string, (request: Request) => Promise<Response> | Response> = {
    "/body": (request) => new NativeResponse(request.body),
    "/request": async (request) => new NativeResponse(await new NativeRequest(request).text()),
    "/init": async (request) =>
      new NativeResponse(await new NativeRequest("http://b/", request).text()),
    "/clone": async (request) =>
      new NativeResponse(await request.clone().text() && await request.text()),
  };
  const options = { lightGlobals: false };
  const { server, port } = await served((r) => uses[new URL(r.url).pathname]!(r), options);
  for (const path of Object.keys(uses)) {
    const client = await RawClient.open(port);
    client.send(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello`,
    );
    const text = await client.finish();
    assert(text.endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n"), path + text);
  }
  await server.stop();
});

test("without light globals TRACE and a handler's abort work as with them", async () => {
  const reasons: unknown[] = [];
  const { server, port } = await served((request) => {
    if (request.method === "TRACE") return new NativeResponse(request.method);
    return new Promise((_, reject) =>
      request.signal.addEventListener("abort", () => {
        reasons.push(request.signal.reason);
        reject(request.signal.reason);
      })
    );
  }, { lightGlobals: false, requestTimeoutMs: 100 });
  const client = await RawClient.open(port);
  client.send(
    "TRACE / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
  );
  assertEquals(statuses(await client.finish()), [200, 504]);
  assertEquals((reasons[0] as Error).name, "TimeoutError");
  await server.stop();
});

test("without light globals a signal fires though nothing but it is left of the request", async () => {
  let aborted = false;
  let called = false;
  const { server, port } = await served((request) => {
    called = true;
    return new Promise((_, reject) =>
      request.signal.addEventListener("abort", () => {
        aborted = true;
        reject(new Error("gone"));
      })
    );
  }, { lightGlobals: false, halfClose: "abort", onError: () => {} });
  const client = await RawClient.open(port);
  client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  while (!called) await tick(1);
  const canary = new WeakRef({});
  const heap: unknown[] = [];
  for (let i = 0; i < 2_000 && canary.deref() !== undefined; i++) {
    heap.push(Array.from({ length: 10_000 }, () => ({})));
    if (heap.length > 50) heap.length = 0;
    await tick();
  }
  client.destroy();
  for (let i = 0; i < 400 && !aborted; i++) await tick(5);
  assert(aborted);
  await server.stop({ now: true });
});

test("a 101 without a protocol behind it is a 500", async () => {
  const make = () => {
    try {
      return new NativeResponse(null, { status: 101 }); // Deno's and Bun's take it
    } catch {
      return NativeResponse.error();
    }
  };
  assertEquals(statuses((await answerOf(make)).answer), [500]);
});

test("the same Response twice: a body once, no body as often as wanted", async () => {
  const full = new Response("x");
  const empty = new Response(null, { status: 202 });
  const { server, port } = await served(
    (request) => request.url.endsWith("/full") ? full : empty,
    { onError: () => {} },
  );
  const client = await RawClient.open(port);
  const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  client.send(get("/full") + get("/full") + get("/empty") + get("/empty"));
  await client.until((c) => statuses(c.received).length === 4, "four answers");
  assertEquals(statuses(client.received), [200, 500, 202, 202]);
  client.destroy();
  await server.stop();
});

test("what the runtimes stream is streamed: generators, Node's streams, async iterables", async () => {
  const generator = async function* () {
    yield bytes("one ");
    await tick(1);
    yield bytes("two");
  };
  const bodies: (() => Anything)[] = [
    () => generator(),
    () => Readable.from([Buffer.from("one "), Buffer.from("two")]),
    () => ({ [Symbol.asyncIterator]: generator }),
  ];
  for (const body of bodies) {
    const { answer } = await answerOf(() => new Response(body()));
    assert(/\r\nTransfer-Encoding: chunked\r\n/.test(answer), answer);
    assertEquals(answer.split("\r\n\r\n")[1]!.match(/one |two/g), ["one ", "two"]);
    assert(answer.endsWith("0\r\n\r\n"), answer);
    assertEquals(await new Response(body()).text(), "one two");
  }
});

test("HEAD without a body says no length but the handler's own", async () => {
  const lengths = async (handler: () => Response) =>
    /content-length: (\d+)/i.exec((await answerOf(handler, "HEAD")).answer)?.[1];
  assertEquals(await lengths(() => new Response(null)), undefined);
  assertEquals(
    await lengths(() => new Response(null, { headers: { "content-length": "5" } })),
    "5",
  );
  assertEquals(await lengths(() => new Response("")), "0");
  assertEquals(await lengths(() => new Response("hello")), "5");
});

test("a hook that throws changes nothing for the request", async () => {
  const fail = () => {
    throw new Error("hook");
  };
  const { console } = globalThis;
  const lines: string[] = [];
  const { error } = console;
  console.error = (line: string) => void lines.push(line);
  try {
    const { server, port } = await served(() => {
      throw Object.create(null);
    }, {
      onError: fail,
      events: {
        connectionOpened: fail,
        requestStarted: fail,
        requestFinished: fail,
        connectionClosed: fail,
        drainStarted: fail,
        drainFinished: fail,
      },
    });
    const client = await RawClient.open(port);
    client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await client.until((c) => statuses(c.received).length === 2, "both answers");
    assertEquals(statuses(client.received), [500, 500]);
    client.end();
    await server.stop();
    assertEquals(server.metrics.closedTotal, 1);
  } finally {
    console.error = error;
  }
  assert(lines.some((line) => line.startsWith("The hook requestFinished failed: Error: hook")));
  assert(lines.length <= 10, `${lines.length} lines`);
});

test("what a handler throws is told on standard error, whatever it is", async () => {
  const { console } = globalThis;
  const { error } = console;
  const lines: string[] = [];
  console.error = (line: string) => void lines.push(line);
  try {
    const { server, port } = await served(() => {
      throw Object.create(null);
    });
    const client = await RawClient.open(port);
    client.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertEquals(statuses(await client.finish()), [500]);
    await server.stop();
  } finally {
    console.error = error;
  }
  assertEquals(lines.length, 1);
  assert(/^Request \S+ \(GET\) failed: what was thrown has no text$/.test(lines[0]!), lines[0]);
});
