import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { Answers } from "../../src/rpc/answers.ts";

test("answers: the latest are kept, by count; the later of two with one id counts", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(60), { maxLength: 300 }),
      fc.integer({ min: 1, max: 70 }),
      (ids, max) => {
        const answers = new Answers(max, 1e9);
        const model: { id: number; body: number }[] = [];
        ids.forEach((id, i) => {
          answers.keep(id, 200, new Uint8Array([9, i & 255]), 1, 1, 2 * i);
          model.push({ id, body: i & 255 });
          if (model.length > max) model.shift();
          assertEquals(answers.size, model.length);
        });
        for (let id = 0; id <= 60; id++) {
          const expected = model.findLast((one) => one.id === id)?.body;
          assertEquals(answers.get(id)?.body[0], expected);
        }
      },
    ),
    { numRuns: 200 },
  );
});

test("answers: the memory they pin is bounded, and counted by piece", () => {
  const answers = new Answers(1000, 10_000);
  const slab = new Uint8Array(4000);
  for (let piece = 0; piece < 5; piece++) {
    for (let i = 0; i < 10; i++) {
      answers.keep(10 * piece + i, 200, slab, 400 * i, 400, 4000 * piece);
    }
  }
  // Two pieces of 4 000 fit in 10 000; the last of the one before has gone.
  assertEquals([answers.size, answers.get(29), answers.get(30)?.body.length], [20, undefined, 400]);
});

test("answers: one that is larger than all that may be kept is known, but not kept", () => {
  const answers = new Answers(10, 1000);
  answers.keep(1, 200, new Uint8Array(10), 0, 10, 0);
  answers.keep(2, 200, new Uint8Array(1001), 0, 1001, 10);
  assertEquals(answers.get(2), { status: 413, body: new Uint8Array(0) });
  answers.keep(3, 200, new Uint8Array(10), 0, 10, 1011);
  assertEquals([answers.get(2)?.status, answers.get(3)?.status], [413, 200]);
});

test("answers: a failed or finished one is known, without its body", () => {
  const answers = new Answers(10, 1000);
  answers.keep(1, 500, new Uint8Array(10), 0, 10, 0);
  answers.keep(2, 200, new Uint8Array(10), 0, 10, 10);
  answers.finish(2);
  answers.finish(3);
  for (const [id, status] of [[1, 500], [2, 400], [3, 400]] as const) {
    assertEquals(answers.get(id), { status, body: new Uint8Array(0) });
  }
  answers.clear();
  assert(answers.get(1) === undefined && answers.size === 0);
});
