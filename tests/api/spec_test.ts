/**
 * `spec/api.md`, section by section and sentence by sentence, in its order, so that a reader can tick
 * it off. What takes more than a few lines has a file of its own, which is named at its place.
 */

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { z } from "zod";
import * as spec from "../../src/api/mod.ts";
import { Api, HttpError, int, json, text } from "../../src/api/mod.ts";
import { type AwsEvent, awsHandler } from "../../src/api/aws.ts";
import { workersHandler } from "../../src/api/workers.ts";

// deno-lint-ignore no-explicit-any -- an answer is read by path
type Answer = any;
const answer = async (api: Api, path: string, init?: RequestInit): Promise<[number, Answer]> => {
  const response = await api.request(path, init);
  const body = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return [response.status, isJson ? JSON.parse(body) : body];
};

test("App: every method of a route, and any method", async () => {
  const api = new Api();
  for (const method of ["get", "post", "put", "patch", "delete"] as const) {
    (api[method] as typeof api.get)(`/${method}`, () => method);
  }
  api.head("/head", (c) => c.text("", 200, { "x-head": "1" }));
  api.options("/options", () => "options");
  api.all("/all", () => "all");
  api.on("PURGE", "/purge", {}, () => "purge");
  for (const method of ["get", "post", "put", "patch", "delete", "options", "purge"]) {
    assertEquals(await answer(api, `/${method}`, { method: method.toUpperCase() }), [200, method]);
    assertEquals(await answer(api, "/all", { method: method.toUpperCase() }), [200, "all"]);
  }
  assertEquals((await api.request("/head", { method: "HEAD" })).headers.get("x-head"), "1");
});

test("App: route, use, static, fetch, request, openapi, hooks, ws, hono (more: api_test, around_test)", async () => {
  const api = new Api({ title: "T", version: "2", description: "D", servers: [{ url: "/" }] });
  api.use(async (c, next) => {
    await next();
    c.header("x-mw", "1");
  });
  api.static("/static", { ok: true });
  api.route("/hono", new Hono().get("/x", (c) => c.text("x")));
  api.hono.get("/raw", (c) => c.text("raw"));
  assertEquals(await answer(api, "/static"), [200, { ok: true }]);
  assertEquals(await answer(api, "/hono/x"), [200, "x"]);
  assertEquals(await answer(api, "/raw"), [200, "raw"]);
  const direct = await api.fetch(new Request("http://x/static"));
  assertEquals(direct.headers.get("x-mw"), "1");
  assertEquals((api.openapi() as Answer).info, { title: "T", version: "2", description: "D" });
  assertThrows(() => new Api().ws("/ws", {}), TypeError, "upgradeWebSocket");
  const upgraded = new Api({ upgradeWebSocket: () => () => new Response("upgraded") });
  upgraded.ws("/ws", { onMessage() {} });
  assertEquals(await answer(upgraded, "/ws"), [200, "upgraded"]);
});

test("App: a static response behaves exactly as a dynamic route", async () => {
  for (const wrap of ["none", "middleware", "router"]) {
    const inner = new Api();
    inner.static("/s", { a: 1 }, { headers: { "x-a": "b" } });
    inner.get("/d", (c) => c.json({ a: 1 }, 200, { "x-a": "b" }));
    const api = wrap === "router" ? new Api().route("/r", inner) : inner;
    const late = new Api();
    if (wrap === "middleware") {
      late.use(async (c, next) => {
        await next();
        c.header("x-mw", "1");
      });
      late.route("/", inner);
    }
    const app = wrap === "middleware" ? late : api as Api;
    const prefix = wrap === "router" ? "/r" : "";
    for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
      const seen = await Promise.all(["/s", "/d"].map(async (path) => {
        const response = await app.request(prefix + path, { method });
        return [response.status, [...response.headers], await response.text()];
      }));
      assertEquals([wrap, method, seen[0]], [wrap, method, seen[1]]);
    }
  }
});

test("App: paths (more: api_test)", async () => {
  const api = new Api();
  api.get("/users/{id}", (c) => c.path.id).get("/users/me", () => "it is me");
  api.get("/users/:name/posts", (c) => c.path.name).get("/files/*path", (c) => c.path.path);
  assertEquals(await answer(api, "/users/a%20b"), [200, "a b"]);
  assertEquals(await answer(api, "/users/me"), [200, "it is me"]);
  assertEquals(await answer(api, "/users/mexico"), [200, "mexico"]);
  assertEquals(await answer(api, "/users/x/posts"), [200, "x"]);
  assertEquals(await answer(api, "/files/a/b"), [200, "a/b"]);
  assertEquals((await answer(api, "/users42"))[0], 404);
  assertEquals((await answer(api, "/users/1", { method: "PUT" }))[0], 405);
});

test("Typed input: every option is known, every type is there (more: bad_input_test, form_test, types/api_test)", async () => {
  for (
    const name of [
      "int",
      "float",
      "bool",
      "text",
      "email",
      "url",
      "uuid",
      "ipv4",
      "ipv6",
      "isoDate",
      "isoDatetime",
      "base64",
      "enumOf",
      "list",
      "object",
      "conventions",
    ]
  ) assertEquals([name, typeof (spec as Answer)[name]], [name, "function"]);
  const api = new Api();
  assertThrows(
    () => api.get("/", { tag: ["x"] } as object, () => 1),
    TypeError,
    'did you mean "tags"',
  );
  api.get("/q", { query: { limit: int() } }, (c) => c.query.limit);
  assertEquals(await answer(api, "/q?limit=x"), [422, {
    detail: [{
      type: "int_parsing",
      loc: ["query", "limit"],
      msg: "Input should be a valid integer, unable to parse string as an integer",
      input: "x",
    }],
  }]);
});

test("Typed input: responses are checked in development, filtered always", async () => {
  const logged: string[] = [];
  const make = (development: boolean) =>
    new Api({ development, log: (error) => void logged.push(String(error)) })
      .get(
        "/",
        { response: { 200: spec.object({ id: int() }) } },
        () => ({ id: "1", x: 2 }) as never,
      )
      .get("/z", { response: { 200: z.object({ id: z.int() }) } }, () => ({ id: 1, x: 2 })) as Api;
  assertEquals((await answer(make(true), "/"))[0], 500);
  assert(logged[0]!.includes("id: Input should be a valid integer"));
  assertEquals(await answer(make(false), "/"), [200, { id: "1" }]);
  assertEquals(await answer(make(false), "/z"), [200, { id: 1 }]);
});

test("Responses: a value, a Response, a helper's result (more: file_test, stream_test, around_test)", async () => {
  const api = new Api({ log: () => {} });
  api.get("/value", () => [1, "two", null]).get("/none", () => {}).get("/text", () => "JSON too");
  api.get("/response", () => new Response("own", { status: 202 }));
  api.get("/json", () => json({ a: 1 }, 201)).get("/plain", () => text("x"));
  api.get("/html", () => spec.html("<p>")).get("/redirect", () => spec.redirect("/x"));
  api.get("/gone", () => spec.noContent()).delete("/status", { status: 204 }, () => {});
  api.get("/error", () => {
    throw new HttpError(409, { detail: { why: "taken" }, headers: { "x-a": "1" } });
  }).get("/big", () => 1n);
  assertEquals(await answer(api, "/value"), [200, [1, "two", null]]);
  assertEquals(await answer(api, "/none"), [200, null]);
  assertEquals(await answer(api, "/text"), [200, "JSON too"]);
  assertEquals(await answer(api, "/response"), [202, "own"]);
  assertEquals(await answer(api, "/json"), [201, { a: 1 }]);
  assertEquals(await answer(api, "/plain"), [200, "x"]);
  assertEquals(await answer(api, "/html"), [200, "<p>"]);
  const redirect = await api.request("/redirect");
  assertEquals([redirect.status, redirect.headers.get("location")], [307, "/x"]);
  assertEquals(await answer(api, "/gone"), [204, ""]);
  assertEquals(await answer(api, "/status", { method: "DELETE" }), [204, ""]);
  assertEquals(await answer(api, "/error"), [409, { detail: { why: "taken" } }]);
  assertEquals(await answer(api, "/big"), [500, { detail: "Internal Server Error" }]);
  assertEquals(await answer(api, "/nowhere"), [404, { detail: "Not Found" }]);
});

test("Around the route: middleware, dependencies, security, background tasks, OpenAPI (around_test, openapi_test)", async () => {
  const api = new Api();
  api.get("/users/{user_id}", { dependencies: { one: spec.dep(() => 1) } }, (c) => c.deps.one);
  assertEquals(await answer(api, "/users/1"), [200, 1]);
  const document = api.openapi() as Answer;
  assertEquals(document.openapi, "3.1.0");
  assertEquals(document.paths["/users/{user_id}"].get.operationId, "get_users_user_id");
  assertEquals(
    (await api.request("/docs")).headers.get("content-type"),
    "text/html; charset=UTF-8",
  );
});

test("What the reference gets wrong (pipelining, chunked bodies, leaving clients: server_test; AWS: serverless_test)", async () => {
  const api = new Api();
  api.get("/q", { query: { email: text() } }, (c) => c.query.email);
  api.post("/b", { body: spec.object({ text: text() }) }, (c) => c.body.text.length);
  assertEquals(await answer(api, "/q?email=a%40b.com"), [200, "a@b.com"]);
  const headers = { "content-type": "application/json" };
  for (const length of [0, 65_535, 65_536, 5_000_000]) {
    const body = JSON.stringify({ text: "x".repeat(length) });
    assertEquals(await answer(api, "/b", { method: "POST", headers, body }), [200, length]);
  }
  for (let status = 200; status < 600; status++) {
    const reason = spec.reasonPhrase(status);
    assert(reason.length > 0);
  }
  assertEquals([spec.reasonPhrase(418 - 1), spec.reasonPhrase(599)], [
    "Expectation Failed",
    "Unknown",
  ]);
});

test("Typed input: every type and option of the page reads and refuses (all boundaries: bad_input_test)", async () => {
  const api = new Api();
  const rows: [spec.Type<Answer>, string, unknown, string][] = [
    [int({ gt: 0, lt: 9, multipleOf: 2 }), "8", 8, "9"],
    [int({ ge: 1, le: 2 }), "2", 2, "3"],
    [spec.float({ gt: 0 }), "1e-3", 0.001, "0"],
    [spec.float({ allowInfNan: true }), "-inf", "-Infinity", "infinit"],
    [spec.bool(), "On", true, "onn"],
    [text({ min: 1, max: 2, pattern: /^a/, trim: true, lower: true }), " AB ", "ab", "b"],
    [text({ upper: true }), "ab", "AB", ""],
    [spec.email(), "a@b.c", "a@b.c", "a@b"],
    [spec.url(), "https://a", "https://a", "a"],
    [spec.uuid(), "123e4567-e89b-12d3-a456-426614174000", undefined, "1"],
    [spec.ipv4(), "1.2.3.4", undefined, "1.2.3"],
    [spec.ipv6(), "::1", undefined, ":1"],
    [spec.isoDate(), "2024-02-29", undefined, "2023-02-29"],
    [spec.isoDatetime(), "2024-02-29T00:00:00Z", undefined, "2024-02-29"],
    [spec.base64(), "YQ==", undefined, "YQ"],
    [spec.enumOf("a", 2), "2", 2, "3"],
    [spec.list(int()), "1", [1], "x"],
    [int().optional(), "", null, "x"],
    [int().default(7), "", 7, "x"],
    [spec.conventions({ my_email: text() }).my_email, "a@b.c", undefined, "a"],
    [spec.conventions({ name_ne: text() }).name_ne, "a", undefined, ""],
  ];
  for (const [i, [type]] of rows.entries()) {
    api.get(`/${i}`, { query: { x: type } }, (c) => {
      const { x } = c.query as { x: unknown };
      return typeof x === "number" && !Number.isFinite(x) ? String(x) : x ?? null;
    });
  }
  for (const [i, [, given, value = given, refused]] of rows.entries()) {
    const query = (input: string) => `/${i}?x=${encodeURIComponent(input)}`;
    assertEquals([i, ...await answer(api, query(given))], [i, 200, value]);
    // The empty text is no bad text: it stands for one that a plain `text()` takes.
    if (refused !== "" || i === 20) {
      assertEquals([i, (await answer(api, query(refused)))[0]], [i, 422]);
    }
  }
  const other = new Api();
  other.post("/nullable", { body: spec.object({ a: text().nullable() }) }, (c) => c.body);
  assertEquals(await answer(other, "/nullable", posted('{"a":null}')), [200, { a: null }]);
});

const posted = (body: string, type = "application/json"): RequestInit => ({
  method: "POST",
  headers: { "content-type": type },
  body,
});

test("Typed input: all errors at once in the page's order; 422 with the position, 415, 413", async () => {
  const api = new Api({ limits: { maxBodyBytes: 50 } });
  api.post("/{p}", {
    path: { p: int() },
    query: { q: int() },
    headers: { x_h: int() },
    cookies: { c: int() },
    body: spec.object({ b: int() }),
  }, () => 1);
  const all = posted('{"b":"x"}');
  const headers = { ...all.headers, "x-h": "x", cookie: "c=x" };
  const [status, body] = await answer(api, "/x?q=x", { ...all, headers });
  assertEquals([status, body.detail.map((each: Answer) => each.loc)], [422, [
    ["path", "p"],
    ["query", "q"],
    ["header", "x-h"],
    ["cookie", "c"],
    ["body", "b"],
  ]]);
  const right = (init: RequestInit) => ({
    ...init,
    headers: { ...init.headers, "x-h": "1", cookie: "c=1" },
  });
  const invalid = await answer(api, "/1?q=1", right(posted('{"b":}')));
  assertEquals([invalid[0], invalid[1].detail[0].type, invalid[1].detail[0].loc], [
    422,
    "json_invalid",
    ["body", 5],
  ]);
  assertEquals((await answer(api, "/1?q=1", right(posted("b=1", "text/plain"))))[0], 415);
  assertEquals((await answer(api, "/1?q=1", right(posted(`{"b":${"1".repeat(60)}}`))))[0], 413);
});

test("Responses: a file with type, length, ETag, date, conditions, ranges and a name (all cases: file_test)", async () => {
  const api = new Api();
  const root = "tests/api";
  const download = { root, filename: "é.ts", maxAge: 60, immutable: true };
  api.get("/f/*path", (c) => spec.file(c.path.path, download));
  const whole = await api.request("/f/spec_test.ts");
  const length = (await whole.bytes()).length;
  const { headers } = whole;
  assertEquals(headers.get("content-length"), String(length));
  assertEquals(headers.get("cache-control"), "public, max-age=60, immutable");
  assert(headers.get("content-disposition")!.includes("filename*=UTF-8''%C3%A9.ts"));
  assert(headers.has("content-type") && headers.has("last-modified"));
  const etag = headers.get("etag")!;
  const ask = async (fields: Record<string, string>, path = "/f/spec_test.ts") => {
    const response = await api.request(path, { headers: fields });
    await response.body?.cancel();
    return [response.status, response.headers.get("content-range")];
  };
  assertEquals(await ask({ "if-none-match": etag }), [304, null]);
  assertEquals(await ask({ "if-modified-since": headers.get("last-modified")! }), [304, null]);
  assertEquals(await ask({ range: "bytes=0-9" }), [206, `bytes 0-9/${length}`]);
  assertEquals(await ask({ range: "bytes=0-9", "if-range": etag }), [206, `bytes 0-9/${length}`]);
  assertEquals(await ask({ range: "bytes=0-9", "if-range": '"x"' }), [200, null]);
  assertEquals(await ask({ range: "bytes=0-1,5-6" }), [206, null]);
  assertEquals(await ask({ range: `bytes=${length}-` }), [416, `bytes */${length}`]);
  for (
    const path of ["/f/none", "/f/..%2f..%2fdeno.json", "/f/%2e%2e/api_test.ts/x", "/f//etc/passwd"]
  ) {
    assertEquals([path, ...await ask({}, path)], [path, 404, null]);
  }
});

test("Responses: stream, SSE and LLM, as the page writes them (failures, backpressure: stream_test)", async () => {
  const api = new Api({ log: () => {} });
  api.get("/stream", () => spec.stream(async (w) => await w.write("a")));
  api.get("/sse", () =>
    spec.sse(async (s) => {
      await s.event({ id: "1", event: "ready", data: "hello\r\nwor\rld\n" });
      await s.comment("hi");
      await s.retry(5);
      await s.event({ data: s.lastEventId ?? "new" });
    }));
  const llm = (run: Parameters<typeof spec.llm>[0]) => async () =>
    await (await new Api({ log: () => {} }).get("/", () => spec.llm(run)).request("/")).text();
  assertEquals(await answer(api, "/stream"), [200, "a"]);
  const events = await api.request("/sse", { headers: { "last-event-id": "7" } });
  assertEquals(
    await events.text(),
    "id: 1\nevent: ready\ndata: hello\ndata: wor\ndata: ld\ndata: \n\n: hi\n\nretry: 5\n\ndata: 7\n\n",
  );
  assertEquals(
    ["content-type", "cache-control", "x-accel-buffering"].map((name) => events.headers.get(name)),
    ["text/event-stream", "no-cache", "no"],
  );
  const ready = llm(async (s) => await s.event("ready", "hello\nworld", "1"));
  const start = "id: 1\nevent: ready\ndata: hello\ndata: world\n\n";
  assertEquals(await ready(), `${start}data: [DONE]\n\n`);
  const tokens = llm(async (s) => {
    await s.token("hel");
    await s.token("lo");
  });
  assertEquals(await tokens(), "data: hel\n\ndata: lo\n\ndata: [DONE]\n\n");
  const failing = llm(() => {
    throw new Error("secret");
  });
  assertEquals(await failing(), 'event: error\ndata: {"message":"Internal Server Error"}\n\n');
});

test("Responses: cookies and their attributes; a CR, LF or NUL is refused (every writer: hostile_test)", async () => {
  const api = new Api({ log: () => {} });
  api.get("/", async (c) => {
    spec.setCookie(c, "a", "1", {
      maxAge: 5,
      expires: new Date(0),
      domain: "x.example",
      secure: true,
      httpOnly: true,
      sameSite: "None",
      partitioned: true,
    });
    spec.setCookie(c, "__Host-b", "2");
    await spec.setSignedCookie(c, "s", "3", "secret");
    return [spec.getCookie(c, "a"), await spec.getSignedCookie(c, "s", "secret")];
  });
  api.get("/line", (c) => c.text("x", 200, { "x-a": "1\r\nx-b: 2" }));
  const [first, second, signed] = (await api.request("/")).headers.getSetCookie();
  assertEquals(
    first!.split("; ").sort(),
    [
      "Domain=x.example",
      "Expires=Thu, 01 Jan 1970 00:00:00 GMT",
      "HttpOnly",
      "Max-Age=5",
      "Partitioned",
      "Path=/",
      "SameSite=None",
      "Secure",
      "a=1",
    ],
  );
  assertEquals(second, "__Host-b=2; Path=/; Secure");
  const cookie = `a=1; ${signed!.split(";")[0]}`;
  assertEquals(await answer(api, "/", { headers: { cookie } }), [200, ["1", "3"]]);
  assertEquals((await answer(api, "/line"))[0], 500);
});

test("Around the route: order of middleware, clean-up after an error, 401 and 403, tasks, forms (around_test, form_test)", async () => {
  const events: string[] = [];
  const api = new Api({ log: () => {} });
  api.use(async (_, next) => {
    events.push("in");
    await next();
    events.push("out");
  });
  const one = spec.dep(async function* () {
    try {
      yield 1;
    } finally {
      await Promise.resolve();
      events.push("cleaned");
    }
  });
  const user = spec.oauth2({
    flows: { clientCredentials: { tokenUrl: "https://x.example", scopes: { w: "" } } },
    scopes: ["w"],
    verify: (token) => token === "none" ? undefined : { scopes: [token] },
  });
  api.get("/fails", { dependencies: { one } }, () => {
    throw new HttpError(409);
  });
  api.get("/scoped", { security: user }, () => 1);
  api.get("/task", (c) => {
    c.background(() => events.push("task"));
    return 1;
  });
  api.post("/form", { form: { a: int(), l: spec.list(int()) } }, (c) => c.form);
  assertEquals((await answer(api, "/fails"))[0], 409);
  assertEquals(events.splice(0), ["in", "cleaned", "out"]);
  const scoped = (token: string) => api.request("/scoped", { headers: { authorization: token } });
  const refused = await scoped("");
  assertEquals([refused.status, refused.headers.get("www-authenticate")], [401, "Bearer"]);
  assertEquals((await scoped("Bearer r")).status, 403);
  assertEquals((await scoped("Bearer w")).status, 200);
  await answer(api, "/task");
  assertEquals(events.includes("task"), false);
  await api.shutdown();
  assertEquals(events.includes("task"), true);
  const urlencoded = posted("a=%31&l=1&l=2", "application/x-www-form-urlencoded");
  assertEquals(await answer(api, "/form", urlencoded), [200, { a: 1, l: [1, 2] }]);
  const parts = new FormData();
  for (const [name, value] of [["a", "1"], ["l", "3"]]) parts.append(name!, value!);
  assertEquals(await answer(api, "/form", { method: "POST", body: parts }), [200, {
    a: 1,
    l: [3],
  }]);
  const malformed = posted("--x\r\n\r\n", "multipart/form-data; boundary=x");
  assertEquals((await answer(api, "/form", malformed))[0], 422);
});

test("OpenAPI: parameters, bodies, responses, security, defaults, constraints, components (validated: openapi_test)", () => {
  const api = new Api();
  const Note = spec.object({ id: int(), text: text({ max: 9 }) }, { name: "Note" });
  api.put("/notes/{id}", {
    path: { id: int({ ge: 1 }) },
    query: { loud: spec.bool().default(false) },
    body: Note,
    response: { 200: Note },
    security: spec.bearer({ verify: () => 1 }),
  }, (c) => c.body);
  const document = api.openapi() as Answer;
  const { put } = document.paths["/notes/{id}"];
  assertEquals(put.operationId, "put_notes_id");
  assertEquals(put.parameters.map((each: Answer) => [each.name, each.in, each.required ?? false]), [
    ["id", "path", true],
    ["loud", "query", false],
  ]);
  assertEquals(put.parameters[0].schema, { type: "integer", minimum: 1 });
  assertEquals(put.parameters[1].schema, { type: "boolean", default: false });
  const reference = { $ref: "#/components/schemas/Note" };
  assertEquals(put.requestBody.content["application/json"].schema, reference);
  assertEquals(put.responses[200].content["application/json"].schema, reference);
  assertEquals(put.security, [{ bearer: [] }]);
  assertEquals(document.components.securitySchemes.bearer.scheme, "bearer");
  assertEquals(document.components.schemas.Note.properties.text, { type: "string", maxLength: 9 });
});

test("Serverless: one app behind every kind of event, and as a Fetch handler (serverless_test, serverless_hostile_test)", async () => {
  const api = new Api().static("/", { ok: true }) as Api;
  const events: AwsEvent[] = [
    { rawPath: "/", requestContext: { http: { method: "GET" } } },
    { rawPath: "/prod/", requestContext: { http: { method: "GET" }, stage: "prod" } },
    { path: "/", httpMethod: "GET", multiValueHeaders: {} },
    { path: "/", httpMethod: "GET", headers: {}, requestContext: { elb: {} } },
  ];
  for (const event of events) {
    const { statusCode, body } = await awsHandler(api)(event);
    assertEquals([statusCode, body], [200, '{"ok":true}']);
  }
  const fetched = await workersHandler(api).fetch(new Request("http://x/"));
  assertEquals(await fetched.json(), { ok: true });
});

test("Benchmark routes: the examples' app answers them (over the network: server_test)", async () => {
  const { api } = await import("../../examples/api.ts");
  assertEquals(await answer(api, "/"), [200, { ok: true }]);
  assertEquals(await answer(api, "/users/42?verbose"), [200, { user_id: 42, verbose: true }]);
  assertEquals(await answer(api, "/users/42?verbose="), [200, { user_id: 42, verbose: false }]);
  assertEquals(await answer(api, "/users/42?verbose=1"), [200, { user_id: 42, verbose: true }]);
  const user = { user_id: 42, active: true, name: "alice" };
  assertEquals(await answer(api, "/users", posted(JSON.stringify(user))), [200, user]);
  assertEquals((await answer(api, "/auth"))[0], 401);
  const headers = { authorization: "x", cookie: "session=1" };
  assertEquals(await answer(api, "/auth", { headers }), [200, { authorized: true }]);
});
