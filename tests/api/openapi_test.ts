import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import {
  Api,
  apiKey,
  base64,
  basic,
  bearer,
  bool,
  email,
  enumOf,
  float,
  int,
  isoDate,
  isoDatetime,
  json,
  list,
  oauth2,
  object,
  text,
  upload,
  url,
  uuid,
} from "../../src/api/mod.ts";
import { assertValidDocument } from "./support/openapi.ts";

// deno-lint-ignore no-explicit-any -- a document is read by path
type Document = any;

function everything(): Api {
  const User = object({ id: int(), name: text({ min: 1, max: 80, pattern: /^\w+$/ }) }, {
    name: "User",
  });
  const api = new Api({
    title: "All",
    version: "1.2.3",
    description: "Every option",
    servers: [{ url: "https://a.example" }],
  });
  api.get("/users/{user_id}", {
    name: "readUser",
    tags: ["users"],
    summary: "Reads",
    description: "Reads a *user*",
    deprecated: true,
    path: { user_id: int({ ge: 1 }) },
    query: {
      verbose: bool().default(false),
      order: enumOf("asc", "desc").default("asc"),
      ratio: float({ gt: 0, lt: 1, multipleOf: 0.1 }).optional(),
      tags: list(text(), { max: 3 }).optional(),
    },
    headers: { user_agent: text().optional() },
    cookies: { session: text() },
    response: { 200: User, 404: object({ why: text().nullable() }) },
    security: [
      bearer({ verify: () => ({ id: 1 }) }),
      apiKey({ in: "header", name: "x-key", verify: () => true }),
    ],
  }, () => json({ why: null }, 404));
  api.post("/users", {
    status: 201,
    body: User,
    response: { 201: User },
    security: oauth2({
      flows: {
        clientCredentials: { tokenUrl: "https://a.example/t", scopes: { write: "Writes" } },
      },
      scopes: ["write"],
      verify: () => ({ scopes: ["write"] }),
    }),
  }, (c) => c.body);
  api.put("/z/{id}", {
    path: { id: z.uuid() },
    query: z.object({ q: z.string().min(2), n: z.int().optional() }),
    body: z.object({
      when: z.iso.datetime(),
      user: z.object({ a: z.int() }).meta({ id: "Inner" }),
    }),
    security: basic({ verify: () => true }),
  }, (c) => c.body);
  api.post("/form", { form: { name: text(), mail: email().optional() } }, (c) => c.form);
  api.post("/formats", {
    body: object({
      u: url(),
      d: isoDate(),
      t: isoDatetime(),
      b: base64(),
      i: uuid(),
      l: list(User),
    }),
  }, (c) => c.body);
  api.all("/any/*path", (c) => c.path.path);
  api.static("/", { ok: true }, { summary: "Root" });
  return api;
}

test("a document with every option is valid OpenAPI 3.1", async () => {
  await assertValidDocument(everything().openapi());
});

test("every route option appears in the document", () => {
  const document: Document = everything().openapi();
  assertEquals(document.info, { title: "All", version: "1.2.3", description: "Every option" });
  assertEquals(document.servers, [{ url: "https://a.example" }]);
  const read = document.paths["/users/{user_id}"].get;
  assertEquals(
    [read.operationId, read.tags, read.summary, read.description, read.deprecated],
    ["readUser", ["users"], "Reads", "Reads a *user*", true],
  );
  const parameters = Object.fromEntries(read.parameters.map((p: Document) => [p.name, p]));
  assertEquals(parameters.user_id.schema, { type: "integer", minimum: 1 });
  assertEquals(parameters.verbose, {
    name: "verbose",
    in: "query",
    required: false,
    schema: { type: "boolean", default: false },
  });
  assertEquals(parameters.order.schema, { type: "string", enum: ["asc", "desc"], default: "asc" });
  assertEquals(parameters.ratio.schema, {
    type: "number",
    exclusiveMinimum: 0,
    exclusiveMaximum: 1,
    multipleOf: 0.1,
  });
  assertEquals(parameters.tags.schema, { type: "array", items: { type: "string" }, maxItems: 3 });
  assertEquals([parameters["user-agent"].in, parameters.session.in], ["header", "cookie"]);
  assertEquals(read.security, [{ bearer: [], "apiKey_header_x-key": [] }]);
  assertEquals(Object.keys(read.responses).sort(), ["200", "401", "403", "404", "422"]);
  assertEquals(read.responses[200].content["application/json"].schema, {
    $ref: "#/components/schemas/User",
  });
  assertEquals(document.components.schemas.User.properties.name, {
    type: "string",
    minLength: 1,
    maxLength: 80,
    pattern: "^\\w+$",
  });
  assertEquals(document.components.securitySchemes.bearer, { type: "http", scheme: "bearer" });
  const create = document.paths["/users"].post;
  assertEquals(create.operationId, "post_users");
  assertEquals(create.security, [{ oauth2: ["write"] }]);
  assertEquals(create.requestBody.required, true);
  assertEquals(
    document.paths["/z/{id}"].put.requestBody.content["application/json"].schema.properties.user,
    {
      $ref: "#/components/schemas/Inner",
    },
  );
  assertEquals(Object.keys(document.paths["/form"].post.requestBody.content), [
    "multipart/form-data",
    "application/x-www-form-urlencoded",
  ]);
  assertEquals(Object.keys(document.paths["/any/{path}"]).sort(), [
    "delete",
    "get",
    "head",
    "options",
    "patch",
    "post",
    "put",
  ]);
});

test("operationIds are unique, and a name given twice is an error", () => {
  const api = new Api();
  api.get("/a/b", () => 1).get("/a_b", () => 2).get("/users/{user_id}", () => 3);
  const document: Document = api.openapi();
  const ids = Object.values(document.paths).map((item: Document) => item.get.operationId);
  assertEquals(ids, ["get_a_b", "get_a_b_2", "get_users_user_id"]);
  api.get("/x", { name: "same" }, () => 1).get("/y", { name: "same" }, () => 1);
  assertThrows(() => api.openapi(), TypeError, 'named "same"');
});

test("a large app's document is valid, and served", async () => {
  const api = new Api();
  for (let i = 0; i < 300; i++) {
    api.post(`/r${i}/{id}`, {
      path: { id: int() },
      query: { a: int().default(i), b: text().optional() },
      body: object({ x: float(), y: list(int()) }, { name: `Body${i % 7}` }),
    }, (c) => c.body);
  }
  const response = await api.request("/openapi.json");
  assertEquals(response.headers.get("content-type"), "application/json");
  const document: Document = await response.json();
  assertEquals(Object.keys(document.paths).length, 300);
  assertEquals(Object.keys(document.components.schemas).length, 7 + 2);
  await assertValidDocument(document);
});

test("security schemes of one name stay apart, and scopes of one scheme come together", () => {
  const needs = (scope: string) =>
    oauth2({
      flows: { clientCredentials: { tokenUrl: "/token", scopes: { read: "", write: "" } } },
      scopes: [scope],
      verify: () => ({ scopes: ["read", "write"] }),
    });
  const api = new Api();
  api.get("/a", { security: [needs("read"), needs("write")] }, () => 1);
  api.get("/b", { security: bearer({ verify: () => 1, format: "JWT" }) }, () => 1);
  api.get("/c", { security: bearer({ verify: () => 1, format: "opaque" }) }, () => 1);
  const document: Document = api.openapi();
  const needed = Object.values(document.paths).map((item: Document) => item.get.security);
  assertEquals(needed, [[{ oauth2: ["read", "write"] }], [{ bearer: [] }], [{ bearer_2: [] }]]);
  const { securitySchemes } = document.components;
  assertEquals(Object.keys(securitySchemes), ["oauth2", "bearer", "bearer_2"]);
  assertEquals(securitySchemes.bearer_2.bearerFormat, "opaque");
  assertValidDocument(document);
});

test("a named route of a router that is included twice has two operationIds", () => {
  const router = new Api().get("/a", { name: "read" }, () => 1);
  const document: Document = new Api().route("/x", router).route("/y", router).openapi();
  const ids = Object.values(document.paths).map((item: Document) => item.get.operationId);
  assertEquals(ids, ["get_read", "get_read_2"]);
});

test("what a file of a form may be is in the document", () => {
  const api = new Api();
  const form = {
    photo: upload({ types: ["image/png", "image/jpeg"], maxBytes: 1000 }),
    more: list(upload({ types: ["image/*"] })).optional(),
    any: upload(),
  };
  api.post("/", { form }, () => 1);
  const document: Document = api.openapi();
  const { schema, encoding } = document.paths["/"].post.requestBody.content["multipart/form-data"];
  assertEquals(encoding, {
    photo: { contentType: "image/png, image/jpeg" },
    more: { contentType: "image/*" },
  });
  assertEquals(schema.properties.photo.maxLength, 1000);
  assertValidDocument(document);
});
