import { test } from "node:test";
import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { compress } from "hono/compress";
import { cors } from "hono/cors";
import { etag } from "hono/etag";
import { jwt, sign } from "hono/jwt";
import { requestId } from "hono/request-id";
import { secureHeaders } from "hono/secure-headers";
import { bodyLimit } from "hono/body-limit";
import {
  Api,
  apiKey,
  basic,
  bearer,
  deleteCookie,
  dep,
  getCookie,
  getSignedCookie,
  HttpError,
  int,
  json,
  oauth2,
  resolve,
  setCookie,
  setSignedCookie,
  text,
  zapCap,
} from "../../src/api/mod.ts";

test("middleware runs in order of registration, per app, path and router, and may answer itself", async () => {
  const order: string[] = [];
  const note = (name: string) => async (_: unknown, next: () => Promise<void>) => {
    order.push(`${name}>`);
    await next();
    order.push(`<${name}`);
  };
  const child = new Api();
  child.use(note("child"));
  child.get("/x", () => {
    order.push("handler");
    return 1;
  });
  const api = new Api();
  api.use(note("app"));
  api.use("/r/*", note("path"));
  api.route("/r", child, { middleware: [note("router")] });
  api.use("/closed/*", (c) => Promise.resolve(c.text("no", 403)));
  api.get("/closed/a", () => 1);
  await api.request("/r/x");
  assertEquals(order, [
    "app>",
    "path>",
    "router>",
    "child>",
    "handler",
    "<child",
    "<router",
    "<path",
    "<app",
  ]);
  assertEquals((await api.request("/closed/a")).status, 403);
});

test("next() twice is an error", async () => {
  const logged: string[] = [];
  const api = new Api({ log: (error) => void logged.push(String(error)) });
  api.use(async (_, next) => {
    await next();
    await next();
  });
  api.get("/", () => 1);
  assertEquals((await api.request("/")).status, 500);
  assertMatch(logged[0]!, /next\(\) called multiple times/);
});

test("Hono's middleware works: cors, compress, etag, jwt, request-id, secure-headers, body-limit", async () => {
  const api = new Api({ log: () => {} });
  api.use(cors({ origin: "https://a.example" }));
  api.use(secureHeaders());
  api.use(requestId());
  api.use("/zip", compress({ threshold: 10 }));
  api.use("/tagged", etag());
  api.use("/jwt/*", jwt({ secret: "s", alg: "HS256" }));
  api.use("/small", bodyLimit({ maxSize: 10 }));
  api.get("/zip", () => "x".repeat(2000));
  api.get("/tagged", () => ({ a: 1 }));
  api.get("/jwt/{id}", { path: { id: int() } }, (c) => [c.path.id, c.get("jwtPayload").sub]);
  api.post("/small", () => 1);
  api.static("/fixed", "static");
  const preflight = await api.request("/zip", {
    method: "OPTIONS",
    headers: { origin: "https://a.example", "access-control-request-method": "GET" },
  });
  assertEquals([preflight.status, preflight.headers.get("access-control-allow-origin")], [
    204,
    "https://a.example",
  ]);
  const zip = await api.request("/zip", { headers: { "accept-encoding": "gzip" } });
  assertEquals(zip.headers.get("content-encoding"), "gzip");
  const plain = zip.body!.pipeThrough(new DecompressionStream("gzip"));
  assertEquals(await new Response(plain).json(), "x".repeat(2000));
  const tag = (await api.request("/tagged")).headers.get("etag")!;
  assertEquals((await api.request("/tagged", { headers: { "if-none-match": tag } })).status, 304);
  const token = await sign({ sub: "me" }, "s", "HS256");
  const good = await api.request("/jwt/7", { headers: { authorization: `Bearer ${token}` } });
  assertEquals(await good.json(), [7, "me"]);
  const bad = await api.request("/jwt/7");
  assertEquals([bad.status, typeof (await bad.json()).detail], [401, "string"]);
  assertEquals((await api.request("/small", { method: "POST", body: "x".repeat(11) })).status, 413);
  const fixed = await api.request("/fixed");
  assertEquals([await fixed.text(), fixed.headers.get("x-frame-options")], [
    "static",
    "SAMEORIGIN",
  ]);
  assert(fixed.headers.has("x-request-id"));
  assertEquals([...api.fixedResponses()], []);
});

test("a 500 is logged with the request id, which the client is told", async () => {
  const logged: Record<string, unknown>[] = [];
  const api = new Api({ log: (_, fields) => void logged.push(fields) });
  api.get("/", () => {
    throw new Error("secret");
  });
  const response = await api.request("/?token=x", { headers: { "x-request-id": "abc-1" } });
  assertEquals(response.headers.get("x-request-id"), "abc-1");
  assertEquals(logged, [{ requestId: "abc-1", method: "GET", path: "/" }]);
  const other = await api.request("/", { headers: { "x-request-id": "a b\u00e9" } });
  assertMatch(other.headers.get("x-request-id")!, /^[0-9a-f-]{36}$/);
});

test("onError and notFound answer instead; one that fails itself is a 500", async () => {
  const api = new Api({
    log: () => {},
    onError: (error, c) => {
      if (error.message === "worse") throw new Error("worst");
      return error instanceof HttpError ? undefined : c.json({ custom: error.message }, 503);
    },
    notFound: (c) => c.json({ nothing: c.request.url }, 404),
  });
  api.get("/e", () => {
    throw new Error("x");
  }).get("/h", () => {
    throw new HttpError(409);
  }).get("/w", () => {
    throw new Error("worse");
  });
  const custom = await api.request("/e");
  assertEquals([custom.status, await custom.json()], [503, { custom: "x" }]);
  assertEquals(await (await api.request("/h")).json(), { detail: "Conflict" });
  assertEquals((await api.request("/w")).status, 500);
  assertEquals(await (await api.request("/n")).json(), { nothing: "http://localhost/n" });
});

test("dependencies: once a request, app-wide ones once, cleaned up in reverse, also after an error", async () => {
  const events: string[] = [];
  const config = dep(() => {
    events.push("config");
    return { name: "c", [Symbol.dispose]: () => events.push("-config") };
  }, { scope: "app" });
  const db = dep(async function* (c) {
    const { name } = await resolve(c, config);
    events.push("db");
    try {
      yield { query: (text: string) => `${name}:${text}` };
    } finally {
      events.push("-db");
    }
  });
  const user = dep(async (c) => {
    const { query } = await resolve(c, db);
    events.push("user");
    return {
      id: query("me"),
      [Symbol.asyncDispose]: () => Promise.resolve(void events.push("-user")),
    };
  });
  const api = new Api({ log: () => {} });
  api.get("/", { dependencies: { user, db } }, (c) => [c.deps.user.id, c.deps.db.query("x")]);
  api.get("/fails", { dependencies: { user } }, () => {
    throw new HttpError(418 - 3);
  });
  assertEquals(await (await api.request("/")).json(), ["c:me", "c:x"]);
  assertEquals(events.splice(0), ["config", "db", "user", "-user", "-db"]);
  assertEquals((await api.request("/fails")).status, 415);
  assertEquals(events.splice(0), ["db", "user", "-user", "-db"]);
  await api.shutdown();
  assertEquals(events, ["-config"]);
});

test("a clean-up that throws is logged, and the others run", async () => {
  const logged: string[] = [];
  let cleaned = false;
  const first = dep(function* () {
    yield 1;
    cleaned = true;
  });
  const second = dep(() => ({
    [Symbol.dispose]() {
      throw new Error("cannot close");
    },
  }));
  const api = new Api({ log: (error) => void logged.push(String(error)) });
  api.get("/", { dependencies: { first, second } }, () => "ok");
  assertEquals(await (await api.request("/")).json(), "ok");
  assertEquals([logged, cleaned], [["Error: cannot close"], true]);
});

test("security schemes enforce, before the input is looked at", async () => {
  const api = new Api();
  const user = bearer({
    realm: "notes",
    verify: (token) => token === "good" ? { id: 1 } : undefined,
  });
  api.get(
    "/bearer/{n}",
    { path: { n: int() }, security: user, dependencies: { user } },
    (c) => c.deps.user.id,
  );
  api.get("/basic", {
    security: basic({
      verify: ({ username, password }) => username === "ü" && password === "a:b" ? true : undefined,
    }),
  }, () => 1);
  for (const place of ["header", "query", "cookie"] as const) {
    api.get(`/key-${place}`, {
      security: apiKey({
        in: place,
        name: "x-key",
        verify: (key) => key === "k" ? true : undefined,
      }),
    }, () => 1);
  }
  api.get("/scope", {
    security: oauth2({
      flows: {
        clientCredentials: { tokenUrl: "https://a.example", scopes: { read: "", write: "" } },
      },
      scopes: ["write"],
      verify: (token) => token === "none" ? undefined : { scopes: token.split("+") },
    }),
  }, () => 1);
  api.get("/cap/{id}", {
    cap: zapCap({
      kind: "note",
      op: "write",
      target: (c) => `note/${c.req.param("id")}`,
      verify: (token, want) =>
        token === "cap"
          ? `${want.kind}:${want.op}:${want.target}` === "note:write:note/7"
          : undefined,
    }),
  }, () => 1);
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const response = await api.request(path, { headers });
    return [response.status, response.headers.get("www-authenticate")];
  };
  const auth = (value: string) => ({ authorization: value });
  assertEquals(await get("/bearer/x"), [401, 'Bearer realm="notes"']);
  assertEquals(await get("/bearer/1", auth("Bearer bad")), [
    401,
    'Bearer realm="notes", error="invalid_token"',
  ]);
  assertEquals(await get("/bearer/1", auth("bearer good")), [200, null]);
  assertEquals(await get("/bearer/x", auth("Bearer good")), [422, null]);
  assertEquals(await get("/basic"), [401, 'Basic realm="api", charset="UTF-8"']);
  assertEquals((await get("/basic", auth("Basic !!")))[0], 401);
  assertEquals((await get("/basic", auth("Basic " + btoa("\xc3\xbc:a:b"))))[0], 200);
  assertEquals((await get("/key-header", { "x-key": "k" }))[0], 200);
  assertEquals((await get("/key-query?x-key=k"))[0], 200);
  assertEquals((await get("/key-cookie", { cookie: "a=b; x-key=k" }))[0], 200);
  for (const place of ["header", "query", "cookie"]) {
    assertEquals((await get(`/key-${place}`))[0], 401);
  }
  assertEquals((await get("/scope"))[0], 401);
  assertEquals((await get("/scope", auth("Bearer none")))[0], 401);
  assertEquals(await get("/scope", auth("Bearer read")), [
    403,
    'Bearer error="insufficient_scope", scope="write"',
  ]);
  assertEquals((await get("/scope", auth("Bearer read+write")))[0], 200);
  assertEquals((await get("/cap/7"))[0], 401);
  assertEquals((await get("/cap/7", auth("Zap cap")))[0], 200);
  assertEquals((await get("/cap/8", auth("Bearer cap")))[0], 403);
  assertThrows(
    () => oauth2({ flows: {}, scopes: ["x"], verify: () => ({ scopes: [] }) }),
    TypeError,
    '"x"',
  );
});

test("background tasks run after the response; their errors are logged; shutdown waits", async () => {
  const events: string[] = [];
  const api = new Api({ log: (error) => void events.push(String(error)) });
  let sent = () => {};
  api.get("/", (c) => {
    c.background(() => {
      events.push("first");
      throw new Error("task");
    });
    c.background(async () => {
      await Promise.resolve();
      events.push("second");
    });
    return "answer";
  });
  const waited: Promise<unknown>[] = [];
  const execution = {
    responseSent: new Promise<void>((resolve) => (sent = resolve)),
    waitUntil: (promise: Promise<unknown>) => void waited.push(promise),
  };
  assertEquals(await (await api.request("/", {}, undefined, execution)).json(), "answer");
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(events, []);
  sent();
  await Promise.all(waited);
  assertEquals(events, ["first", "Error: task", "second"]);
  await api.request("/");
  assertEquals(events.length, 3);
  await api.shutdown();
  assertEquals(events.length, 6);
});

test("start-up and shutdown hooks run in order, those of routers too", async () => {
  const events: string[] = [];
  const child = new Api();
  child.onStartup(() => events.push("child")).onShutdown(() => events.push("-child"));
  const api = new Api();
  api.onStartup(async () => {
    await Promise.resolve();
    events.push("app");
  }).onShutdown(() => events.push("-app"));
  api.route("/c", child);
  await api.startup();
  await api.shutdown();
  assertEquals(events, ["app", "child", "-child", "-app"]);
});

test("hooks of a router run once, however often it is included, also those added later", async () => {
  const events: string[] = [];
  const child = new Api();
  child.onStartup(() => {
    events.push("child");
    child.onShutdown(() => events.push("-child"));
  });
  const api = new Api().route("/v1", child).route("/v2", child);
  child.onStartup(() => events.push("late"));
  await api.startup();
  assertThrows(() => child.onStartup(() => {}), TypeError, "has started");
  assertThrows(() => api.onStartup(() => {}), TypeError, "has started");
  await api.shutdown();
  assertEquals(events, ["child", "late", "-child"]);
});

test("where no host calls startup, the first requests wait for the hooks, which run once", async () => {
  const events: string[] = [];
  const child = new Api();
  child.onStartup(() => events.push("child")).onShutdown(() => events.push("-child"));
  const api = new Api().onStartup(async () => {
    events.push("begin");
    await new Promise((resolve) => setTimeout(resolve, 5));
    events.push("end");
  });
  api.route("/c", child);
  api.get("/", () => events.push("request"));
  api.use("/around", async (_, next) => await next()).get("/around", () => events.push("request"));
  const all = ["/", "/around", "/none"].map((path) => api.fetch(new Request(`http://x${path}`)));
  const statuses = (await Promise.all(all)).map((each) => each.status);
  assertEquals(statuses, [200, 200, 404]);
  assertEquals(events, ["begin", "end", "child", "request", "request"]);
  assertThrows(() => api.onStartup(() => {}), TypeError, "has started");
  await api.request("/");
  await api.startup();
  assertEquals(events.splice(0).length, 6);
  await api.shutdown();
  assertEquals(events.splice(0), ["-child"]);
  await api.startup();
  assertEquals(events, ["begin", "end", "child"]);
});

test("a request that Hono's app beneath has answered does not take the place of the start", async () => {
  let runs = 0;
  const api = new Api({ docsUrl: null, openapiUrl: null }).onStartup(() => runs++);
  api.get("/", () => 1);
  assertEquals((await api.hono.request("/")).status, 200);
  assertEquals([(await api.request("/")).status, runs], [200, 1]);
});

test("a start-up hook that comes after the first answer would never run, and is refused", async () => {
  const api = new Api();
  api.get("/", () => 1);
  await api.request("/");
  assertThrows(() => api.onStartup(() => {}), TypeError, "has started");
});

test("a start that fails is a 503, told once, and tried again where it failed", async () => {
  const [events, logged]: [string[], unknown[]] = [[], []];
  const api = new Api({ log: (error, fields) => logged.push([String(error), fields]) });
  api.onStartup(() => events.push("first"));
  api.onStartup(() => {
    if (events.push("second") === 2) throw new Error("no database: password");
  });
  api.get("/", () => 1);
  const [one, two] = await Promise.all([api.request("/"), api.request("/")]);
  assertEquals([one.status, two.status], [503, 503]);
  assertEquals(await one.json(), { detail: "Service Unavailable" });
  assertEquals(logged, [["Error: no database: password", { during: "start-up" }]]);
  assertEquals((await api.request("/")).status, 200);
  assertEquals(events, ["first", "second", "second"]);
});

test("a hook of an app that its host begins may ask the app", async () => {
  let status = 0;
  const api = new Api().onStartup(async () => {
    status = (await api.request("/")).status;
  });
  api.get("/", () => 1);
  await api.startup();
  assertEquals(status, 200);
});

test("cookies: set, read, signed, deleted, prefixed", async () => {
  const api = new Api({ log: () => {} });
  api.get("/set", async (c) => {
    setCookie(c, "a", "b c;ü", {
      httpOnly: true,
      sameSite: "Lax",
      maxAge: 60,
      domain: "a.example",
    });
    setCookie(c, "__Host-h", "1");
    setCookie(c, "p", "1", { partitioned: true, secure: true, path: "/sub", expires: new Date(0) });
    await setSignedCookie(c, "s", "value", "secret");
    deleteCookie(c, "old");
    return { ok: true };
  });
  api.get("/raw", (c) => {
    setCookie(c, "a", "1");
    return new Response("raw", { status: 202 });
  });
  api.get("/bad/{what}", (c) => {
    if (c.path.what === "name") setCookie(c, "a b", "1");
    if (c.path.what === "domain") setCookie(c, "a", "1", { domain: "a\r\nx: y" });
    if (c.path.what === "host") setCookie(c, "__Host-a", "1", { domain: "a.example" });
    if (c.path.what === "secure") setCookie(c, "__Secure-a", "1", { secure: false });
    return "set";
  });
  api.get("/read", async (c) => [getCookie(c, "a"), await getSignedCookie(c, "s", "secret")]);
  const set = await api.request("/set");
  const cookies = set.headers.getSetCookie();
  assertEquals(
    cookies[0],
    "a=b%20c%3B%C3%BC; Max-Age=60; Domain=a.example; Path=/; HttpOnly; SameSite=Lax",
  );
  assertEquals(cookies[1], "__Host-h=1; Path=/; Secure");
  assertEquals(
    cookies[2],
    "p=1; Path=/sub; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; Partitioned",
  );
  assertMatch(cookies[4]!, /^old=; Max-Age=0; Path=\/; Expires=Thu, 01 Jan 1970/);
  assertEquals(set.headers.get("content-type"), "application/json");
  const signed = cookies[3]!.split(";")[0]!;
  const read = async (cookie: string) =>
    await (await api.request("/read", { headers: { cookie } })).json();
  assertEquals(await read(`a=b%20c; ${signed}`), ["b c", "value"]);
  assertEquals(await read(signed.replace("value", "other")), [null, false]);
  const raw = await api.request("/raw");
  assertEquals([raw.status, raw.headers.getSetCookie(), await raw.text()], [
    202,
    ["a=1; Path=/"],
    "raw",
  ]);
  for (const what of ["name", "domain", "host", "secure"]) {
    assertEquals([what, (await api.request(`/bad/${what}`)).status], [what, 500]);
  }
});

test("no helper writes a header that ends its line", async () => {
  const evil = ["a\r\nx-evil: 1", "a\nx-evil: 1", "a\rb", "a\0b", "\r\n"];
  const api = new Api({ log: () => {} });
  api.get("/{helper}/{n}", { path: { n: int() } }, (c) => {
    const value = evil[c.path.n]!;
    switch (c.path.helper) {
      case "header":
        c.header("x-a", value);
        return 1;
      case "json":
        return json(1, 200, { "x-a": value });
      case "text":
        return text("x", 200, { "x-a": value });
      case "error":
        throw new HttpError(400, { headers: { "x-a": value } });
      case "respond":
        return c.json(1, 200, { "x-a": value });
      default:
        return c.text("x", 200, { "content-type": value });
    }
  });
  for (const helper of ["header", "json", "text", "error", "respond", "type"]) {
    for (let n = 0; n < evil.length; n++) {
      const response = await api.request(`/${helper}/${n}`);
      assertEquals([helper, n, response.status], [helper, n, 500]);
      assert(!response.headers.has("x-evil"));
    }
  }
});

test("a check that finds nobody refuses, whatever it says for nobody", async () => {
  const flows = { clientCredentials: { tokenUrl: "/token", scopes: {} } };
  for (const nobody of [undefined, null, false] as const) {
    const verify = () => nobody;
    const schemes = {
      bearer: bearer({ verify }),
      basic: basic({ verify: () => Promise.resolve(nobody) }),
      apiKey: apiKey({ in: "header", name: "x-key", verify }),
      oauth2: oauth2({ flows, verify }),
      zapCap: zapCap({ kind: "k", op: "o", target: "t", verify }),
    };
    for (const [name, security] of Object.entries(schemes)) {
      const api = new Api().get("/", { security }, () => "in");
      const credential = name === "basic" ? `Basic ${btoa("a:b")}` : "Bearer x";
      const headers = { authorization: credential, "x-key": "k" };
      const { status } = await api.request("/", { headers });
      assertEquals([name, nobody, status], [
        name,
        nobody,
        name === "zapCap" && nobody === false ? 403 : 401,
      ]);
    }
  }
  const counted = bearer({ verify: () => 0 });
  const api = new Api().get(
    "/",
    { security: counted, dependencies: { counted } },
    (c) => c.deps.counted,
  );
  const response = await api.request("/", { headers: { authorization: "Bearer x" } });
  assertEquals(await response.json(), 0);
});
