/**
 * Compile-only: what a route's options say is what its handler and its clients are given. Nothing
 * here runs but an empty test; `deno check` and `tsc` are the judges.
 */

import { test } from "node:test";
import * as v from "valibot";
import { z } from "zod";
import {
  Api,
  bearer,
  bool,
  dep,
  enumOf,
  float,
  html,
  int,
  json,
  list,
  object,
  text,
  upload,
} from "../../src/api/mod.ts";
import { bytes, struct, u64 } from "../../src/schema/mod.ts";
import { client, type RoutesOf } from "../../src/api/client.ts";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true
  : false;
function is<T extends true>(): T | void {}

test("types only", () => {});

/** Never called. */
export function typesOnly(): void {
  const db = dep(async function* () {
    yield { find: (id: number): string => String(id) };
  });
  const user = bearer({ verify: (token) => token === "" ? undefined : { id: 1 } });
  const User = object({
    id: int(),
    name: text(),
    nick: text().optional(),
    tags: list(text()).default([]),
  });

  const api = new Api()
    .post("/a/{id}/b/:slug/*rest", {
      path: { id: int() },
      query: {
        n: int().optional(),
        f: float().default(1),
        b: bool(),
        e: enumOf("x", "y"),
        l: list(int()),
        z: z.coerce.date(),
        w: v.optional(v.string(), "w"),
      },
      headers: { user_agent: text() },
      cookies: z.object({ session: z.string() }),
      body: User,
      dependencies: { db, user },
      status: 201,
      response: { 201: object({ ok: bool() }), 404: object({ why: text() }) },
    }, (c) => {
      is<Same<typeof c.path.id, number>>();
      is<Same<typeof c.path.slug, string>>();
      is<Same<typeof c.path.rest, string>>();
      is<Same<typeof c.query.n, number | undefined>>();
      is<Same<typeof c.query.f, number>>();
      is<Same<typeof c.query.b, boolean>>();
      is<Same<typeof c.query.e, "x" | "y">>();
      is<Same<typeof c.query.l, number[]>>();
      is<Same<typeof c.query.z, Date>>();
      is<Same<typeof c.query.w, string>>();
      is<Same<typeof c.headers.user_agent, string>>();
      is<Same<typeof c.cookies, { session: string }>>();
      is<Same<typeof c.body.nick, string | undefined>>();
      is<Same<typeof c.body.tags, string[]>>();
      is<Same<ReturnType<typeof c.deps.db.find>, string>>();
      is<Same<typeof c.deps.user, { id: number }>>();
      is<Same<typeof c.form, undefined>>();
      // @ts-expect-error: no such parameter
      void c.path.other;
      // @ts-expect-error: no such dependency
      void c.deps.cache;
      return { ok: true };
    })
    .get("/plain", () => ({ count: 1 }))
    .post("/form", { form: { name: text(), file: upload() } }, (c) => {
      is<Same<typeof c.form, { name: string; file: File }>>();
      return c.form.name;
    })
    // @ts-expect-error: the answer does not fit the schema of its status
    .get("/wrong", { response: { 200: object({ ok: bool() }) } }, () => ({ ok: "yes" }))
    .get("/either", { response: { 200: User, 404: object({ why: text() }) } }, (c) => {
      if (c.request.url === "") return json({ why: "x" }, 404);
      if (c.request.url === "/") return new Response("raw");
      return { id: 1, name: "x" };
    });

  const asked = client<RoutesOf<typeof api>>("");
  const call = asked.post("/a/{id}/b/:slug/*rest", {
    path: { id: 1, slug: "s", rest: "r" },
    query: { b: true, e: "x", l: [1], z: 0 },
    headers: { user_agent: "x" },
    cookies: { session: "s" },
    body: { id: 1, name: "n" },
  });
  is<Same<Awaited<typeof call>, { ok: boolean }>>();
  const plain = asked.get("/plain");
  is<Same<Awaited<typeof plain>, { count: number }>>();
  // @ts-expect-error: no such path
  void asked.get("/nowhere");
  // @ts-expect-error: another method
  void asked.post("/plain");
  // @ts-expect-error: the form is missing
  void asked.post("/form");
  void asked.post("/a/{id}/b/:slug/*rest", {
    path: { id: 1, slug: "", rest: "" },
    // @ts-expect-error: the body lacks a field
    body: { id: 1 },
  });

  // What is received is JSON; a call of a route that declares no header fields may have any.
  const received = new Api().get("/", () => ({
    at: new Date(),
    tags: ["a"] as const,
    deep: [{ when: new Date(), maybe: null as { at?: Date } | null }],
    url: new URL("http://localhost"),
  })).get("/page", () => html("")).get("/any", (c) => c.get("any"));
  const asker = client<RoutesOf<typeof received>>("");
  const value = asker.get("/", { headers: { authorization: "Bearer x" } });
  is<Same<Awaited<typeof value>["at"], string>>();
  is<Same<Awaited<typeof value>["tags"], readonly ["a"]>>();
  is<Same<Awaited<typeof value>["deep"][number]["when"], string>>();
  is<Same<NonNullable<Awaited<typeof value>["deep"][number]["maybe"]>["at"], string | undefined>>();
  is<Same<Awaited<typeof value>["url"], string>>();
  const page = asker.get("/page");
  is<Same<Awaited<typeof page>, unknown>>();
  const any = asker.get("/any");
  // deno-lint-ignore no-explicit-any -- what a handler says of its answer
  is<Same<Awaited<typeof any>, any>>();
  // @ts-expect-error: a header field is a text
  void asker.get("/", { headers: { authorization: 1 } });

  // The parameters of a prefix are a caller's to give.
  const posts = new Api().get("/posts/{id}", { path: { id: int() } }, (c) => c.path.id)
    .get("/all", () => 1);
  const prefixed = client<RoutesOf<typeof mounted>>("");
  const mounted = new Api().route("/users/{user}", posts).route("/plain", posts);
  void prefixed.get("/users/{user}/posts/{id}", { path: { user: "u", id: 1 } });
  void prefixed.get("/users/{user}/all", { path: { user: "u" } });
  void prefixed.get("/plain/posts/{id}", { path: { id: 1 } });
  void prefixed.get("/plain/all");
  // @ts-expect-error: the prefix's parameter is missing
  void prefixed.get("/users/{user}/posts/{id}", { path: { id: 1 } });

  // A struct inside lists and objects is its JSON form on the wire, its value in the handler.
  const Big = struct("Big", { id: u64, data: bytes });
  const structs = new Api().post("/s", {
    body: object({ all: list(Big), one: Big }),
    response: { 200: list(object({ big: Big, more: list(Big).optional() })) },
  }, (c) => {
    is<Same<typeof c.body.all[number]["id"], bigint>>();
    return [{ big: c.body.one }];
  });
  const big = client<RoutesOf<typeof structs>>("").post("/s", {
    body: { all: [{ id: "1", data: "" }], one: { id: "1", data: "" } },
  });
  is<Same<Awaited<typeof big>[number]["big"]["id"], string>>();
  is<Same<NonNullable<Awaited<typeof big>[number]["more"]>[number]["data"], string>>();
  void client<RoutesOf<typeof structs>>("").post("/s", {
    // @ts-expect-error: JSON has no bigint
    body: { all: [{ id: 1n, data: "" }], one: { id: "1", data: "" } },
  });
  new Api().get(
    "/t",
    { response: { 200: list(Big) } },
    // @ts-expect-error: the handler answers what the struct encodes
    () => [{ id: "1", data: "" }],
  );

  // @ts-expect-error: an option that does not exist
  new Api().get("/", { querry: {} }, () => 1);
  // @ts-expect-error: not a schema
  new Api().get("/", { query: { a: 1 } }, () => 1);
}
