import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { READ_MAX_BYTES, READ_MIN_BYTES } from "../../src/runtime/limits.ts";
import { ReadBuffer } from "../../src/runtime/read_buffer.ts";

/** Fills the space as a read of `length` bytes would; tells the space and what was taken. */
function read(buffer: ReadBuffer, length: number): { space: number; taken: Uint8Array } {
  const space = buffer.space();
  return { space: space.length, taken: buffer.take(Math.min(length, space.length)) };
}

test("read buffer: a quiet connection holds the least", () => {
  assertEquals(new ReadBuffer().space().length, READ_MIN_BYTES);
});

test("read buffer: full reads make it grow to its limit, small ones shrink it again", () => {
  const buffer = new ReadBuffer();
  let largest = 0;
  for (let i = 0; i < 10; i++) largest = Math.max(largest, read(buffer, Infinity).space);
  assertEquals(largest, READ_MAX_BYTES);
  for (let i = 0; i < 200_000; i++) read(buffer, 64);
  let { space } = read(buffer, 64);
  for (let i = 0; i < 100; i++) space = Math.max(space, read(buffer, 64).space);
  assertEquals(space <= READ_MIN_BYTES, true, `${space}`);
});

test("read buffer: what is given back takes the next read, and a large slab is not kept for it", () => {
  const buffer = new ReadBuffer();
  buffer.take(buffer.space().length); // full: the next slab is larger
  const kept = read(buffer, 100).taken;
  const space = buffer.space();
  const given = buffer.take(50);
  buffer.giveBack();
  assertEquals(buffer.space() === space, true);
  assertEquals(buffer.take(60).byteOffset, given.byteOffset);
  assertEquals(kept.byteOffset + kept.length, given.byteOffset);
  for (let i = 0; i < 10; i++) read(buffer, Infinity);
  for (let i = 0; i < 200; i++) {
    read(buffer, 64);
    buffer.giveBack();
  }
  assertEquals(buffer.space().length, READ_MIN_BYTES);
});

test("read buffer: no byte is handed up twice", () => {
  const buffer = new ReadBuffer();
  const taken: Uint8Array[] = [];
  for (let i = 0; i < 2_000; i++) {
    const chunk = read(buffer, 1 + (i * 7919) % 9_000).taken;
    chunk.fill(i);
    taken.push(chunk);
  }
  taken.forEach((chunk, i) => assert(chunk.every((byte) => byte === i % 256), `chunk ${i}`));
});
