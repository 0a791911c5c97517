import { test } from "node:test";
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  Api,
  bool,
  HttpError,
  int,
  list,
  object,
  setCookie,
  text,
  upload,
} from "../../src/api/mod.ts";
import { client, ClientError, type RoutesOf } from "../../src/api/client.ts";
import { testClient } from "../../src/api/testing.ts";

const events: string[] = [];
const child = new Api().get("/{id}/x", { path: { id: int() } }, (c) => ({ nested: c.path.id }));
const api = new Api()
  .get("/users/{user_id}", {
    path: { user_id: int() },
    query: { verbose: bool().default(false), tag: list(text()).optional() },
    headers: { x_key: text().optional() },
  }, (c) => ({ id: c.path.user_id, ...c.query, key: c.headers.x_key }))
  .post("/users", {
    body: object({ name: text() }),
    status: 201,
    response: { 201: object({ name: text() }) },
  }, (c) => c.body)
  .post(
    "/form",
    { form: { name: text(), file: upload().optional() } },
    async (c) => `${c.form.name}:${await c.form.file?.text()}`,
  )
  .get("/files/*path", (c) => c.path.path)
  .get("/fails", (): string => {
    throw new HttpError(409, { detail: "taken" });
  })
  .get("/login", (c) => {
    setCookie(c, "session", "s 1");
    return true;
  })
  .get("/me", { cookies: { session: text() } }, (c) => c.cookies.session)
  .route("/child", child);
api.onStartup(() => events.push("start")).onShutdown(() => events.push("stop"));

test("the typed client calls routes by method, path and input", async () => {
  const users = client<RoutesOf<typeof api>>("http://localhost/", { fetch: api.fetch });
  const user = await users.get("/users/{user_id}", {
    path: { user_id: 7 },
    query: { verbose: true, tag: ["a b", "&"] },
    headers: { x_key: "k" },
  });
  assertEquals(user, { id: 7, verbose: true, tag: ["a b", "&"], key: "k" });
  const made: { name: string } = await users.post("/users", { body: { name: "Zoë" } });
  assertEquals(made, { name: "Zoë" });
  assertEquals(await users.post("/form", { form: { name: "a" } }), "a:undefined");
  assertEquals(
    await users.post("/form", { form: { name: "a", file: new File(["x"], "f") } }),
    "a:x",
  );
  assertEquals(await users.get("/files/*path", { path: { path: "a b/c%" } }), "a b/c%");
  assertEquals(await users.get("/child/{id}/x", { path: { id: 3 } }), { nested: 3 });
  const error = await assertRejects(() => users.get("/fails"), ClientError);
  assertEquals([error.status, error.detail], [409, "taken"]);
  const invalid = await assertRejects(
    () => users.get("/users/{user_id}", { path: { user_id: "x" as never } }),
    ClientError,
  );
  assertEquals(invalid.status, 422);
  assertInstanceOf(await users.request("DELETE", "/users"), Response);
});

test("the testing client starts and stops the app, and keeps cookies", async () => {
  {
    await using tested = testClient(api);
    await tested.get("/login");
    assertEquals(tested.jar.get("session"), "s%201");
    assertEquals(await tested.get("/me", { cookies: undefined as never }), "s 1");
  }
  assertEquals(events, ["start", "stop"]);
});
