/** Unix seconds, the time of capabilities. */

/** The machine's time. */
export function systemSeconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}

/** Whole seconds; `undefined` for what is not a time, so that no comparison with it lets anything pass. */
export function asSeconds(time: bigint | number): bigint | undefined {
  if (typeof time === "bigint") return time;
  return Number.isFinite(time) ? BigInt(Math.floor(time)) : undefined;
}
