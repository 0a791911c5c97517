import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { DeadlineWheel, GRANULARITY_MS, Timed } from "../../src/rpc/deadlines.ts";
import { FakeClock } from "../support/fake_clock.ts";

class Deadline extends Timed {
  firedAt = -1;
  readonly clock: FakeClock;

  constructor(clock: FakeClock) {
    super();
    this.clock = clock;
  }

  override expired(): void {
    this.firedAt = this.clock.time;
  }
}

test("deadlines: each fires once, not before its time and at most a bucket late", async () => {
  const times = fc.array(fc.integer({ min: 1, max: 40_000 }), {
    minLength: 1,
    maxLength: 50,
  });
  await fc.assert(
    fc.asyncProperty(times, async (all) => {
      const clock = new FakeClock();
      const wheel = new DeadlineWheel(clock);
      const start = clock.time;
      const set = all.map((ms) => {
        const deadline = new Deadline(clock);
        wheel.set(deadline, ms);
        return { ms, deadline };
      });
      await clock.turn(41_000);
      for (const { ms, deadline } of set) {
        const took = deadline.firedAt - start;
        assert(took >= ms && took <= ms + 2 * GRANULARITY_MS, `${ms} ms took ${took}`);
      }
      assertEquals([wheel.size, clock.timers.length], [0, 0]);
    }),
    { numRuns: 50 },
  );
});

test("deadlines: what is cleared does not fire, what is set again fires at its new time", async () => {
  const clock = new FakeClock();
  const wheel = new DeadlineWheel(clock);
  const [cleared, moved, kept] = [new Deadline(clock), new Deadline(clock), new Deadline(clock)];
  for (const deadline of [cleared, moved, kept]) wheel.set(deadline, 100);
  wheel.clear(cleared);
  wheel.clear(cleared);
  wheel.set(moved, 500);
  await clock.turn(300);
  assertEquals([cleared.firedAt, moved.firedAt], [-1, -1]);
  assert(kept.firedAt > 0);
  await clock.turn(300);
  assert(moved.firedAt >= 1500);
  assertEquals(wheel.size, 0);
});

test("deadlines: one that fires may clear others that are due, and set new ones", async () => {
  const clock = new FakeClock();
  const wheel = new DeadlineWheel(clock);
  const later = new Deadline(clock);
  const pair = [1, 2].map(() => new Deadline(clock));
  let fired = 0;
  for (const [i, deadline] of pair.entries()) {
    deadline.expired = () => {
      fired++;
      wheel.clear(pair[1 - i]!);
      wheel.set(later, 50);
    };
    wheel.set(deadline, 20);
  }
  await clock.turn(200);
  assertEquals(fired, 1);
  assert(later.firedAt > 0);
});

test("deadlines: many calls that are answered leave one timer", () => {
  const clock = new FakeClock();
  const wheel = new DeadlineWheel(clock);
  for (let i = 0; i < 1000; i++) {
    const deadline = new Deadline(clock);
    wheel.set(deadline, 30_000);
    wheel.clear(deadline);
  }
  assertEquals([wheel.size, clock.timers.length], [0, 1]);
  wheel.stop();
  assertEquals(clock.timers.length, 0);
});

test("deadlines: centuries and eternity need no timer that overflows", async () => {
  const clock = new FakeClock();
  const wheel = new DeadlineWheel(clock);
  const [far, near] = [new Deadline(clock), new Deadline(clock)];
  wheel.set(far, 2 ** 40);
  assert(clock.timers.every(({ at }) => at - clock.time < 2 ** 31));
  wheel.set(near, 30_000);
  await clock.turn(40_000);
  assert(near.firedAt >= 31_000 && near.firedAt < 31_100);
  assertEquals([far.firedAt, wheel.size, clock.timers.length], [-1, 1, 1]);
  assert(clock.timers.every(({ at }) => at - clock.time < 2 ** 31));
  wheel.clear(far);
  wheel.stop();
});
