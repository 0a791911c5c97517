/** Counts of observations by size. A hot path: an observation is a few compares and two additions. @module */

/** Seconds; OpenTelemetry's advice for `http.server.request.duration`. */
export const DURATION_BOUNDS: readonly number[] = [
  0.005,
  0.01,
  0.025,
  0.05,
  0.075,
  0.1,
  0.25,
  0.5,
  0.75,
  1,
  2.5,
  5,
  7.5,
  10,
];

/** Bytes: powers of four, from nothing to 16 MiB. */
export const SIZE_BOUNDS: readonly number[] = [
  0,
  256,
  1024,
  4096,
  16_384,
  65_536,
  262_144,
  1_048_576,
  4_194_304,
  16_777_216,
];

/** One series of a histogram. */
export class Histogram {
  /** Upper bounds, ascending; what is above the last is counted apart. */
  readonly bounds: readonly number[];
  /** How many fell into each bound (not cumulative), and in the last place above all. */
  readonly counts: Float64Array;
  /** The sum of all. */
  sum = 0;

  /** An empty one. */
  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.counts = new Float64Array(bounds.length + 1);
  }

  /** How many there were. */
  get count(): number {
    let count = 0;
    for (const part of this.counts) count += part;
    return count;
  }

  /** Counts one. */
  observe(value: number): void {
    const bounds = this.bounds;
    let i = 0;
    while (i < bounds.length && value > bounds[i]!) i++;
    this.counts[i]! += 1;
    this.sum += value;
  }
}
