import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Liveness, type Watched } from "../../src/rpc/liveness.ts";
import { DeadlineWheel } from "../../src/rpc/deadlines.ts";
import { DEFAULT_LIMITS, type RpcLimits } from "../../src/rpc/limits.ts";
import { FakeClock } from "../support/fake_clock.ts";

class Scene implements Watched {
  readonly clock: FakeClock = new FakeClock();
  readonly wheel: DeadlineWheel = new DeadlineWheel(this.clock);
  greeted = true;
  busy = false;
  partial = false;
  taken = -1;
  ended = "";
  readonly liveness: Liveness;

  constructor(limits: Partial<RpcLimits>) {
    this.liveness = new Liveness(this, { ...DEFAULT_LIMITS, ...limits }, this.wheel);
    this.liveness.watch();
  }

  destroy(error: Error): void {
    this.ended = error.message;
  }
}

test("liveness: a peer that takes little by little is not one that does not read", async () => {
  const scene = new Scene({ idleTimeoutMs: 0, stallTimeoutMs: 1000 });
  // As much waits at every look, or more: only what has been taken tells.
  for (let i = 0; i < 20; i++) {
    scene.taken = i;
    await scene.clock.turn(1000);
    assertEquals(scene.ended, "");
  }
  await scene.clock.turn(2200);
  assertEquals(scene.ended, "The peer does not read");
});

test("liveness: a stall is as long as it is set, also where idleness is looked at more often", async () => {
  const scene = new Scene({ idleTimeoutMs: 100, stallTimeoutMs: 5000 });
  scene.busy = true;
  scene.taken = 7;
  await scene.clock.turn(4900);
  assertEquals(scene.ended, "");
  scene.taken = -1;
  await scene.clock.turn(2000);
  scene.taken = 7;
  await scene.clock.turn(4900);
  assertEquals(scene.ended, "");
  await scene.clock.turn(400);
  assertEquals(scene.ended, "The peer does not read");
});

test("liveness: idle, half a frame, no handshake; what moves or waits for nobody lives", async () => {
  const idle = new Scene({ idleTimeoutMs: 300, stallTimeoutMs: 0 });
  await idle.clock.turn(250);
  idle.liveness.heard();
  await idle.clock.turn(290);
  assertEquals(idle.ended, "");
  await idle.clock.turn(400);
  assertEquals(idle.ended, "The connection was idle");
  const half = new Scene({ idleTimeoutMs: 0, stallTimeoutMs: 300 });
  half.partial = true;
  await half.clock.turn(700);
  assertEquals(half.ended, "The peer stopped in the middle of a frame");
  const mute = new Scene({ handshakeTimeoutMs: 300 });
  mute.greeted = false;
  mute.liveness.expectHandshake();
  await mute.clock.turn(400);
  assertEquals(mute.ended, "No handshake in time");
  const still = new Scene({ idleTimeoutMs: 0, stallTimeoutMs: 0 });
  await still.clock.turn(10_000);
  assertEquals([still.ended, still.wheel.size], ["", 0]);
});
