import { test } from "node:test";
import { assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import {
  Api,
  bool,
  deleteCookie,
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

test("a value that would change the path's route is refused by the client", async () => {
  const asked: string[] = [];
  const users = client<RoutesOf<typeof api>>("http://localhost", {
    fetch: (request) => {
      asked.push(new URL(request.url).pathname);
      return new Response();
    },
  });
  for (const path of ["..", ".", "", "a/../b", "./a", "a/.."]) {
    await assertRejects(
      () => users.get("/files/*path", { path: { path } }),
      TypeError,
      `path.path cannot be ${JSON.stringify(path)}`,
    );
  }
  for (const id of ["..", ".", ""]) {
    await assertRejects(
      () => users.get("/child/{id}/x", { path: { id: id as never } }),
      TypeError,
      "path.id cannot be",
    );
  }
  await assertRejects(
    () => users.get("/child/{id}/x", { path: {} as never }),
    TypeError,
    "path.id is missing",
  );
  assertEquals(asked, []);
  // Dots beside others, slashes and escapes in one segment are values like others.
  for (const id of ["...", "a..", "../x", "%2e%2e", "?a#b"]) {
    await users.get("/child/{id}/x", { path: { id: id as never } });
  }
  assertEquals(asked, [
    "/child/.../x",
    "/child/a../x",
    "/child/..%2Fx/x",
    "/child/%252e%252e/x",
    "/child/%3Fa%23b/x",
  ]);
});

test("an error's status counts, whatever its body is; a success that is no JSON is an error", async () => {
  const table: [number, string | null, string, unknown][] = [
    [502, "<html>", "application/json", "<html>"],
    [500, '{"detail":', "application/json", '{"detail":'],
    [503, "busy", "text/plain", "busy"],
    [404, null, "text/plain", undefined],
    [400, "null", "application/json", null],
    [422, '{"detail":[1]}', "application/problem+json", [1]],
  ];
  for (const [status, body, type, detail] of table) {
    const asked = client<RoutesOf<typeof api>>("http://localhost", {
      fetch: () => new Response(body, { status, headers: { "content-type": type } }),
    });
    const error = await assertRejects(() => asked.get("/login"), ClientError);
    assertEquals([body, error.status, error.detail], [body, status, detail]);
  }
  const cut = client<RoutesOf<typeof api>>("http://localhost", {
    fetch: () => new Response("{", { headers: { "content-type": "application/json" } }),
  });
  await assertRejects(() => cut.get("/login"), SyntaxError);
});

test("the client gives up by its signal, and sends no header that ends its line", async () => {
  const asked = client<RoutesOf<typeof api>>("http://localhost", { fetch: api.fetch });
  await assertRejects(
    () =>
      asked.get("/users/{user_id}", {
        path: { user_id: 1 },
        headers: { x_key: "a\r\nx-evil: 1" },
      }),
    TypeError,
  );
  const waiting = client<RoutesOf<typeof api>>("http://localhost", {
    fetch: (request) =>
      new Promise((_, reject) =>
        request.signal.addEventListener("abort", () => reject(request.signal.reason))
      ),
  });
  const abort = new AbortController();
  const call = waiting.get("/login", { signal: abort.signal });
  abort.abort(new RangeError("enough"));
  await assertRejects(() => call, RangeError, "enough");
});

test("the testing client: bindings, header fields, cookies that change and go", async () => {
  const tested = new Api()
    .get("/env", (c) => [c.env, c.request.headers.get("x-a")])
    .get("/set/{value}", (c) => {
      setCookie(c, "a", c.path.value);
      return true;
    })
    .get("/delete", (c) => {
      deleteCookie(c, "a");
      return true;
    })
    .get("/cookie", (c) => c.request.headers.get("cookie"));
  await using asked = testClient(tested, { env: { key: 1 }, headers: { "x-a": "b" } });
  assertEquals(await asked.get("/env"), [{ key: 1 }, "b"]);
  assertEquals(await asked.get("/cookie"), null);
  await asked.get("/set/{value}", { path: { value: "1" } });
  await asked.get("/set/{value}", { path: { value: "x y" } });
  assertEquals(await asked.get("/cookie"), "a=x%20y");
  await asked.get("/delete");
  assertEquals([asked.jar.size, await asked.get("/cookie")], [0, null]);
});

test("a call has header fields of its own, and the prefix's parameters", async () => {
  const router = new Api().get("/{id}", (c) => ({
    user: c.req.param("user"),
    id: c.path.id,
    sent: c.request.headers.get("authorization"),
  }));
  const api = new Api().route("/users/{user}", router);
  const asked = client<RoutesOf<typeof api>>("http://localhost", { fetch: api.fetch });
  const answer = await asked.get("/users/{user}/{id}", {
    path: { user: "a b", id: "7" },
    headers: { authorization: "Bearer x" },
  });
  assertEquals(answer, { user: "a b", id: "7", sent: "Bearer x" });
});
