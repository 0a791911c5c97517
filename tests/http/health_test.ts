import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { Health } from "../../src/http/health.ts";

const PATHS = { livez: "/livez", readyz: "/readyz", metrics: "/metrics" };

test("live always, ready until the drain, metrics as text", () => {
  let draining = false;
  const health = new Health(PATHS, { draining: () => draining, metrics: () => "m 1\n" });
  assertEquals(health.answer("GET", "/livez")?.status, 200);
  assertEquals(health.answer("GET", "/readyz?x=1")?.status, 200);
  assertEquals(health.answer("HEAD", "/metrics")?.body, "m 1\n");
  draining = true;
  assertEquals(health.answer("GET", "/livez")?.status, 200);
  assertEquals(health.answer("GET", "/readyz")?.status, 503);
  assertEquals(health.answer("POST", "/readyz")?.status, 405);
  assertEquals(health.answer("GET", "/readyz/"), undefined);
  assertEquals(health.answer("GET", "/"), undefined);
});

test("only what is mounted is answered, and a mistaken mount is refused", () => {
  const source = { draining: () => false, metrics: () => "" };
  const health = new Health({ livez: "/up" }, source);
  assertEquals(health.answer("GET", "/up")?.status, 200);
  assertEquals(health.answer("GET", "/metrics"), undefined);
  for (const path of ["up", "", "/a?b", "/a#b", "/a b", "/é", "/a\n"]) {
    assertThrows(() => new Health({ livez: path }, source), TypeError, "Cannot mount");
  }
  assertThrows(() => new Health({ livez: "/x", readyz: "/x" }, source), TypeError);
});
