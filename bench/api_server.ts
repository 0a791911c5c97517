/**
 * The benchmark routes of the API framework on this project's server: `zap` or `hono` as the last
 * argument says. Started by `scripts/bench_api.ts`.
 */

import process from "node:process";
import { Hono } from "hono";
import { getCookie } from "hono/cookie";
import { Api, bool, HttpError, int, object, text } from "../src/api/mod.ts";
import { type Handler, serve, type StaticResponse } from "../src/http/mod.ts";

interface Served {
  readonly fetch: Handler;
  readonly static: StaticResponse[];
}

function zap(): Served {
  const api = new Api();
  api.static("/", { ok: true });
  api.get("/users/{user_id}", {
    path: { user_id: int() },
    query: { verbose: bool().default(false) },
  }, (c) => ({ user_id: c.path.user_id, verbose: c.query.verbose }));
  api.post("/users", {
    body: object({ user_id: int(), active: bool(), name: text() }),
  }, (c) => c.body);
  api.get("/auth", {
    headers: { authorization: text().optional() },
    cookies: { session: text().optional() },
  }, (c) => {
    if (!c.headers.authorization || !c.cookies.session) throw new HttpError(401);
    return { authorized: true };
  });
  api.use("/around/*", async (_, next) => await next());
  api.get("/around/plain", () => ({ ok: true }));
  const fixed = Array.from(
    api.fixedResponses(),
    ([method, path, response]) => ({ method, path, ...response }),
  );
  return { fetch: api.fetch, static: fixed };
}

/** What one writes by hand: nothing is checked that the answer does not need. */
function hono(): Served {
  const app = new Hono();
  app.get("/", (c) => c.json({ ok: true }));
  app.get("/users/:user_id", (c) =>
    c.json({
      user_id: Number(c.req.param("user_id")),
      verbose: c.req.query("verbose") === "true",
    }));
  app.post("/users", async (c) => c.json(await c.req.json()));
  app.get("/auth", (c) => {
    const isKnown = c.req.header("authorization") && getCookie(c, "session");
    return isKnown ? c.json({ authorized: true }) : c.json({ detail: "Unauthorized" }, 401);
  });
  app.use("/around/*", async (_, next) => await next());
  app.get("/around/plain", (c) => c.json({ ok: true }));
  return { fetch: (request) => app.fetch(request), static: [] };
}

const { fetch, static: fixed } = process.argv.at(-1) === "zap" ? zap() : hono();
const address = await serve(fetch, { port: 0, static: fixed }).ready;
console.log(`listening ${address.transport === "tcp" ? address.port : 0}`);
