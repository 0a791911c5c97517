/** What the adapters are sent that nobody meant: events of every kind with something missing, wrong or evil. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Api, stream } from "../../src/api/mod.ts";
import { type AwsEvent, awsHandler, type AwsResult, awsStreamHandler } from "../../src/api/aws.ts";
import { workersHandler } from "../../src/api/workers.ts";

const quiet = { log: () => {} };

/** Answers what it was asked. */
function mirror(): Api {
  const api = new Api(quiet);
  const seen = async (c: { request: Request }) => ({
    method: c.request.method,
    url: c.request.url,
    headers: Object.fromEntries(c.request.headers),
    body: c.request.body === null ? null : [...new Uint8Array(await c.request.arrayBuffer())],
  });
  api.all("/", seen).all("/*path", seen);
  return api;
}

const v2: AwsEvent = {
  rawPath: "/p",
  rawQueryString: "a=1",
  headers: { host: "x.example" },
  requestContext: { http: { method: "GET" }, stage: "$default" },
};
const v1: AwsEvent = {
  path: "/p",
  httpMethod: "GET",
  headers: { host: "x.example" },
  multiValueHeaders: { host: ["x.example"] },
};
const alb: AwsEvent = {
  path: "/p",
  httpMethod: "GET",
  headers: { host: "x.example" },
  requestContext: { elb: {} },
};

const ask = async (event: AwsEvent): Promise<[number, ReturnType<typeof JSON.parse>]> => {
  const { statusCode, body } = await awsHandler(mirror(), quiet)(event);
  return [statusCode, JSON.parse(body)];
};

test("a host that is none cannot move the path", async () => {
  const evil = [
    "evil.example/admin?",
    "evil.example/admin#",
    "x@evil.example",
    "a b",
    "",
    "a\\b",
    "[::1",
    "x:99999999",
    "x:99999",
    "ü.example",
    "a,b",
  ];
  for (const kind of [v2, v1, alb]) {
    for (const host of evil) {
      const [status, seen] = await ask({
        ...kind,
        headers: { host },
        multiValueHeaders: kind === v1 ? { host: [host] } : undefined as never,
      });
      const { host: named, pathname } = new URL(seen.url);
      assertEquals([host, status, named, pathname], [host, 200, "localhost", "/p"]);
    }
  }
  for (const host of ["x.example", "x.example:8443", "127.0.0.1", "[::1]:80", "a_b.example"]) {
    const [, seen] = await ask({ ...v2, headers: { host } });
    assertEquals(new URL(seen.url).host, host);
  }
  const { headers: _, ...headless } = v2;
  const [, seen] = await ask({
    ...headless,
    requestContext: { ...v2.requestContext, domainName: "gate.example" },
  });
  assertEquals(new URL(seen.url).host, "gate.example");
});

test("fields that are missing or null are not there, and no more", async () => {
  const bare: [string, AwsEvent][] = [
    ["v2", { rawPath: "/p", requestContext: { http: { method: "GET" } } }],
    ["v1", {
      path: "/p",
      httpMethod: "GET",
      headers: null,
      multiValueHeaders: null,
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      body: null,
    }],
    ["alb", { path: "/p", httpMethod: "GET", requestContext: { elb: {} } }],
    ["nulls within", {
      ...v1,
      headers: { host: "x", "x-null": null as never, "x-undefined": undefined },
      multiValueHeaders: { host: ["x"], "x-none": undefined },
      multiValueQueryStringParameters: { q: undefined },
    }],
  ];
  for (const [what, event] of bare) {
    const [status, seen] = await ask(event);
    assertEquals([what, status, new URL(seen.url).pathname], [what, 200, "/p"]);
    assertEquals([what, new URL(seen.url).search, seen.body], [what, "", null]);
    const other = Object.keys(seen.headers).filter((name) => name.startsWith("x-"));
    assertEquals([what, other], [what, []]);
  }
});

test("what is no request is a 500, logged, and starts nothing anew", async () => {
  const logged: unknown[] = [];
  let starts = 0;
  const api = mirror();
  api.onStartup(() => void starts++);
  const handler = awsHandler(api, { log: (error) => void logged.push(error) });
  const nonsense: AwsEvent[] = [
    {},
    { rawPath: "/" },
    { path: "/" },
    { httpMethod: "GET" },
    { ...v2, requestContext: { http: {} } },
    { ...v2, requestContext: { http: { method: "A B" } } },
    { ...v2, headers: { "bad name": "x" } },
    { ...v2, headers: { "x-a": "1\r\nx-evil: 2" } },
    {
      ...v2,
      body: "!!not base64",
      isBase64Encoded: true,
      requestContext: { http: { method: "POST" } },
    },
  ];
  for (const event of nonsense) {
    const result = await handler(event);
    assertEquals([result.statusCode, result.body], [500, '{"detail":"Internal Server Error"}']);
  }
  assertEquals(logged.length, nonsense.length);
  assertEquals((await handler(v2)).statusCode, 200);
  assertEquals(starts, 1);
});

test("paths and queries arrive as they were, and never as something else", async () => {
  const paths: [string, string][] = [
    ["/a b", "/a%20b"],
    ["/%", "/%25"],
    ["/%zz", "/%25zz"],
    ["/a?b", "/a%3Fb"],
    ["/a#b", "/a%23b"],
    ["/ü", "/%C3%BC"],
    ["/\ud800", "/%EF%BF%BD"],
    ["/a\\b", "/a%5Cb"],
    ["//evil.example/x", "//evil.example/x"],
    ["p", "/p"],
    ["", "/"],
  ];
  for (const [given, wanted] of paths) {
    const [, seen] = await ask({ ...v1, path: given });
    const { host, pathname } = new URL(seen.url);
    assertEquals([given, host, pathname], [given, "x.example", wanted]);
  }
  const [, hash] = await ask({ ...v2, rawQueryString: "a=1#b&c=%23" });
  assertEquals(new URL(hash.url).search, "?a=1%23b&c=%23");
  const [, many] = await ask({
    ...v1,
    queryStringParameters: { a: "2" },
    multiValueQueryStringParameters: { a: ["1", "2"], "b&c": ["="] },
  });
  assertEquals(new URL(many.url).search, "?a=1&a=2&b%26c=%3D");
  const [, single] = await ask({ ...v1, queryStringParameters: { a: "x y", b: undefined } });
  assertEquals(new URL(single.url).search, "?a=x%20y&b=");
});

test("several header fields of a name, and cookies, come together by their own rules", async () => {
  const [, first] = await ask({
    ...v1,
    headers: { "x-a": "last", cookie: "b=2" },
    multiValueHeaders: { "X-A": ["1", "2"], Cookie: ["a=1", "b=2"] },
  });
  assertEquals([first.headers["x-a"], first.headers.cookie], ["1, 2", "a=1; b=2"]);
  const [, second] = await ask({ ...v2, cookies: ["a=1", "b=ü"] });
  assertEquals(
    new TextDecoder().decode(
      Uint8Array.from(second.headers.cookie, (c: string) => c.charCodeAt(0)),
    ),
    "a=1; b=ü",
  );
  const [, none] = await ask({ ...v2, cookies: [] });
  assertEquals(none.headers.cookie, undefined);
});

test("bodies: base64, text, empty, on methods that have none; a length that lies is put right", async () => {
  const post = (body: string | null, isBase64Encoded: boolean, method = "POST") =>
    ask({
      ...v2,
      body,
      isBase64Encoded,
      headers: { host: "x", "content-length": "999" },
      requestContext: { http: { method } },
    });
  assertEquals((await post("/wCA", true))[1].body, [255, 0, 128]);
  assertEquals((await post("ü", false))[1].body, [0xc3, 0xbc]);
  assertEquals((await post("ü", false))[1].headers["content-length"], "2");
  assertEquals((await post("x", false, "GET"))[1].body, null);
  assertEquals((await post(null, false))[0], 200);
});

/** The bytes that a client gets of a result. */
function bytesOf({ body, isBase64Encoded }: AwsResult): Uint8Array {
  return isBase64Encoded
    ? Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
    : new TextEncoder().encode(body);
}

test("answers arrive byte for byte, whatever their type says", async () => {
  const bodies = [
    [0xef, 0xbb, 0xbf, 0x61],
    [0xff, 0xfe],
    [0xc3],
    [0xed, 0xa0, 0x80],
    [],
    [0],
    Array.from({ length: 20_000 }, (_, i) => i % 256),
  ];
  const types = ["text/plain", "text/csv; charset=iso-8859-1", "application/json", "image/png", ""];
  for (const sent of bodies) {
    for (const type of types) {
      const api = new Api(quiet);
      const headers: Record<string, string> = type === "" ? {} : { "content-type": type };
      api.get("/p", () => new Response(new Uint8Array(sent), { headers }));
      for (const event of [v2, v1, alb]) {
        const result = await awsHandler(api, quiet)(event);
        assertEquals([type, [...bytesOf(result)]], [type, sent]);
      }
    }
  }
  const zipped = new Api(quiet);
  zipped.get("/p", () => new Response("x", { headers: { "content-encoding": "gzip" } }));
  assertEquals((await awsHandler(zipped, quiet)(v2)).isBase64Encoded, true);
});

test("a body that fails half-way is a 500", async () => {
  const api = new Api(quiet);
  api.get("/p", () =>
    stream(async (w) => {
      await w.write("half");
      throw new Error("secret");
    }));
  const logged: unknown[] = [];
  const result = await awsHandler(api, { log: (error) => void logged.push(error) })(v2);
  assertEquals([result.statusCode, result.body.includes("secret")], [500, false]);
  assertEquals(logged.length, 1);
});

/** Runs a streaming handler on a stream of Lambda's that is played by the test. */
async function streamed(api: Api, leaveAfter: number): Promise<string[]> {
  const seen: string[] = [];
  const listeners = new Map<string, () => void>();
  const raw = {
    write(chunk: Uint8Array | string) {
      seen.push(typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk));
      if (seen.length === leaveAfter) queueMicrotask(() => listeners.get("close")?.());
      else queueMicrotask(() => listeners.get("drain")?.());
      return false;
    },
    end: () => void seen.push("END"),
    once: (event: string, listener: () => void) => void listeners.set(event, listener),
  };
  (globalThis as { awslambda?: unknown }).awslambda = {
    streamifyResponse:
      (run: (event: AwsEvent, stream: typeof raw) => Promise<void>) => (event: AwsEvent) =>
        run(event, raw),
    HttpResponseStream: {
      from: (given: typeof raw, metadata: { statusCode: number }) => {
        seen.push(String(metadata.statusCode));
        return given;
      },
    },
  };
  try {
    await awsStreamHandler(api, quiet)(v2);
  } finally {
    delete (globalThis as { awslambda?: unknown }).awslambda;
  }
  return seen;
}

test("Lambda's stream: backpressure, a client that leaves, a failure half-way, no body", async () => {
  const api = (write: Parameters<typeof stream>[0]) => {
    const made = new Api(quiet);
    made.get("/p", () => stream(write));
    return made;
  };
  const three = async (w: { write(chunk: string): Promise<void> }) => {
    for (const each of ["a", "b", "c"]) await w.write(each);
  };
  assertEquals(await streamed(api(three), -1), ["200", "a", "b", "c", "END"]);
  let reason: unknown;
  const left = await streamed(
    api(async (w) => {
      await w.write("a");
      await w.sleep(60_000).catch((error) => (reason = error));
    }),
    2,
  );
  assertEquals([left, (reason as Error).name], [["200", "a", "END"], "AbortError"]);
  const failed = await streamed(
    api(async (w) => {
      await w.write("a");
      await w.sleep(1);
      throw new Error("secret");
    }),
    -1,
  );
  assertEquals(failed, ["200", "a", "END"]);
  const empty = new Api(quiet);
  empty.get("/p", { status: 204 }, () => {});
  assertEquals(await streamed(empty, -1), ["204", "", "END"]);
});

test("Workers: a start that fails is a 503 and tried again; waitUntil outlives the answer; no context", async () => {
  let starts = 0;
  const api = new Api(quiet);
  api.onStartup(() => {
    if (++starts === 1) throw new Error("secret");
  });
  let done = false;
  api.get("/", (c) => {
    c.background(async () => {
      await Promise.resolve();
      throw new Error("in the background");
    });
    c.background(() => (done = true));
    return "ok";
  });
  const handler = workersHandler(api);
  const { error } = console;
  console.error = () => {};
  const both = await Promise.all([1, 2].map(() => handler.fetch(new Request("http://x/"))));
  console.error = error;
  assertEquals(both.map((each) => each.status), [503, 503]);
  assert(!(await both[0]!.text()).includes("secret"));
  const waits: Promise<unknown>[] = [];
  const execution = { waitUntil: (wait: Promise<unknown>) => void waits.push(wait) };
  assertEquals((await handler.fetch(new Request("http://x/"), {}, execution)).status, 200);
  assertEquals([starts, waits.length], [2, 1]);
  await Promise.all(waits);
  assert(done);
  assertEquals((await handler.fetch(new Request("http://x/"))).status, 200);
});
