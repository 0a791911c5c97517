import { test } from "node:test";
import { assert, assertEquals, assertGreater } from "@std/assert";
import { check, crashes, judge, mutate, Random, seeds } from "./fuzz_support.ts";

test("seeds mean the same whole, in pieces and byte by byte, and both verdicts occur", () => {
  const random = new Random(1);
  const verdicts = seeds().map(([, bytes]) => check(bytes, random));
  assertGreater(verdicts.filter((verdict) => verdict.fault === undefined).length, 10);
  assertGreater(verdicts.filter((verdict) => verdict.fault !== undefined).length, 8);
});

for (const [name, bytes] of crashes()) {
  test(`what once broke the parser: ${name}`, () => {
    check(bytes, new Random(1));
  });
}

test("the check sees what it is there for", () => {
  const twice = [...seeds()].find(([name]) => name === "pipeline.http")![1];
  const { requests } = judge([twice]);
  assertEquals(requests.map((request) => request.target), ["/1", "/2", "/3"]);
  assert(requests.every((request) => request.complete));
});

test("20 000 inputs made from the seeds", () => {
  const random = new Random(20260101);
  const all = seeds().map(([, bytes]) => bytes);
  let accepted = 0;
  for (let i = 0; i < 20_000; i++) {
    const input = mutate(random, all);
    try {
      if (check(input, random).fault === undefined) accepted++;
    } catch (error) {
      throw new Error(`Input ${i}: ${(error as Error).message}: ${JSON.stringify(latin1(input))}`);
    }
  }
  assertGreater(accepted, 500);
});

function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
