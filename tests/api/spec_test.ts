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
