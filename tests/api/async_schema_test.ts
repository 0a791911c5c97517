import { test } from "node:test";
import { assertEquals, assertStringIncludes } from "@std/assert";
import { z } from "zod";
import { Api, int, list, object, type StandardSchema } from "../../src/api/mod.ts";

/** A text that is looked up: `taken` is refused, `broken` rejects, the others come back in upper case, each a little later. */
function lookedUp(waitMs = 0): StandardSchema<string, string> {
  return {
    "~standard": {
      version: 1,
      vendor: "test",
      async validate(value) {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
        if (value === "broken") throw new Error("the store is down");
        return typeof value !== "string" || value === "taken"
          ? { issues: [{ message: "Already taken" }] }
          : { value: value.toUpperCase() };
      },
    },
  };
}

const JSON_BODY = { "content-type": "application/json" };
const post = (api: Api, value: unknown): Promise<Response> =>
  api.request("/", { method: "POST", headers: JSON_BODY, body: JSON.stringify(value) });

async function locs(response: Response): Promise<unknown> {
  assertEquals(response.status, 422);
  const { detail } = await response.json();
  return detail.map(({ loc, msg }: { loc: unknown; msg: string }) => [loc, msg]);
}

test("an asynchronous schema within objects and lists is waited for, and refuses", async () => {
  const api = new Api();
  api.post("/", {
    body: object({
      name: lookedUp(),
      age: int(),
      friends: list(object({ name: lookedUp() })).default([]),
    }),
  }, (c) => c.body);
  assertEquals(await (await post(api, { name: "a", age: 1, friends: [{ name: "b" }] })).json(), {
    name: "A",
    age: 1,
    friends: [{ name: "B" }],
  });
  assertEquals(
    await locs(
      await post(api, { name: "taken", age: "1", friends: [{ name: "b" }, { name: "taken" }] }),
    ),
    [
      [["body", "age"], "Input should be a valid integer"],
      [["body", "name"], "Already taken"],
      [["body", "friends", 1, "name"], "Already taken"],
    ],
  );
});

test("so it is in a query's list, in a form, and in an answer", async () => {
  const api = new Api({ log: () => {} });
  api.get("/query", { query: { name: list(lookedUp()) } }, (c) => c.query);
  api.post("/form", { form: { name: list(lookedUp()) } }, (c) => c.form);
  api.get("/answer/{name}", { response: { 200: object({ name: lookedUp() }) } }, (c) => c.path);
  assertEquals(await (await api.request("/query?name=a&name=b")).json(), { name: ["A", "B"] });
  assertEquals(await locs(await api.request("/query?name=a&name=taken")), [
    [["query", "name", 1], "Already taken"],
  ]);
  const form = (body: string) =>
    api.request("/form", {
      method: "POST",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body,
    });
  assertEquals(await (await form("name=a")).json(), { name: ["A"] });
  assertEquals(await locs(await form("name=taken")), [[["body", "name", 0], "Already taken"]]);
  assertEquals(await (await api.request("/answer/a")).json(), { name: "A" });
  assertEquals((await api.request("/answer/taken")).status, 500);
});

test("an object with an asynchronous field is a Standard Schema that is waited for", async () => {
  const { validate } = object({ name: lookedUp() })["~standard"];
  assertEquals(await validate({ name: "a" }), { value: { name: "A" } });
  assertEquals(await validate({ name: "taken" }), {
    issues: [{ message: "Already taken", path: ["name"] }],
  });
});

test("what is refused late is told in its place", async () => {
  const api = new Api();
  api.get("/{id}", { path: { id: lookedUp() }, query: { limit: int() } }, () => 1);
  assertEquals(await locs(await api.request("/taken?limit=x")), [
    [["path", "id"], "Already taken"],
    [["query", "limit"], "Input should be a valid integer, unable to parse string as an integer"],
  ]);
});

test("a check that rejects while another is waited for is a 500, and no more", async () => {
  const errors: unknown[] = [];
  const api = new Api({ log: (error) => void errors.push(error) });
  api.get("/", { query: { a: lookedUp(20), b: lookedUp() } }, (c) => c.query);
  const response = await api.request("/?a=x&b=broken");
  // Long enough for the runtime to notice a rejection that nobody handles, which fails the test.
  await new Promise((resolve) => setTimeout(resolve, 30));
  assertEquals(response.status, 500);
  assertStringIncludes(String(errors[0]), "the store is down");
});

test("zod's asynchronous checks run once a value, and may reject", async () => {
  const seen: string[] = [];
  const name = z.string().refine(async (value) => {
    seen.push(value);
    await Promise.resolve();
    if (value === "broken") throw new Error("the store is down");
    return value !== "taken";
  }, "Already taken");
  const api = new Api({ log: () => {} });
  api.post("/", { body: z.object({ name }) }, (c) => c.body);
  assertEquals((await post(api, { name: "first" })).status, 200);
  seen.length = 0;
  assertEquals(await (await post(api, { name: "a" })).json(), { name: "a" });
  assertEquals(await locs(await post(api, { name: "taken" })), [[
    ["body", "name"],
    "Already taken",
  ]]);
  assertEquals((await post(api, { name: "broken" })).status, 500);
  assertEquals(seen, ["a", "taken", "broken"]);
});
