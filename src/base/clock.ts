/**
 * Time as a parameter, so that a test of a timeout needs no waiting.
 *
 * `now` is monotonic milliseconds: good for intervals, not for dates.
 */
export interface Clock {
  /** Monotonic milliseconds since some moment. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds; answers a handle for `clear`. */
  after(ms: number, fn: () => void): unknown;
  /** Forgets a timer; unknown and fired handles are ignored. */
  clear(timer: unknown): void;
}

/** The machine's clock. Its timers keep the process alive until they fire or are cleared. */
export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  after: (ms, fn) => setTimeout(fn, ms),
  clear: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
};
