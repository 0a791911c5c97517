/** What `zap serve` says at the start: about a module that does not load, and what to try. */

import { test } from "node:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assertEquals, assertMatch } from "@std/assert";
import { Hono } from "hono";
import { Api, bearer, int } from "../../src/api/mod.ts";
import { tryIt } from "../../src/cli/serve_hints.ts";
import { whenLoaded } from "../../src/cli/serve_loading.ts";
import { fakeIo } from "../support/cli_io.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { runtimeName, start } from "../support/runtime.ts";

const never = new Promise<never>(() => {});

test("a module that takes long is told, once, and waited for", async () => {
  const [io, clock] = [fakeIo(), new FakeClock()];
  let loaded = (_: string) => {};
  const loading = whenLoaded(new Promise<string>((r) => (loaded = r)), "app.ts", io, clock);
  await clock.turn(4_999);
  assertEquals(io.err, "");
  await clock.turn(100_000);
  assertMatch(io.err, /^zap serve: app.ts is still loading after 5 s: a top-level await .*\n$/);
  loaded("module");
  assertEquals(await loading, "module");
  assertEquals(await whenLoaded(Promise.resolve(1), "app.ts", io, clock), 1);
  assertEquals(clock.timers, []);
});

test("an interrupt ends the wait for a module", async () => {
  const [io, clock] = [fakeIo(), new FakeClock()];
  const loading = whenLoaded(never, "app.ts", io, clock);
  io.interrupt();
  assertEquals([await loading, clock.timers.length], [undefined, 0]);
});

test("zap serve ends when it is interrupted while it loads, and on Node where that never ends", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-loading-"));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const stuck = "console.log('loading'); await new Promise(() => {}); export default {};";
  try {
    const waiting = file("waiting.mjs", `setInterval(() => {}, 1000); ${stuck}`);
    const program = start(["src/cli/zap.ts", "serve", waiting]);
    await program.printed(/loading/);
    program.signal("SIGINT");
    assertEquals([await program.exited, program.err], [0, ""]);
    if (runtimeName !== "node") return;
    const starved = start(["src/cli/zap.ts", "serve", file("starved.mjs", stuck)]);
    assertEquals(await starved.exited, 1);
    assertMatch(starved.err, /starved.mjs cannot be loaded: a top-level await/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("start-up names a path that answers a GET, or none", () => {
  const at = (module: object): string[] =>
    tryIt(module as never, { http: "http://127.0.0.1:8080" }, "node");
  const line = (path: string): string[] => [`Try: curl http://127.0.0.1:8080${path}`];
  const api = () => new Api({ docsUrl: null });
  const get = () => 1;
  assertEquals(at({ fetch: () => new Response() }), line("/"));
  assertEquals(at({ fetch: () => new Response(), routes: { "/a": {} } }), line("/"));
  assertEquals(at(api().get("/a", get).get("/", get)), line("/"));
  assertEquals(at(api().static("/fixed", "x")), line("/fixed"));
  const guarded = api().get("/me", { security: bearer({ verify: () => "x" }) }, get)
    .get("/search", { query: { limit: int() } }, get).get("/{id}", get).post("/all", get);
  assertEquals(at(guarded), line("/me"));
  assertEquals(at(guarded.get("/free", { query: { n: int().optional() } }, get)), line("/free"));
  assertEquals(at(api().get("/{id}", get).post("/x", get)), []);
  const hono = new Hono().use((_, next) => next()).get("/:id", (c) => c.text("x"));
  assertEquals(at(hono), []);
  assertEquals(at(hono.get("/list", (c) => c.text("x"))), line("/list"));
  const broken = {
    fetch: get,
    openapi: () => {
      throw new TypeError("two schemas are A");
    },
  };
  assertEquals(at(broken), ["Its OpenAPI document cannot be made: two schemas are A"]);
  const both = tryIt(api() as never, { http: "http://h", zap: "zap://z" }, "mux");
  assertEquals(both, ["Try: zap call zap://z 1 hello --framing=mux"]);
});
