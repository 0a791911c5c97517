import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  Api,
  apiKey,
  basic,
  bearer,
  bool,
  conventions,
  dep,
  html,
  HttpError,
  int,
  isoDatetime,
  json,
  list,
  oauth2,
  object,
  setCookie,
  stream,
  text,
  zapCap,
} from "../../src/api/mod.ts";

const Public = object({ id: int() });
const secret = () => ({ id: 1, password: "hunter2" });

test("the one success that has a schema is the route's status, and filters", async () => {
  const api = new Api();
  api.post("/", { response: { 201: Public, 404: object({ detail: text() }) } }, secret);
  const response = await api.request("/", { method: "POST" });
  assertEquals([response.status, await response.json()], [201, { id: 1 }]);
  const { responses } = (api.openapi() as { paths: Record<string, Record<string, never>> })
    .paths["/"]!["post"]!;
  assertEquals(Object.keys(responses), ["201", "404"]);
});

test("a status or response that cannot be meant is refused when it is declared", () => {
  const add = (options: object) => () => new Api().get("/a", options, secret as never);
  assertThrows(add({ status: 201, response: { 200: Public } }), TypeError, '"status" is 201');
  assertThrows(add({ response: { 201: Public, 202: Public } }), TypeError, "is for 201, 202");
  assertThrows(add({ response: { 204: Public } }), TypeError, "204 has no body");
  assertThrows(add({ response: { ok: Public } }), TypeError, '"ok" is no status');
  for (const status of [99, 101, 600, 200.5, NaN]) {
    assertThrows(add({ status }), TypeError, `"${status}" is no status`);
  }
  // What has no body needs no schema, and an error's schema says nothing of success.
  add({ status: 204, response: { 200: Public } })();
  add({ response: { 404: Public } })();
  assertThrows(() => new Api().static("/", "x", { status: 204 }), TypeError, "204 is sent without");
  assertThrows(() => new Api().static("/", undefined as never), TypeError, "undefined is sent");
});

test("a misspelt option is refused where it stands, with the nearest known one", async () => {
  const misspelt = { verify: () => 1, relm: "x" } as never;
  for (const make of [bearer, basic]) {
    assertThrows(() => make(misspelt), TypeError, 'did you mean "realm"');
  }
  assertThrows(() => bearer({ verfy: () => 1 } as never), TypeError, 'did you mean "verify"');
  assertThrows(() => bearer({} as never), TypeError, '"verify" is no function');
  assertThrows(
    () => apiKey({ in: "header", nam: "k", verify: () => 1 } as never),
    TypeError,
    'did you mean "name"',
  );
  assertThrows(
    () => oauth2({ flows: {}, scope: [], verify: () => ({ scopes: [] }) } as never),
    TypeError,
    'did you mean "scopes"',
  );
  assertThrows(
    () => zapCap({ kind: "k", op: "o", targt: "t", verify: () => 1 } as never),
    TypeError,
    'did you mean "target"',
  );
  assertThrows(() => dep(() => 1, { scop: "app" } as never), TypeError, 'did you mean "scope"');
  assertThrows(() => stream(() => {}, { typ: "a/b" } as never), TypeError, 'did you mean "type"');
  const errors: unknown[] = [];
  const api = new Api({ log: (error) => void errors.push(String(error)) });
  api.get("/", (c) => setCookie(c, "a", "b", { httponly: true } as never));
  assertEquals((await api.request("/")).headers.get("set-cookie"), null);
  assertEquals(errors, [
    'TypeError: Unknown option "httponly" for cookie: did you mean "httpOnly"?',
  ]);
});

test("middleware is around a path however its parameters are written", async () => {
  const api = new Api();
  api.use("/users/{id}/*rest", async (c, next) => {
    await next();
    c.header("x-around", "yes");
  });
  api.get("/users/{id}/notes", () => 1).get("/users", () => 1);
  assertEquals((await api.request("/users/1/notes")).headers.get("x-around"), "yes");
  assertEquals((await api.request("/users")).headers.get("x-around"), null);
});

test("a router's onError answers for its routes, the outer one for what it leaves", async () => {
  for (const middleware of [false, true]) {
    const api = new Api({ onError: () => json("outer", 500), log: () => {} });
    if (middleware) api.use(async (_, next) => await next());
    const fail = (what: string) => () => {
      throw new Error(what);
    };
    const inner = new Api({
      onError: (error) => error.message === "mine" ? json("inner", 418) : undefined,
    });
    inner.get("/mine", fail("mine")).get("/other", fail("other"));
    inner.get("/fine", () => 1).get("/thrown", () => {
      throw html("thrown");
    });
    const broken = new Api({
      onError: () => {
        throw new Error("broken");
      },
    });
    broken.get("/", fail("x"));
    api.route("/a", inner).route("/b", inner).route("/c", broken);
    const ask = async (path: string) => {
      const response = await api.request(path);
      return [response.status, await response.text()];
    };
    assertEquals(await ask("/a/mine"), [418, '"inner"']);
    assertEquals(await ask("/b/mine"), [418, '"inner"']);
    assertEquals(await ask("/a/other"), [500, '"outer"']);
    assertEquals(await ask("/a/fine"), [200, "1"]);
    assertEquals(await ask("/a/thrown"), [200, "thrown"]);
    assertEquals(await ask("/c"), [500, '"outer"']);
  }
});

test("onError and notFound may answer with a helper's result", async () => {
  const api = new Api({
    onError: () => Promise.resolve(html("sorry", 503)),
    notFound: () => json({ gone: true }, 410),
  });
  api.get("/", () => {
    throw new Error("x");
  });
  const failed = await api.request("/");
  assertEquals([failed.status, await failed.text()], [503, "sorry"]);
  const missing = await api.request("/else");
  assertEquals([missing.status, await missing.json()], [410, { gone: true }]);
});

test("a content type of one's own stands alone, however it is written", async () => {
  const api = new Api();
  const headers = { "Content-Type": "application/x-own" };
  api.get("/json", () => json(1, 200, headers)).get("/html", () => html("x", 200, headers));
  api.get("/c", (c) => c.json(1, 200, headers)).get("/stream", () => stream(() => {}, { headers }));
  api.get("/schema", { response: { 200: int() } }, () => json(1, 200, headers));
  api.get("/error", () => {
    throw new HttpError(400, { headers });
  });
  for (const path of ["/json", "/html", "/c", "/stream", "/schema", "/error"]) {
    const type = (await api.request(path)).headers.get("content-type");
    assertEquals([path, type], [path, "application/x-own"]);
  }
  api.openapi();
});

test("c.json() of nothing is null, as whatever a handler returns", async () => {
  const api = new Api().get("/", (c) => c.json(undefined));
  assertEquals(await (await api.request("/")).text(), "null");
});

test("what says its JSON form is checked and filtered by that; a Date is a date and time", async () => {
  const Account = object({ name: text(), since: isoDatetime(), tags: list(text()) });
  class Row {
    #row: object;
    constructor(row: object) {
      this.#row = row;
    }
    toJSON() {
      return this.#row;
    }
  }
  for (const development of [true, false]) {
    const api = new Api({ development, log: () => {} });
    const account = { name: "a", since: new Date(0), tags: ["x"], hash: "secret" };
    api.get("/one", { response: { 200: Account } }, () => account);
    api.get("/row", { response: { 200: Account } }, () => new Row(account) as never);
    api.get(
      "/rows",
      { response: { 200: object({ rows: list(Account) }) } },
      () => ({ rows: new Row([new Row(account)]) }) as never,
    );
    const sent = { name: "a", since: "1970-01-01T00:00:00.000Z", tags: ["x"] };
    assertEquals(await (await api.request("/one")).json(), sent);
    assertEquals(await (await api.request("/row")).json(), sent);
    assertEquals(await (await api.request("/rows")).json(), { rows: [sent] });
  }
  const api = new Api({ log: () => {} });
  api.get("/", { response: { 200: Account } }, () => ({
    name: "a",
    since: new Date(NaN),
    tags: [],
  }));
  assertEquals((await api.request("/")).status, 500);
});

test("a default stays in the document where null is allowed too", () => {
  assertEquals(int().default(5).nullable().jsonSchema(), {
    anyOf: [{ type: "integer" }, { type: "null" }],
    default: 5,
  });
});

test("prefix and path may not name one parameter twice", () => {
  const inner = new Api();
  inner.get("/{id}", (c) => c.path.id);
  assertThrows(() => new Api().route("/users/{id}", inner), TypeError, '"id" is there twice');
});

test("an empty text is a value where a whole schema requires one, else absent", async () => {
  const api = new Api();
  const query = z.object({
    q: z.string(),
    tags: z.array(z.int()).optional(),
    sort: z.string().default("id"),
  });
  api.get("/", { query }, (c) => c.query);
  api.get("/list", { query: { tags: z.array(z.int()).optional() } }, (c) => c.query);
  assertEquals(await (await api.request("/?q=&tags=&sort=")).json(), { q: "", sort: "id" });
  assertEquals((await api.request("/")).status, 422);
  assertEquals(await (await api.request("/list?tags=")).json(), {});
});

test("empty elements of a header's list do not count", async () => {
  const api = new Api();
  api.get(
    "/",
    { headers: { x_tag: list(text()), x_some: list(text()).optional() } },
    (c) => c.headers,
  );
  const ask = async (value: string) =>
    await (await api.request("/", { headers: { "x-tag": value, "x-some": value } })).json();
  assertEquals(await ask("a, ,b,"), { x_tag: ["a", "b"], x_some: ["a", "b"] });
  assertEquals(await ask(""), { x_tag: [] });
});

test("a flag that may be null, or has a default and is optional, is a flag", async () => {
  const api = new Api();
  api.get(
    "/",
    { query: { a: bool().nullable(), b: bool().default(true).optional() } },
    (c) => c.query,
  );
  assertEquals(await (await api.request("/?a")).json(), { a: true, b: true });
});

test("conventions() hold for texts that may be null, and leave their bounds in the document", async () => {
  const api = new Api();
  const body = object(conventions({ email: text().nullable(), name_ne: text({ min: 3 }) }));
  api.post("/", { body }, (c) => c.body);
  const post = (value: unknown) =>
    api.request("/", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });
  assertEquals((await post({ email: "nobody", name_ne: "abc" })).status, 422);
  assertEquals((await post({ email: null, name_ne: "ab" })).status, 422);
  assertEquals(await (await post({ email: null, name_ne: "abc" })).json(), {
    email: null,
    name_ne: "abc",
  });
  assertEquals(body.jsonSchema()["properties"], {
    email: { anyOf: [{ type: "string", format: "email" }, { type: "null" }] },
    name_ne: { type: "string", minLength: 3 },
  });
});

test("what JSON Schema cannot say leaves the rest of a whole schema as it is", async () => {
  const query = z.object({
    since: z.coerce.date(),
    flags: z.array(z.boolean()).optional(),
    page: z.int().default(1),
  });
  const api = new Api();
  api.get("/", { query, response: { 200: z.object({ at: z.date(), page: z.int() }) } }, (c) => ({
    at: c.query.since,
    page: c.query.page + (c.query.flags?.length ?? 0),
  }));
  const response = await api.request("/?since=2024-01-02&flags=true&flags=0&page=5");
  assertEquals(await response.json(), { at: "2024-01-02T00:00:00.000Z", page: 7 });
  // deno-lint-ignore no-explicit-any -- a document is read by path
  const { parameters, responses } = (api.openapi() as any).paths["/"].get;
  assertEquals(parameters.map((each: { name: string }) => each.name), ["since", "flags", "page"]);
  assertEquals(
    Object.keys(responses[200].content["application/json"].schema.properties),
    ["at", "page"],
  );
});

test("a form with another vendor's file is multipart only", () => {
  const api = new Api().post("/", { form: z.object({ file: z.file() }) }, () => 1);
  // deno-lint-ignore no-explicit-any -- a document is read by path
  const { content } = (api.openapi() as any).paths["/"].post.requestBody;
  assertEquals(Object.keys(content), ["multipart/form-data"]);
});
