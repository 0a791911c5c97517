import { test } from "node:test";
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { isSaneRequestId, RequestIds } from "../../src/http/request_id.ts";

test("a sane id is taken, another is replaced", () => {
  const ids = new RequestIds(new Uint8Array(8));
  assertEquals(
    ids.pick("0f8fad5b-d9cb-469f-a165-70867728950e"),
    "0f8fad5b-d9cb-469f-a165-70867728950e",
  );
  assertEquals(ids.pick(null), "0000000000000000-0");
  for (const bad of ["", "a b", "a\n", "a,b", "é", "<x>", '"', "x".repeat(129)]) {
    assert(!isSaneRequestId(bad), bad);
    assertNotEquals(ids.pick(bad), bad);
  }
  assert(isSaneRequestId("x".repeat(128)));
});

test("made ids are sane and differ, also between makers", () => {
  const a = new RequestIds();
  const b = new RequestIds();
  const made = new Set(Array.from({ length: 100 }, () => [a.next(), b.next()]).flat());
  assertEquals(made.size, 200);
  for (const id of made) assert(isSaneRequestId(id), id);
});
