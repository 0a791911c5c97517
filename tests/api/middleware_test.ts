/** Middleware around our routes does what it does around Hono's: the same programs run on both. */

import { test } from "node:test";
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Context, Hono, type Next } from "hono";
import { etag } from "hono/etag";
import { routePath } from "hono/route";
import { Api, type ApiOptions, text } from "../../src/api/mod.ts";

type Trace = string[];
type Middleware = (c: Context, next: Next) => Promise<Response>;
type Way = (trace: Trace, name: string, c: Context, next: Next) => Promise<unknown>;

/** What middleware may do. */
const WAYS: Record<string, Way> = {
  pass: async (_, __, ___, next) => {
    await next();
  },
  param: async (trace, name, c, next) => {
    trace.push(`${name} ${JSON.stringify(c.req.param())} ${routePath(c)}`);
    await next();
    trace.push(`${name} ${JSON.stringify(c.req.param())} ${c.error?.message} ${c.res.status}`);
  },
  headerBefore: async (_, name, c, next) => {
    c.header("x-before", name, { append: true });
    await next();
  },
  headerAfter: async (_, name, c, next) => {
    await next();
    c.header("x-after", name, { append: true });
  },
  statusBefore: async (_, __, c, next) => {
    c.status(203);
    await next();
  },
  resBefore: async (_, name, c, next) => {
    c.res.headers.set("x-res", name);
    await next();
  },
  resAfter: async (_, name, c, next) => {
    await next();
    c.res.headers.set("x-res", name);
  },
  replace: async (_, name, c, next) => {
    await next();
    const { status, headers } = c.res;
    const text = await c.res.text();
    c.res = new Response(`${name}(${text})`, { status, headers });
  },
  variable: async (_, name, c, next) => {
    c.set("seen", `${c.get("seen") ?? ""}${name}`);
    await next();
  },
  answer: (_, name, c) => Promise.resolve(c.text(name, 401)),
  answerLate: async (_, name, c, next) => {
    await next();
    return c.text(`${name} is too late`);
  },
  notFound: (_, __, c) => Promise.resolve(c.notFound()),
  throwBefore: (_, name) => Promise.reject(new Error(name)),
  throwNow: (_, name) => {
    throw new Error(name);
  },
  throwAfter: async (_, name, __, next) => {
    await next();
    throw new Error(name);
  },
  caught: async (trace, name, _, next) => {
    await next().catch((error) => trace.push(`${name} caught ${error.message}`));
  },
  twice: async (_, __, ___, next) => {
    await next();
    await next();
  },
  nothing: () => Promise.resolve(),
  request: async (_, name, c, next) => {
    c.req.raw = new Request(c.req.raw, { headers: { "x-name": name } });
    await next();
  },
};

interface Added {
  readonly kind: "use" | "route";
  readonly path: string;
  readonly way: string;
}

/** No two routes match the same path: which of them answers is where we differ from Hono on purpose. */
const ROUTES = ["/a", "/a/:id", "/b/:x/y", "/b/:x/z/*rest", "/c"];
const AROUND = ["*", "/*", "/a", "/a/*", "/a/:name", "/b/*", "/b/:x/*", "/b/1/y", "/c"];
const ANSWERS = ["plain", "late", "throws", "throwsLate", "response", "header"];
const ASKED = ["/a", "/a/1", "/a/%20x", "/b/1/y", "/b/2/y", "/b/1/z/q/r", "/c", "/none", "/a/1/2"];

const added: fc.Arbitrary<Added> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("use" as const),
      path: fc.constantFrom(...AROUND),
      way: fc.constantFrom(...Object.keys(WAYS)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("route" as const),
      path: fc.constantFrom(...ROUTES),
      way: fc.constantFrom(...ANSWERS),
    }),
  },
);
const program: fc.Arbitrary<Added[]> = fc.array(added, { minLength: 2, maxLength: 7 });

/** What a route's handler does, on either context. */
function answer(way: string, trace: Trace, c: Context): unknown {
  const text = `${JSON.stringify(c.req.param())} ${c.get("seen")} ${c.req.header("x-name")}`;
  trace.push(`route ${text}`);
  if (way === "throws") throw new Error("route");
  if (way === "throwsLate") return Promise.reject(new Error("route"));
  if (way === "response") return new Response(text, { status: 201, headers: { "x-route": "1" } });
  if (way === "header") c.header("x-route", "2");
  return way === "late" ? Promise.resolve().then(() => c.json({ text })) : c.json({ text });
}

/** Adds a program to an app of either framework. */
function build<App extends { use: (path: string, middleware: Middleware) => unknown }>(
  app: App,
  items: readonly Added[],
  trace: Trace,
  addRoute: (path: string, way: string) => void,
): App {
  const seen = new Set<string>();
  for (const [i, { kind, path, way }] of items.entries()) {
    if (kind === "use") {
      app.use(path, (c, next) => {
        trace.push(`m${i}`);
        return WAYS[way]!(trace, `m${i}`, c, next) as Promise<Response>;
      });
    } else if (!seen.has(path)) {
      seen.add(path);
      addRoute(path, way);
    }
  }
  return app;
}

function onHono(items: readonly Added[], trace: Trace): Hono {
  const app = new Hono();
  return build(app, items, trace, (path, way) => {
    app.get(path.replace("*rest", ":rest{[^]+}"), (c) => answer(way, trace, c) as Response);
  });
}

function onApi(items: readonly Added[], trace: Trace, options: ApiOptions = {}): Api {
  const app = new Api({ docsUrl: null, openapiUrl: null, ...options });
  return build(app, items, trace, (path, way) => {
    app.get(path, (c) => answer(way, trace, c.hono));
  });
}

const failed = (error: Error, c: Context) => c.text(error.message, 500);
const none = (c: Context) => c.text("none", 404);

async function told(response: Response): Promise<unknown> {
  const headers = [...response.headers].filter(([name]) => name.startsWith("x-"));
  return [response.status, await response.text(), headers];
}

/** The same program on both: `own` in the app, `child` in a router of the same kind, `foreign` in a Hono app. */
async function compare(own: Added[], child: Added[], foreign: Added[]): Promise<void> {
  const [honoTrace, apiTrace]: [Trace, Trace] = [[], []];
  const hono = onHono(own, honoTrace).onError(failed).notFound(none);
  hono.route("/p", onHono(child, honoTrace)).route("/q", onHono(foreign, honoTrace));
  const api = onApi(own, apiTrace, {
    onError: (error, c) => failed(error, c.hono),
    notFound: (c) => none(c.hono),
  });
  api.route("/p", onApi(child, apiTrace)).route("/q", onHono(foreign, apiTrace));
  for (const method of ["GET", "HEAD"]) {
    for (const path of ["", "/p", "/q"].flatMap((prefix) => ASKED.map((path) => prefix + path))) {
      const request = () => new Request(`http://localhost${path}`, { method });
      const expected = await told(await hono.fetch(request()));
      assertEquals(await told(await api.fetch(request())), expected, `${method} ${path}`);
      assertEquals(apiTrace.splice(0), honoTrace.splice(0), `${method} ${path}`);
    }
  }
}

test("middleware around routes: order, parameters, responses and errors as in Hono", async () => {
  const property = fc.asyncProperty(program, program, program, compare);
  await fc.assert(property, { numRuns: 200 });
});

test("HEAD is answered as GET is, by the most specific route, with and without middleware", async () => {
  for (const middleware of [false, true]) {
    const api = new Api();
    if (middleware) api.use(async (_, next) => await next());
    const named = (name: string) => () => text(name, 200, { "x-route": name });
    api.all("/all/{id}", named("all")).get("/all/me", named("get"));
    api.get("/users/{id}", named("one")).get("/users/me", named("me"));
    api.all("/both", named("all")).get("/both", named("get"));
    for (const path of ["/all/me", "/users/me", "/both"]) {
      const [get, head] = await Promise.all(
        ["GET", "HEAD"].map((method) => api.request(path, { method })),
      );
      assertEquals(head!.headers.get("x-route"), get!.headers.get("x-route"), path);
    }
  }
});

test("middleware that was added before a route is around it, also between routes that match as well", async () => {
  const seen: string[] = [];
  const note = (name: string) => async (_: Context, next: Next) => {
    seen.push(name);
    await next();
  };
  const api = new Api();
  api.use(note("first")).get("/users/{id}", () => "one");
  api.use(note("second")).get("/users/me", () => "me").use(note("third"));
  assertEquals([await (await api.request("/users/me")).json(), ...seen.splice(0)], [
    "me",
    "first",
    "second",
  ]);
  assertEquals([await (await api.request("/users/42")).json(), ...seen.splice(0)], [
    "one",
    "first",
  ]);
});

test("middleware sees the body of an answer to HEAD, as it sees that to GET", async () => {
  const api = new Api();
  api.use(etag());
  api.get("/", () => "some text");
  const [get, head] = await Promise.all(
    ["GET", "HEAD"].map((method) => api.request("/", { method })),
  );
  assertEquals(head!.headers.get("etag"), get!.headers.get("etag"));
  assertEquals(await head!.text(), "");
});

test("middleware that returns next() around one that does nothing is an error, not an answer", async () => {
  const api = new Api({ log: () => {} });
  api.use((_, next) => next()).use(() => Promise.resolve());
  api.get("/", () => 1);
  assertEquals((await api.request("/")).status, 500);
});

test("what was set on Hono's app beneath counts for middleware", async () => {
  const api = new Api();
  api.hono.notFound((c) => c.text("nothing here", 404)).onError((error, c) => c.text(`${error}`));
  api.use("/none/*", (c) => Promise.resolve(c.notFound()));
  api.use("/bad/*", () => Promise.reject(new Error("bad")));
  api.get("/none/x", () => 1).get("/bad/x", () => 1);
  assertEquals(await (await api.request("/none/x")).text(), "nothing here");
  assertEquals(await (await api.request("/bad/x")).text(), "Error: bad");
});

test("an error that no middleware has let be answered goes to what was set on Hono's app beneath", async () => {
  const answer = () => new Response("answer");
  const hono = new Hono().use("/nothing", () => Promise.resolve())
    .use("/bad", () => Promise.reject(new Error("first"))).get("/nothing", answer).get(
      "/bad",
      answer,
    );
  const api = new Api().use("/nothing", () => Promise.resolve())
    .use("/bad", () => Promise.reject(new Error("first"))).get("/nothing", answer).get(
      "/bad",
      answer,
    );
  for (const app of [hono, api.hono]) {
    app.onError((error, c) => {
      if (error.message === "first") throw new Error("second");
      return c.text(error.message.slice(0, 10), 418);
    });
  }
  for (const [path, text] of [["/nothing", "Context is"], ["/bad", "second"]] as const) {
    for (const app of [hono, api]) {
      const response = await app.request(path);
      assertEquals([response.status, await response.text()], [418, text]);
    }
  }
});

test("in a Hono app that includes the app beneath, parameters are read behind the prefix", async () => {
  const api = new Api({ docsUrl: null, openapiUrl: null });
  api.get("/{owner}/*rest", (c) => ({ ...c.path }));
  const hono = new Hono().route("/in", api.hono as unknown as Hono);
  for (const app of [hono, api, hono]) {
    const path = app === api ? "/me/a/b" : "/in/me/a/b";
    assertEquals(await (await app.request(path)).json(), { owner: "me", rest: "a/b" });
  }
});

test("in a Hono app that includes the app beneath, the most the most specific route answers as well", async () => {
  const seen = (name: string) => (c: { path: object }) => ({ name, ...c.path });
  for (const prefix of ["/", "/in"]) {
    const api = new Api();
    api.all("/all/{id}", seen("all")).get("/all/me", seen("get"));
    api.get("/users/{id}", seen("one")).get("/users/me", seen("me"));
    api.get("/head", seen("get")).head("/head", (c) => c.text("", 200, { "x-head": "yes" }));
    const hono = new Hono().use((_, next) => next()).route(prefix, api.hono as unknown as Hono);
    const asked = async (path: string, method = "GET") =>
      await hono.request(`${prefix}/${path}`.replace("//", "/"), { method });
    assertEquals(await (await asked("all/me")).json(), { name: "get" });
    assertEquals(await (await asked("all/x")).json(), { name: "all", id: "x" });
    assertEquals(await (await asked("users/me")).json(), { name: "me" });
    assertEquals(await (await asked("users/m%2Fe")).json(), { name: "one", id: "m/e" });
    assertEquals((await asked("head")).headers.get("x-head"), null);
    assertEquals((await asked("head", "HEAD")).headers.get("x-head"), "yes");
  }
});
