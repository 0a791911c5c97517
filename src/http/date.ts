/** The `Date` header (RFC 9110 §6.6.1), made once a second. @module */

import type { Clock } from "../base/clock.ts";

/** Keeps the current second's header line. */
export class DateLine {
  /** Counts the seconds that were seen: whoever keeps a line compares this. */
  version = 0;
  #line = "";
  #validUntil = -Infinity;
  readonly #clock: Clock;
  readonly #wallClock: () => number;
  readonly #enabled: boolean;

  /** `wallClock` answers milliseconds since 1970; not `enabled`, the line is empty. */
  constructor(clock: Clock, wallClock: () => number, enabled: boolean) {
    this.#clock = clock;
    this.#wallClock = wallClock;
    this.#enabled = enabled;
  }

  /** `Date: …` with its CRLF, or nothing. Call `refresh` at the beginning of a turn. */
  get line(): string {
    if (this.version === 0) this.refresh(this.#clock.now());
    return this.#line;
  }

  /** Makes the line anew if its second is over; `now` is the clock's. */
  refresh(now: number): void {
    if (now < this.#validUntil) return;
    const wall = this.#wallClock();
    this.#validUntil = now + 1000 - wall % 1000;
    this.#line = this.#enabled ? `Date: ${new Date(wall).toUTCString()}\r\n` : "";
    this.version++;
  }
}
