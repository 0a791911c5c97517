import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { z } from "zod";
import {
  Api,
  bool,
  enumOf,
  HttpError,
  int,
  json,
  list,
  object,
  redirect,
  text,
} from "../../src/api/mod.ts";

async function body(response: Response | Promise<Response>): Promise<unknown> {
  return await (await response).json();
}

test("a typed route coerces path and query", async () => {
  const api = new Api();
  api.get("/users/{user_id}", {
    path: { user_id: int({ ge: 1 }) },
    query: { verbose: bool().default(false), tag: list(text()).optional() },
  }, (c) => ({ user_id: c.path.user_id, verbose: c.query.verbose, tag: c.query.tag }));
  const response = await api.request("/users/42?verbose=yes&tag=a&x=1&tag=b%20c");
  assertEquals(response.status, 200);
  assertEquals(response.headers.get("content-type"), "application/json");
  assertEquals(await response.json(), { user_id: 42, verbose: true, tag: ["a", "b c"] });
  assertEquals(await body(api.request("/users/42")), { user_id: 42, verbose: false });
});

test("all errors come at once, path before query before headers before cookies before body", async () => {
  const api = new Api();
  api.post("/a/{id}", {
    path: { id: int() },
    query: { limit: int({ le: 10 }) },
    headers: { x_count: int() },
    cookies: { session: text({ min: 3 }) },
    body: object({ name: text(), age: int(), tags: list(int()) }),
  }, () => "never");
  const response = await api.request("/a/x?limit=11", {
    method: "POST",
    headers: { "content-type": "application/json", "x-count": "?", cookie: "session=ab" },
    body: '{"age":"1","tags":[1,"b"]}',
  });
  assertEquals(response.status, 422);
  const { detail } = await response.json();
  assertEquals(
    detail.map((each: { type: string; loc: unknown[] }) => [each.type, each.loc]),
    [
      ["int_parsing", ["path", "id"]],
      ["less_than_equal", ["query", "limit"]],
      ["int_parsing", ["header", "x-count"]],
      ["string_too_short", ["cookie", "session"]],
      ["missing", ["body", "name"]],
      ["int_type", ["body", "age"]],
      ["int_type", ["body", "tags", 1]],
    ],
  );
  assertEquals(detail[0].input, "x");
});

test("zod schemas are coerced by their JSON Schema and checked by themselves", async () => {
  const api = new Api();
  api.get("/z", {
    query: { n: z.int().min(2), f: z.number().optional(), b: z.boolean().default(true) },
  }, (c) => c.query);
  assertEquals(await body(api.request("/z?n=3&f=1.5&b=off")), { n: 3, f: 1.5, b: false });
  assertEquals(await body(api.request("/z?n=3&f=")), { n: 3, b: true });
  const { detail } = await body(api.request("/z?n=1&f=x")) as {
    detail: { type: string; loc: string[] }[];
  };
  assertEquals(detail.map((each) => [each.type, each.loc.join(".")]), [
    ["too_small", "query.n"],
    ["float_parsing", "query.f"],
  ]);
});

test("a whole zod object as query", async () => {
  const api = new Api();
  api.get("/z", { query: z.object({ n: z.int(), q: z.string().optional() }) }, (c) => c.query);
  assertEquals(await body(api.request("/z?n=3")), { n: 3 });
  const wrong = await body(api.request("/z?q=3")) as { detail: { type: string; loc: string[] }[] };
  assertEquals(wrong.detail.map((each) => [each.type, each.loc.join(".")]), [[
    "missing",
    "query.n",
  ]]);
});

test("an asynchronous schema is waited for", async () => {
  const api = new Api();
  const even = z.int().refine(async (n) => await Promise.resolve(n % 2 === 0), "must be even");
  api.get("/z", { query: { n: even } }, (c) => c.query);
  api.post("/z", { body: z.object({ n: even }) }, (c) => c.body);
  assertEquals(await body(api.request("/z?n=4")), { n: 4 });
  const wrong = await body(api.request("/z?n=3")) as { detail: { msg: string; loc: string[] }[] };
  assertEquals(wrong.detail[0]!.loc, ["query", "n"]);
  const post = (n: number) =>
    api.request("/z", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ n }),
    });
  assertEquals(await body(post(2)), { n: 2 });
  assertEquals((await post(1)).status, 422);
});

test("exact paths go before parameters, with and without middleware", async () => {
  for (const middleware of [false, true]) {
    const api = new Api();
    if (middleware) api.use(async (_, next) => await next());
    api.get("/users/{id}", (c) => ({ id: c.path.id }));
    api.get("/users/me", () => "me");
    api.get("/users/{name}/posts", (c) => ({ name: c.path.name }));
    api.get("/files/*path", (c) => ({ path: c.path.path }));
    assertEquals(await body(api.request("/users/me")), "me");
    assertEquals(await body(api.request("/users/mexico")), { id: "mexico" });
    assertEquals(await body(api.request("/users/x%2Fy%25")), { id: "x/y%" });
    assertEquals(await body(api.request("/users/a/posts")), { name: "a" });
    assertEquals(await body(api.request("/files/a/b%20c")), { path: "a/b c" });
    assertEquals((await api.request("/users42")).status, 404);
    assertEquals((await api.request("/users/%zz")).status, 422);
    assertEquals((await api.request("/users/%C0%AF")).status, 422);
  }
});

test("a known path with another method is 405, OPTIONS lists, HEAD is answered", async () => {
  const api = new Api();
  api.get("/x/{id}", () => ({ a: 1 })).post("/x/{id}", () => 1);
  const wrong = await api.request("/x/1", { method: "DELETE" });
  assertEquals(wrong.status, 405);
  assertEquals(wrong.headers.get("allow"), "GET, HEAD, OPTIONS, POST");
  assertEquals(await wrong.json(), { detail: "Method Not Allowed" });
  const options = await api.request("/x/1", { method: "OPTIONS" });
  assertEquals([options.status, options.headers.get("allow")], [204, "GET, HEAD, OPTIONS, POST"]);
  const head = await api.request("/x/1", { method: "HEAD" });
  assertEquals([head.status, await head.text()], [200, ""]);
  assertEquals(head.headers.get("content-type"), "application/json");
  const none = await api.request("/y");
  assertEquals([none.status, await none.json()], [404, { detail: "Not Found" }]);
});

test("an explicit HEAD route goes before GET", async () => {
  for (const middleware of [false, true]) {
    const api = new Api();
    if (middleware) api.use(async (_, next) => await next());
    api.get("/x", () => 1);
    api.head("/x", (c) => c.text("", 200, { "x-head": "yes" }));
    assertEquals((await api.request("/x", { method: "HEAD" })).headers.get("x-head"), "yes");
    assertEquals(await body(api.request("/x")), 1);
  }
});

test("JSON bodies: malformed, wrong type, too large", async () => {
  const api = new Api({ limits: { maxBodyBytes: 100 } });
  api.post("/b", { body: object({ a: int() }) }, (c) => c.body);
  const post = (text: BodyInit, type = "application/json") =>
    api.request("/b", { method: "POST", headers: { "content-type": type }, body: text });
  assertEquals(await body(post('{"a":1,"b":2}')), { a: 1 });
  const bad = await body(post('{"a":1,}')) as { detail: unknown };
  assertEquals(bad.detail, [{
    type: "json_invalid",
    loc: ["body", 7],
    msg: 'JSON decode error: unexpected "}" at position 7',
  }]);
  assertEquals((await post("{}", "text/plain")).status, 415);
  assertEquals((await post(JSON.stringify("x".repeat(200)))).status, 413);
  assertEquals((await post(new Uint8Array([0x22, 0xff, 0x22]))).status, 422);
  const none = await body(api.request("/b", { method: "POST" })) as { detail: unknown };
  assertEquals(none.detail, [{ type: "missing", loc: ["body"], msg: "Field required" }]);
});

test("responses are filtered and checked", async () => {
  const logged: string[] = [];
  const api = new Api({ log: (error) => void logged.push(String(error)) });
  const User = object({ id: int(), name: text().optional() }, { name: "User" });
  api.get("/good", { response: { 200: User } }, () => ({ id: 1, secret: "x" }));
  api.get("/bad", { response: { 200: User } }, () => ({ id: "1" }) as never);
  api.get(
    "/other",
    { response: { 200: User, 404: object({ why: text() }) } },
    () => json({ why: "gone", secret: 1 }, 404),
  );
  assertEquals(await body(api.request("/good")), { id: 1 });
  const bad = await api.request("/bad");
  assertEquals([bad.status, await bad.json()], [500, { detail: "Internal Server Error" }]);
  assertStringIncludes(logged[0]!, "id: Input should be a valid integer");
  const other = await api.request("/other");
  assertEquals([other.status, await other.json()], [404, { why: "gone" }]);
});

test("whatever a handler throws becomes a response", async () => {
  const logged: unknown[] = [];
  for (const middleware of [false, true]) {
    for (const waits of [false, true]) {
      const api = new Api({ log: (error) => void logged.push(error) });
      if (middleware) api.use(async (_, next) => await next());
      const throwing = (path: string, make: () => unknown) =>
        waits
          ? api.get(path, async () => {
            await Promise.resolve();
            throw make();
          })
          : api.get(path, () => {
            throw make();
          });
      throwing(
        "/http",
        () => new HttpError(418 - 2, { detail: { a: 1 }, headers: { "x-a": "b" } }),
      );
      throwing("/string", () => "secret");
      throwing("/null", () => null);
      throwing("/abort", () => new DOMException("gone", "AbortError"));
      throwing("/response", () => new Response("ha", { status: 202 }));
      throwing("/reply", () => redirect("/else"));
      const http = await api.request("/http");
      assertEquals([http.status, await http.json(), http.headers.get("x-a")], [416, {
        detail: { a: 1 },
      }, "b"]);
      for (const path of ["/string", "/null", "/abort"]) {
        const response = await api.request(path);
        assertEquals([response.status, await response.json()], [500, {
          detail: "Internal Server Error",
        }]);
        assert(response.headers.has("x-request-id"));
      }
      assertEquals((await api.request("/response")).status, 202);
      assertEquals((await api.request("/reply")).headers.get("location"), "/else");
    }
  }
  assertEquals(logged.length, 12);
});

test("collisions, bad paths and bad options are errors at start-up", () => {
  const api = new Api();
  api.get("/a/{x}", () => 1);
  assertThrows(
    () => api.get("/a/:y", () => 1),
    TypeError,
    "GET /a/{y}: it collides with GET /a/{x}",
  );
  assertThrows(() => api.get("a", () => 1), TypeError, 'must start with "/"');
  assertThrows(
    () => api.get("/b", { querry: {} } as object, () => 1),
    TypeError,
    'did you mean "query"',
  );
  assertThrows(
    () => api.get("/b", { path: { id: int() } }, () => 1),
    TypeError,
    'no parameter "id"',
  );
  assertThrows(() => api.get("/b", { body: int() }, () => 1), TypeError, "has no body");
  const child = new Api();
  child.get("/{z}", () => 1);
  assertThrows(() => api.route("/a", child), TypeError, "collides");
  assertThrows(() => child.get("/late", () => 1), TypeError, "already included");
});

test("routers are included with prefix, tags and middleware", async () => {
  const child = new Api();
  child.get("/{id}", { path: { id: int() }, tags: ["own"] }, (c) => c.path.id);
  child.static("/fixed", "hi");
  const api = new Api();
  api.route("/v1/{tenant}", child, {
    tags: ["all"],
    middleware: [async (c, next) => {
      await next();
      c.header("x-mw", "1");
    }],
  });
  const raw = new Hono();
  raw.get("/hono", (c) => c.text("raw"));
  api.route("/raw", raw);
  const response = await api.request("/v1/acme/7");
  assertEquals([await response.json(), response.headers.get("x-mw")], [7, "1"]);
  const fixed = await api.request("/v1/acme/fixed");
  assertEquals([await fixed.text(), fixed.headers.get("x-mw")], ["hi", "1"]);
  assertEquals(await (await api.request("/raw/hono")).text(), "raw");
  const document = api.openapi() as { paths: Record<string, { get: { tags: string[] } }> };
  assertEquals(Object.keys(document.paths), ["/v1/{tenant}/{id}", "/v1/{tenant}/fixed"]);
  assertEquals(document.paths["/v1/{tenant}/{id}"]!.get.tags, ["all", "own"]);
});

test("an Api mounts in a Hono app, both ways", async () => {
  const api = new Api();
  api.get("/n/{id}", { path: { id: int() } }, (c) => c.path.id);
  api.get("/n/me", () => "me");
  const outer = new Hono();
  outer.mount("/mounted", api.fetch as never);
  assertEquals(await body(outer.request("/mounted/n/4")), 4);
  assertEquals(await body(outer.request("/mounted/n/me")), "me");
  const second = new Api();
  second.get("/n/{id}", { path: { id: int() } }, (c) => c.path.id);
  const routed = new Hono().route("/routed", second.hono);
  assertEquals(await body(routed.request("/routed/n/4")), 4);
  assertEquals((await routed.request("/routed/n/x")).status, 422);
});

test("enum, redirect and text helpers", async () => {
  const api = new Api();
  api.get("/e", { query: { o: enumOf("asc", "desc").default("asc") } }, (c) => text(c.query.o));
  assertEquals(await (await api.request("/e?o=desc")).text(), "desc");
  const wrong = await body(api.request("/e?o=x")) as { detail: { msg: string }[] };
  assertEquals(wrong.detail[0]!.msg, "Input should be 'asc' or 'desc'");
  assertThrows(() => redirect("/a\r\nx: y"), TypeError);
});

test("a promise of another make is waited for, and what it rejects with is answered", async () => {
  const api = new Api({ log: () => {} });
  const thenable = (
    settle: (resolve: (value: unknown) => void, reject: (e: unknown) => void) => void,
  ) => ({
    then: (resolve: (value: unknown) => void, reject: (e: unknown) => void) =>
      settle(resolve, reject),
  });
  api.get("/good", () => thenable((resolve) => resolve({ a: 1 })));
  api.get("/bad", () => thenable((_, reject) => reject(new HttpError(409))));
  assertEquals(await body(api.request("/good")), { a: 1 });
  assertEquals((await api.request("/bad")).status, 409);
});

test("the status that a handler sets chooses the response schema, and is sent", async () => {
  const api = new Api({ log: () => {} });
  const response = { 200: object({ a: int() }), 202: object({ b: int() }) };
  api.get("/x", { response }, (c) => {
    c.status(202);
    return { a: 1, b: 2 };
  });
  const answer = await api.request("/x");
  assertEquals([answer.status, await answer.json()], [202, { b: 2 }]);
});

test("a prefix has no wildcard, whatever its name; it may have parameters", async () => {
  for (const prefix of ["/files/*path", "/files/*", "/files/*rest"]) {
    assertThrows(() => new Api().route(prefix, new Api()), TypeError, "no wildcard");
  }
  const child = new Api().get("/x", (c) => c.req.param("rest"));
  assertEquals(await body(new Api().route("/{rest}", child).request("/a/x")), "a");
});

test("bodyLimitOf says what a route takes, for the server's own limit", () => {
  const api = new Api({ limits: { maxBodyBytes: 5, maxFormBytes: 7 } });
  api.post("/json/{id}", { body: object({ a: int() }) }, () => 1);
  api.post("/form", { form: { a: text() } }, () => 1);
  api.post("/raw", () => 1);
  const limits = ["/json/a%20b?x=/form", "/form", "/raw", "/none"].map((path) =>
    api.bodyLimitOf("POST", path)
  );
  assertEquals(limits, [5, 7, undefined, undefined]);
  assertEquals(api.bodyLimitOf("GET", "/form"), undefined);
});
