import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Api, list, object, setCookie, stream, text } from "../../src/api/mod.ts";
import { type AwsEvent, awsHandler, awsStreamHandler } from "../../src/api/aws.ts";
import { workersHandler } from "../../src/api/workers.ts";

function app(): Api {
  const api = new Api({ log: () => {} });
  api.get("/echo/{name}", {
    query: { q: list(text()).optional() },
    headers: { x_a: text().optional() },
    cookies: { a: text().optional(), b: text().optional() },
  }, (c) => {
    setCookie(c, "one", "1");
    setCookie(c, "two", "2");
    return [c.path.name, c.query.q, c.headers.x_a, c.cookies];
  });
  api.post("/body", { body: object({ text: text() }) }, (c) => c.body);
  api.get(
    "/binary",
    () => new Response(new Uint8Array([0, 255, 128]), { headers: { "content-type": "image/png" } }),
  );
  api.get("/untyped", () => new Response(new Uint8Array([0xff])));
  api.get("/throws", () => {
    throw new Error("secret");
  });
  api.get("/stream", () =>
    stream(async (w) => {
      await w.write("a");
      await w.write("b");
    }));
  api.static("/fixed", "static");
  return api;
}

const v2 = (path: string, extra: Partial<AwsEvent> = {}, method = "GET"): AwsEvent => ({
  rawPath: path,
  rawQueryString: "",
  headers: { host: "x.example" },
  requestContext: { http: { method }, stage: "$default" },
  ...extra,
});
const v1 = (path: string, extra: Partial<AwsEvent> = {}): AwsEvent => ({
  path,
  httpMethod: "GET",
  headers: { Host: "x.example" },
  multiValueHeaders: { Host: ["x.example"] },
  requestContext: { stage: "prod" },
  ...extra,
});

test("API Gateway v2 and Function URLs: path, query, cookies both ways", async () => {
  const handler = awsHandler(app());
  const result = await handler(v2("/echo/%C3%BC b", {
    rawQueryString: "q=1&q=a%40b.com",
    cookies: ["a=1", "b=2"],
    headers: { host: "x.example", "x-a": "y" },
  }));
  assertEquals(JSON.parse(result.body), ["ü b", ["1", "a@b.com"], "y", { a: "1", b: "2" }]);
  assertEquals(result.cookies, ["one=1; Path=/", "two=2; Path=/"]);
  assertEquals([result.statusCode, result.isBase64Encoded, result.headers], [200, false, {
    "content-type": "application/json",
  }]);
});

test("bodies come as text or base64, and go as base64 by their content type", async () => {
  const handler = awsHandler(app());
  const post = (body: string, isBase64Encoded: boolean) =>
    handler(
      v2("/body", {
        body,
        isBase64Encoded,
        headers: { host: "x", "content-type": "application/json" },
      }, "POST"),
    );
  assertEquals((await post('{"text":"ü"}', false)).body, '{"text":"ü"}');
  assertEquals((await post(btoa('{"text":"\xc3\xbc"}'), true)).body, '{"text":"ü"}');
  const binary = await handler(v2("/binary"));
  assertEquals([binary.body, binary.isBase64Encoded], ["AP+A", true]);
  const untyped = await handler(v2("/untyped"));
  assertEquals([untyped.body, untyped.isBase64Encoded], ["/w==", true]);
  assertEquals((await handler(v2("/stream"))).body, btoa("ab"));
});

test("a named stage and a base path are taken off", async () => {
  const staged = await awsHandler(app())(
    v2("/dev/fixed", { requestContext: { http: { method: "GET" }, stage: "dev" } }),
  );
  assertEquals([staged.body, staged.headers!["content-type"]], [
    "static",
    "text/plain; charset=UTF-8",
  ]);
  const mapped = await awsHandler(app(), { basePath: "/v9" })(v1("/v9/fixed"));
  assertEquals(mapped.body, "static");
  assertEquals((await awsHandler(app(), { basePath: "/v9" })(v1("/v99/fixed"))).statusCode, 404);
});

test("API Gateway v1: decoded paths and queries, multi-value headers", async () => {
  const result = await awsHandler(app())(v1("/echo/a b%", {
    multiValueQueryStringParameters: { q: ["x y", "ü&=#"] },
    multiValueHeaders: { Host: ["x.example"], Cookie: ["a=1", "b=2"], "X-A": ["1", "2"] },
  }));
  assertEquals(JSON.parse(result.body), ["a b%", ["x y", "ü&=#"], "1, 2", { a: "1", b: "2" }]);
  assertEquals(result.multiValueHeaders!["set-cookie"], ["one=1; Path=/", "two=2; Path=/"]);
});

test("load balancers: raw queries, with and without multi-value headers", async () => {
  const event: AwsEvent = {
    path: "/echo/x",
    httpMethod: "GET",
    headers: { host: "x.example", cookie: "a=1" },
    queryStringParameters: { q: "x%20y" },
    requestContext: { elb: {} },
  };
  const single = await awsHandler(app())(event);
  assertEquals(JSON.parse(single.body), ["x", ["x y"], null, { a: "1" }]);
  assertEquals(single.statusDescription, "200 OK");
  const cookies = Object.entries(single.headers!).filter(([name]) =>
    name.toLowerCase() === "set-cookie"
  );
  assertEquals(cookies.map(([, value]) => value), ["one=1; Path=/", "two=2; Path=/"]);
  const many = await awsHandler(app())({
    ...event,
    headers: null,
    multiValueHeaders: { host: ["x.example"], cookie: ["a=1"] },
  });
  assertEquals(many.multiValueHeaders!["set-cookie"]!.length, 2);
});

test("errors are 500, whatever they are", async () => {
  const logged: unknown[] = [];
  const log = (error: unknown) => void logged.push(error);
  const thrown = await awsHandler(app(), { log })(v2("/throws"));
  assertEquals([thrown.statusCode, thrown.body], [500, '{"detail":"Internal Server Error"}']);
  const nonsense = await awsHandler(app(), { log })({});
  assertEquals([nonsense.statusCode, logged.length], [500, 1]);
  let starts = 0;
  const broken = awsHandler({
    fetch: () => new Response("up"),
    startup: () => ++starts === 1 ? Promise.reject(new Error("not yet")) : Promise.resolve(),
  }, { log });
  assertEquals((await broken(v2("/"))).statusCode, 500);
  assertEquals((await broken(v2("/"))).statusCode, 200);
  await broken(v2("/"));
  assertEquals(starts, 2);
});

test("background tasks end before Lambda is answered", async () => {
  const events: string[] = [];
  const api = new Api();
  api.onStartup(() => events.push("startup"));
  api.get("/", (c) => {
    c.background(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      events.push("task");
    });
    return "x";
  });
  await awsHandler(api)(v2("/"));
  assertEquals(events, ["startup", "task"]);
});

test("responses are streamed where Lambda can", async () => {
  assertThrows(() => awsStreamHandler(app()), TypeError, "awslambda");
  const written: string[] = [];
  let metadata: unknown;
  const raw = {
    write: (chunk: Uint8Array | string) => {
      written.push(typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk));
      return true;
    },
    end: () => void written.push("END"),
    once: () => {},
  };
  (globalThis as { awslambda?: unknown }).awslambda = {
    streamifyResponse:
      (run: (event: AwsEvent, stream: typeof raw) => Promise<void>) => (event: AwsEvent) =>
        run(event, raw),
    HttpResponseStream: {
      from: (stream: typeof raw, given: unknown) => {
        metadata = given;
        return stream;
      },
    },
  };
  try {
    const handler = awsStreamHandler(app());
    await handler(v2("/stream"));
    assertEquals(written, ["a", "b", "END"]);
    assertEquals(metadata, {
      statusCode: 200,
      headers: { "content-type": "application/octet-stream" },
      cookies: [],
    });
  } finally {
    delete (globalThis as { awslambda?: unknown }).awslambda;
  }
});

test("a Fetch handler for Workers and the like: bindings, waitUntil, start-up", async () => {
  const events: string[] = [];
  const api = new Api();
  api.onStartup(() => events.push("startup"));
  api.get("/", (c) => {
    c.background(() => events.push("task"));
    return (c.env as { KEY: string }).KEY;
  });
  const waits: Promise<unknown>[] = [];
  const handler = workersHandler(api);
  const request = new Request("https://x.example/");
  const execution = { waitUntil: (promise: Promise<unknown>) => void waits.push(promise) };
  assertEquals(await (await handler.fetch(request, { KEY: "k" }, execution)).json(), "k");
  assertEquals(waits.length, 1);
  await Promise.all(waits);
  assertEquals(events, ["startup", "task"]);
  // `export default api` is enough where there are no hooks.
  assert(typeof api.fetch === "function");
});
