import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { JOIN_MAX_BYTES } from "../../src/runtime/limits.ts";
import { WriteQueue } from "../../src/runtime/write_queue.ts";

test("write queue: small chunks leave joined, in order", () => {
  const queue = new WriteQueue();
  for (let i = 0; i < 100; i++) queue.push(Uint8Array.of(i));
  assertEquals(queue.bytes, 100);
  assertEquals(queue.take(), Uint8Array.from({ length: 100 }, (_, i) => i));
  assertEquals(queue.bytes, 0);
  assertEquals(queue.take(), undefined);
});

test("write queue: a large chunk leaves alone and uncopied", () => {
  const queue = new WriteQueue();
  const large = new Uint8Array(JOIN_MAX_BYTES);
  queue.push(large);
  queue.push(Uint8Array.of(1));
  assert(queue.take() === large);
  assertEquals(queue.take(), Uint8Array.of(1));
});

test("write queue: what leaves joined is bounded, and nothing is lost", () => {
  const queue = new WriteQueue();
  let pushed = 0;
  for (let i = 0; i < 5_000; i++) {
    const chunk = new Uint8Array((i * 37) % 300);
    pushed += chunk.length;
    queue.push(chunk);
  }
  let left = 0;
  for (let next; (next = queue.take()) !== undefined;) {
    assert(next.length <= JOIN_MAX_BYTES);
    left += next.length;
    if (left % 7 === 0) queue.push(new Uint8Array(0));
  }
  assertEquals(left, pushed);
  assertEquals(queue.bytes, 0);
});
