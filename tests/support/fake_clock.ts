import type { Clock } from "../../src/base/clock.ts";

/** A clock that is turned by hand. */
export class FakeClock implements Clock {
  time = 1000;
  timers: { at: number; fn: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, fn: () => void): unknown {
    const timer = { at: this.time + ms, fn };
    this.timers.push(timer);
    return timer;
  }

  clear(timer: unknown): void {
    this.timers = this.timers.filter((one) => one !== timer);
  }

  /** Turns it forward, firing timers at their times; microtasks run in between. */
  async turn(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await Promise.resolve();
      const next = this.timers.reduce((best, one) => Math.min(best, one.at), Infinity);
      if (next > end) break;
      this.time = Math.max(this.time, next);
      const due = this.timers.find((one) => one.at === next)!;
      this.clear(due);
      due.fn();
    }
    this.time = end;
    await Promise.resolve();
  }
}
