/**
 * Refuses option keys that nobody reads, so that a typo is an error at start-up instead of a
 * setting that silently has no effect.
 *
 * @param given The options as the user gave them; `undefined` is no options.
 * @param known Every key that is read.
 * @param where What the options are for, as it stands in the message.
 * @throws {TypeError} For the first unknown key, with the nearest known one.
 *
 * @example
 * ```ts
 * import { assertKnownOptions } from "./options.ts";
 *
 * assertKnownOptions({ port: 8080 }, ["host", "port"], "serve"); // fine
 * ```
 */
export function assertKnownOptions(
  given: object | undefined,
  known: readonly string[],
  where: string,
): void {
  if (given === undefined) return;
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const near = nearestName(key, known);
    throw new TypeError(
      `Unknown option "${key}" for ${where}` +
        (near ? `: did you mean "${near}"?` : `: known are ${known.join(", ")}`),
    );
  }
}

/**
 * The name most like `name`: one with a single edit, else one that goes on after it, else one with
 * at most three edits, an edit for every three letters; `undefined` if there is none.
 */
export function nearestName(name: string, names: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(3, name.length / 3) + 1;
  for (const candidate of names) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  if (bestDistance < 2 || name.length < 3) return best;
  return names.find((candidate) => candidate.startsWith(name)) ?? best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(row[j - 1]! + 1, previous[j]! + 1, swap));
    }
    previous = row;
  }
  return previous[b.length]!;
}

/**
 * Refuses what is no port, before a runtime does in words of its own.
 *
 * @param port What the user gave.
 * @param doing What the port is for, as it stands in the message: `listen`.
 * @throws {RangeError} For anything but a whole number from 0 to 65,535.
 */
export function assertPort(port: unknown, doing: string): void {
  if (Number.isInteger(port) && (port as number) >= 0 && (port as number) <= 65_535) return;
  throw new RangeError(`Cannot ${doing}: port must be 0 to 65535`);
}
