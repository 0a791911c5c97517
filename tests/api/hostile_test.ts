/**
 * The rows of the list of bad input that need a request of their own; what one input of a
 * type reads as is in `bad_input_test`, streams in `stream_test`, files in `file_test`, forms in
 * `form_test`, platforms in `serverless_hostile_test`.
 */

import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  Api,
  apiKey,
  basic,
  bearer,
  deleteCookie,
  dep,
  file,
  html,
  HttpError,
  int,
  json,
  list,
  object,
  redirect,
  type RouteContext,
  setCookie,
  setSignedCookie,
  sse,
  stream,
  text,
} from "../../src/api/mod.ts";

// deno-lint-ignore no-explicit-any -- an answer is read by path
type Answer = any;

const quiet = { log: () => {} };
const FORM = { "content-type": "application/x-www-form-urlencoded" };
const JSON_TYPE = { "content-type": "application/json" };

test("__proto__, constructor and toString are keys like others, in every place", async () => {
  const api = new Api(quiet);
  const names = { constructor: text().optional(), toString: text().optional(), a: text() };
  api.get("/q", { query: names }, (c) => json(Object.entries(c.query)));
  api.get("/c", { cookies: names }, (c) => json(Object.entries(c.cookies)));
  api.post("/f", { form: names }, (c) => json(Object.entries(c.form)));
  api.post("/j", { body: object(names) }, (c) => json(Object.entries(c.body)));
  api.post("/open", { body: z.record(z.string(), z.unknown()) }, (c) => json(c.body));
  api.post("/open-form", { form: z.record(z.string(), z.string()) }, (c) => json(c.form));
  const pairs = "__proto__=x&a=1&__proto__.b=2&constructor.prototype.b=3";
  const sent: [string, RequestInit][] = [
    [`/q?${pairs}`, {}],
    ["/c", { headers: { cookie: pairs.replaceAll("&", "; ") } }],
    ["/f", { method: "POST", headers: FORM, body: pairs }],
    ["/j", {
      method: "POST",
      headers: JSON_TYPE,
      body: '{"__proto__":{"b":2,"constructor":"no"},"a":"1","prototype":3}',
    }],
    ["/open", { method: "POST", headers: JSON_TYPE, body: '{"__proto__":{"b":1},"a":1}' }],
    ["/open-form", { method: "POST", headers: FORM, body: "__proto__=x&a=1" }],
  ];
  for (const [path, init] of sent) {
    const response = await api.request(path, init);
    assertEquals([path, response.status], [path, 200]);
    const body = await response.json();
    if (Array.isArray(body)) {
      const values = body.filter(([, value]) => value !== null);
      assertEquals([path, values], [path, [["a", "1"]]]);
    }
    assertEquals([path, ({} as Answer).b, ({} as Answer).x], [path, undefined, undefined]);
  }
  assertThrows(() => object(JSON.parse('{"__proto__":1}')), TypeError, "__proto__");
});

test("a million query keys and a form of as many are linear work, and bounded", async () => {
  const api = new Api(quiet);
  api.get("/q", { query: { z: int().default(0), l: list(int()).optional() } }, (c) => c.query);
  api.post("/f", { form: { z: int() } }, (c) => c.form);
  const distinct = Array.from({ length: 1_000_000 }, (_, i) => i.toString(36)).join("&");
  assertEquals(await (await api.request(`/q?${distinct}&z=1&z=2`)).json(), { z: 0 });
  const repeated = "l=1&".repeat(1_000_000);
  const { l } = await (await api.request(`/q?${repeated}`)).json();
  assertEquals(l.length, 1000);
  const form = await api.request("/f", { method: "POST", headers: FORM, body: distinct });
  assertEquals(form.status, 413);
});

test("JSON nested 100,000 deep in the other ways: unread, unknown, an answer", async () => {
  const api = new Api(quiet);
  api.post("/unread", () => "read by nobody");
  api.post("/extra", { body: object({ a: int() }) }, (c) => c.body);
  api.post("/any", { body: z.unknown() }, () => "kept");
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  const post = async (path: string, body: string) => {
    const response = await api.request(path, { method: "POST", headers: JSON_TYPE, body });
    const told = await response.text();
    assert(told.length < 1000);
    return response.status;
  };
  assertEquals(await post("/unread", deep), 200);
  // Whether a runtime's parser takes it or runs out of stack, it is an answer.
  assert([200, 422].includes(await post("/extra", `{"a":1,"b":${deep}}`)));
  assert([200, 422].includes(await post("/any", deep)));
  assertEquals(await post("/extra", deep), 422);
});

/** Everything that writes a header field, given a value. */
const WRITERS: Record<string, (c: RouteContext, value: string) => unknown> = {
  "c.header": (c, value) => (c.header("x-a", value), 1),
  "c.header, appended": (c, value) => (c.header("x-a", value, { append: true }), 1),
  "c.json": (c, value) => c.json(1, 200, { "x-a": value }),
  "c.text": (c, value) => c.text("x", 200, { "x-a": value }),
  "c.html": (c, value) => c.html("x", 200, { "x-a": value }),
  "c.respond": (c, value) => c.respond("x", 200, { "x-a": [value, "b"] }),
  json: (_, value) => json(1, 200, { "x-a": value }),
  "json, a list": (_, value) => json(1, 200, { "x-a": ["b", value] }),
  text: (_, value) => text("x", 200, { "x-a": value }),
  html: (_, value) => html("x", 200, { "x-a": value }),
  redirect: (_, value) => redirect(value),
  "stream, type": (_, value) => stream(() => {}, { type: value }),
  "stream, headers": (_, value) => stream(() => {}, { headers: { "x-a": value } }),
  "file, type": (_, value) => file("deno.json", { type: value }),
  HttpError: (_, value) => {
    throw new HttpError(400, { headers: { "x-a": value } });
  },
  "setCookie, domain": (c, value) => (setCookie(c, "a", "1", { domain: value }), 1),
  "setCookie, path": (c, value) => (setCookie(c, "a", "1", { path: value }), 1),
  "setCookie, name": (c, value) => (setCookie(c, value, "1"), 1),
  "setCookie, sameSite": (c, value) => (setCookie(c, "a", "1", { sameSite: value as "Lax" }), 1),
  "deleteCookie, path": (c, value) => (deleteCookie(c, "a", { path: value }), 1),
  "setSignedCookie, path": async (c, value) => {
    await setSignedCookie(c, "a", "1", "secret", { path: value });
    return 1;
  },
};

test("no helper lets a value end its line; where the value is data, it is encoded", async () => {
  const evil = ["a\r\nx-evil: 1", "a\nx-evil: 1", "a\rx", "a\0b", "a\r\n", "\n"];
  for (const middleware of [false, true]) {
    const api = new Api(quiet);
    if (middleware) api.use(async (_, next) => await next());
    let value = "";
    for (const [i, write] of Object.values(WRITERS).entries()) {
      api.get(`/${i}`, (c) => write(c as RouteContext, value));
    }
    api.get("/cookie", async (c) => {
      setCookie(c as RouteContext, "a", value);
      await setSignedCookie(c as RouteContext, "b", value, "secret");
      return 1;
    });
    api.get("/file", () => file("deno.json", { filename: value }));
    for (value of evil) {
      for (const [i, name] of Object.keys(WRITERS).entries()) {
        const response = await api.request(`/${i}`);
        await response.body?.cancel();
        assertEquals([name, value, response.status], [name, value, 500]);
        assertEquals([name, response.headers.has("x-evil")], [name, false]);
      }
      for (const path of ["/cookie", "/file"]) {
        const response = await api.request(path);
        await response.body?.cancel();
        assertEquals([path, value, response.status], [path, value, 200]);
        for (const [, field] of response.headers) {
          assert(!/[\r\n\0]/.test(field));
        }
        assert(!response.headers.has("x-evil"));
      }
    }
  }
});

test("what is said at start-up is refused there, or in the answer that would carry it", async () => {
  const api = new Api(quiet);
  assertThrows(() => api.static("/s", "x", { headers: { "x-a": "a\r\nb" } }), TypeError, "x-a");
  const verify = () => undefined;
  api.get("/bearer", { security: bearer({ realm: 'a"b\r\nx-evil: 1', verify }) }, () => 1);
  api.get("/basic", { security: basic({ realm: "a\nb", verify }) }, () => 1);
  api.get("/key", { security: apiKey({ in: "query", name: "a\nb", verify }) }, () => 1);
  for (const path of ["/bearer", "/basic", "/key"]) {
    const response = await api.request(path);
    assertEquals([path, response.status, response.headers.has("x-evil")], [path, 500, false]);
  }
});

test("a clean-up that throws, after an error, a stream and at shutdown: the others run, nothing hangs", async () => {
  const events: string[] = [];
  const api = new Api({ log: (error) => void events.push((error as Error).message) });
  const bad = dep(() => ({
    [Symbol.dispose]() {
      throw new Error("bad");
    },
  }));
  const app = dep(() => ({
    [Symbol.asyncDispose]: () => Promise.reject(new Error("app")),
  }), { scope: "app" });
  const good = dep(() => ({ [Symbol.dispose]: () => events.push("good") }));
  const dependencies = { good, app, bad };
  api.get("/error", { dependencies }, () => {
    throw new HttpError(409);
  });
  let ended = () => {};
  const over = new Promise<void>((resolve) => (ended = resolve));
  const last = dep(() => ({ [Symbol.dispose]: () => ended() }));
  api.get("/stream", { dependencies: { last, good, bad } }, () =>
    sse(async (s) => {
      await s.event({ data: "x" });
    }));
  assertEquals((await api.request("/error")).status, 409);
  assertEquals(events.splice(0), ["bad", "good"]);
  assertEquals(await (await api.request("/stream")).text(), "data: x\n\n");
  await over;
  assertEquals(events.splice(0), ["bad", "good"]);
  await api.shutdown();
  assertEquals(events, ["app"]);
});

test("two routes that collide are an error that names both, however they are written", () => {
  const pairs: [string, string][] = [
    ["/a", "/a"],
    ["/a/{x}", "/a/:y"],
    ["/a/*x", "/a/*y"],
    ["/%61", "/a"],
    ["/é", "/%C3%A9"],
    ["/{a}/b/{c}", "/:x/b/:y"],
  ];
  for (const [first, second] of pairs) {
    const api = new Api();
    api.get(first, () => 1);
    api.post(second, () => 1);
    const { message } = thrown(() => api.get(second, () => 2));
    assertStringIncludes(message, `Cannot add GET ${second.replace(/[:*](\w)/g, "{$1}")}`);
    assertStringIncludes(message, `collides with GET ${first.replace(/[:*](\w)/g, "{$1}")}`);
    const child = new Api();
    child.get(second, () => 2);
    assertStringIncludes(thrown(() => api.route("/", child)).message, "collides with GET");
  }
});

function thrown(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("It did not throw");
}
