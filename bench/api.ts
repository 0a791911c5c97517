/**
 * The API framework against its peers, in process (`app.fetch`), in one alternating run: rounds of
 * all in turn, median of the rounds' rates. Run it with `npm run bench api`, or on one runtime:
 * `npx esbuild bench/api.ts --bundle --platform=node --format=esm --packages=external
 * --outfile=bench/.build/api.mjs && node bench/.build/api.mjs [--json]`.
 */

import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { Elysia, t } from "elysia";
import { fastify } from "fastify";
import { H3 } from "h3";
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { installLightGlobals } from "../src/http/globals.ts";
import { Api, bool, int, object, text } from "../src/api/mod.ts";

const ROUND_MS = 100;
const ROUNDS = 7;

/** Under `serve` of this project the light classes stand in for the runtime's, for every framework alike. */
const isLight = globalThis.process.argv.includes("--light");
if (isLight) installLightGlobals();

const isBun = "Bun" in globalThis;
const isDeno = "Deno" in globalThis;

type Ask = () => Response | Promise<Response> | Promise<unknown>;
interface App {
  readonly name: string;
  /** The question of each case; `undefined` if this peer has none. */
  readonly ask: Partial<Record<Case, Ask>>;
}

const CASES = [
  "static",
  "untyped",
  "among64",
  "middleware",
  "typed",
  "auth",
  "body",
] as const;
type Case = typeof CASES[number];

const USER = { user_id: 42, active: true, name: "alice" };
const USER_JSON = JSON.stringify(USER);
const EXPECTED: Record<Case, unknown> = {
  static: { ok: true },
  untyped: { ok: true },
  among64: { n: 40 },
  middleware: { ok: true },
  typed: { user_id: 42, verbose: true },
  auth: { authorized: true },
  body: USER,
};

const base = "http://localhost:8080";
const REQUESTS = {
  static: new Request(`${base}/`),
  untyped: new Request(`${base}/plain`),
  among64: new Request(`${base}/exact/route40`),
  middleware: new Request(`${base}/around/plain`),
  typed: new Request(`${base}/users/42?verbose=true`),
  auth: new Request(`${base}/auth`, {
    headers: {
      authorization: "Bearer x",
      cookie: "theme=dark; session=abc123",
    },
  }),
};
const BODY_INIT = {
  method: "POST",
  headers: {
    "content-type": "application/json",
    "content-length": String(USER_JSON.length),
  },
  body: USER_JSON,
};

/** Requests whose body is unread yet; made outside the measured time, as each can be read once. */
const posts: Request[] = [];
const BATCH = 500;

function asks(
  fetch: (request: Request) => Response | Promise<Response>,
  cases: readonly Case[],
): App["ask"] {
  const out: Partial<Record<Case, Ask>> = {};
  for (const each of cases) {
    if (each === "body") {
      out.body = () => fetch(posts.pop()!);
    } else {
      const request = REQUESTS[each];
      out[each] = () => fetch(request);
    }
  }
  return out;
}

function ours(): App {
  const api = new Api();
  api.static("/", { ok: true });
  api.get("/plain", () => ({ ok: true }));
  for (let i = 0; i < 64; i++) api.get(`/exact/route${i}`, () => ({ n: i }));
  api.get("/users/{user_id}", {
    path: { user_id: int() },
    query: { verbose: bool().default(false) },
  }, (c) => ({ user_id: c.path.user_id, verbose: c.query.verbose }));
  api.get("/auth", {
    headers: { authorization: text() },
    cookies: { session: text() },
  }, () => ({ authorized: true }));
  api.post("/users", {
    body: object({ user_id: int(), active: bool(), name: text() }),
  }, (c) => c.body);
  api.use("/around/*", async (_, next) => await next());
  api.get("/around/plain", () => ({ ok: true }));
  return { name: "zap", ask: asks(api.fetch, CASES) };
}

function hono(): App {
  const app = new Hono();
  app.get("/", (c) => c.json({ ok: true }));
  app.get("/plain", (c) => c.json({ ok: true }));
  for (let i = 0; i < 64; i++) {
    app.get(`/exact/route${i}`, (c) => c.json({ n: i }));
  }
  app.get(
    "/users/:user_id",
    (c) =>
      c.json({
        user_id: Number(c.req.param("user_id")),
        verbose: c.req.query("verbose") === "true",
      }),
  );
  app.get(
    "/auth",
    (c) =>
      c.json({
        authorized: Boolean(
          c.req.header("authorization") && getCookie(c, "session"),
        ),
      }),
  );
  app.post("/users", async (c) => c.json(await c.req.json()));
  app.use("/around/*", async (_, next) => await next());
  app.get("/around/plain", (c) => c.json({ ok: true }));
  return { name: "hono", ask: asks((request) => app.fetch(request), CASES) };
}

function zodOpenApi(): App {
  const app = new OpenAPIHono();
  const answer = { 200: { description: "OK" } };
  app.openapi(
    createRoute({
      method: "get",
      path: "/users/{user_id}",
      request: {
        params: z.object({ user_id: z.coerce.number().int() }),
        query: z.object({ verbose: z.stringbool().default(false) }),
      },
      responses: answer,
    }),
    (c) =>
      c.json({
        user_id: c.req.valid("param").user_id,
        verbose: c.req.valid("query").verbose,
      }),
  );
  app.openapi(
    createRoute({
      method: "get",
      path: "/auth",
      request: {
        headers: z.object({ authorization: z.string() }),
        cookies: z.object({ session: z.string() }),
      },
      responses: answer,
    }),
    (c) => c.json({ authorized: true }),
  );
  app.openapi(
    createRoute({
      method: "post",
      path: "/users",
      request: {
        body: {
          required: true,
          content: {
            "application/json": {
              schema: z.object({
                user_id: z.int(),
                active: z.boolean(),
                name: z.string(),
              }),
            },
          },
        },
      },
      responses: answer,
    }),
    (c) => c.json(c.req.valid("json")),
  );
  return {
    name: "zod-openapi",
    ask: asks((request) => app.fetch(request), ["typed", "auth", "body"]),
  };
}

function elysia(): App {
  const app = new Elysia()
    .get("/", () => ({ ok: true }))
    .get("/plain", () => ({ ok: true }))
    .get(
      "/users/:user_id",
      ({ params, query }) => ({
        user_id: params.user_id,
        verbose: query.verbose,
      }),
      {
        params: t.Object({ user_id: t.Integer() }),
        query: t.Object({ verbose: t.Boolean({ default: false }) }),
      },
    )
    .get("/auth", () => ({ authorized: true }), {
      headers: t.Object({ authorization: t.String() }),
      cookie: t.Cookie({ session: t.String() }),
    })
    .post("/users", ({ body }) => body, {
      body: t.Object({
        user_id: t.Integer(),
        active: t.Boolean(),
        name: t.String(),
      }),
    });
  for (let i = 0; i < 64; i++) app.get(`/exact/route${i}`, () => ({ n: i }));
  const cases = [
    "static",
    "untyped",
    "among64",
    "typed",
    "auth",
    "body",
  ] as const;
  return { name: "elysia", ask: asks((request) => app.handle(request), cases) };
}

async function fastifyInject(): Promise<App> {
  const app = fastify();
  app.get("/", () => Promise.resolve({ ok: true }));
  app.get("/plain", () => Promise.resolve({ ok: true }));
  app.get("/users/:user_id", {
    schema: {
      params: { type: "object", properties: { user_id: { type: "integer" } } },
      querystring: {
        type: "object",
        properties: { verbose: { type: "boolean", default: false } },
      },
    },
  }, (request) => {
    const { user_id } = request.params as { user_id: number };
    const { verbose } = request.query as { verbose: boolean };
    return Promise.resolve({ user_id, verbose });
  });
  app.post("/users", {
    schema: {
      body: {
        type: "object",
        required: ["user_id", "active", "name"],
        properties: {
          user_id: { type: "integer" },
          active: { type: "boolean" },
          name: { type: "string" },
        },
      },
    },
  }, (request) => Promise.resolve(request.body));
  await app.ready();
  const inject = (url: string) => async () => JSON.parse((await app.inject(url)).body);
  return {
    name: "fastify inject",
    ask: {
      static: inject("/"),
      untyped: inject("/plain"),
      typed: inject("/users/42?verbose=true"),
      body: async () => {
        const response = await app.inject({
          method: "POST",
          url: "/users",
          headers: { "content-type": "application/json" },
          payload: USER_JSON,
        });
        return JSON.parse(response.body);
      },
    },
  };
}

function h3(): App {
  const app = new H3();
  app.get("/", () => ({ ok: true }));
  app.get("/plain", () => ({ ok: true }));
  for (let i = 0; i < 64; i++) app.get(`/exact/route${i}`, () => ({ n: i }));
  return {
    name: "h3",
    ask: asks((request) => app.fetch(request) as Promise<Response>, [
      "static",
      "untyped",
      "among64",
    ]),
  };
}

async function rate(each: Case, ask: Ask, ms: number): Promise<number> {
  let count = 0;
  let elapsed = 0;
  do {
    if (each === "body") {
      while (posts.length < BATCH) {
        posts.push(new Request(`${base}/users`, BODY_INIT));
      }
    }
    const start = performance.now();
    for (let i = 0; i < BATCH; i++) {
      const answer = ask();
      if (answer instanceof Promise) await answer;
    }
    elapsed += performance.now() - start;
    count += BATCH;
  } while (elapsed < ms);
  return count / elapsed * 1000;
}

const apps = [
  ours(),
  hono(),
  zodOpenApi(),
  elysia(),
  ...(isBun || isDeno ? [] : [await fastifyInject()]),
  h3(),
];
const rates: Record<string, Record<string, number>> = {};
for (const each of CASES) {
  const players = apps.filter((app) => app.ask[each] !== undefined);
  const samples = new Map<App, number[]>(players.map((app) => [app, []]));
  for (const app of players) {
    if (each === "body") posts.push(new Request(`${base}/users`, BODY_INIT));
    const answer = await app.ask[each]!();
    const value = answer instanceof Response ? await answer.json() : answer;
    if (JSON.stringify(value) !== JSON.stringify(EXPECTED[each])) {
      throw new Error(
        `${app.name} answers ${each} with ${JSON.stringify(value)}`,
      );
    }
    await rate(each, app.ask[each]!, ROUND_MS);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const app of players) {
      samples.get(app)!.push(await rate(each, app.ask[each]!, ROUND_MS));
    }
  }
  rates[each] = Object.fromEntries(players.map((app) => {
    const sorted = samples.get(app)!.sort((a, b) => a - b);
    return [app.name, sorted[ROUNDS >> 1]!];
  }));
}

/** What is judged: a peer, and by which factor of its rate. */
const GOALS: readonly [
  each: Case,
  peer: string,
  factor: number,
  on: boolean,
][] = [
  ["static", "hono", 1, true],
  ["untyped", "hono", 1, true],
  ["among64", "hono", 1, true],
  ["middleware", "hono", 1, true],
  ["typed", "zod-openapi", 1.5, true],
  ["typed", "elysia", 1, isBun],
  ["body", "zod-openapi", 1.5, true],
  ["body", "fastify inject", 1, !isBun && !isDeno],
];

const runtime = (isBun ? "bun" : isDeno ? "deno" : "node") +
  (isLight ? ", light classes" : "");
const goals = GOALS.filter(([, , , on]) => on).map(([each, peer, factor]) => ({
  name: `${each} / ${peer}`,
  ratio: rates[each]!["zap"]! / rates[each]![peer]!,
  factor,
}));
if (globalThis.process.argv.includes("--json")) {
  console.log(JSON.stringify({ runtime, rates, goals }));
} else {
  console.log(
    `In process on ${runtime}: thousands of requests a second, median of ${ROUNDS} rounds`,
  );
  for (const [each, row] of Object.entries(rates)) {
    const cells = Object.entries(row).map(([name, value]) =>
      `${name} ${(value / 1000).toFixed(0)}`
    );
    console.log(`${each.padEnd(10)} ${cells.join("  ")}`);
  }
  for (const { name, ratio, factor } of goals) {
    console.log(
      `${ratio >= factor ? "met   " : "MISSED"} ${name}: ${ratio.toFixed(2)} (goal ${factor})`,
    );
  }
}
globalThis.process.exit(
  goals.every(({ ratio, factor }) => ratio >= factor) ? 0 : 1,
);
