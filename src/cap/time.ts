/** Unix seconds, the time of capabilities. */

/** The machine's time. */
export function systemSeconds(): bigint {
  return BigInt(Math.floor(Date.now() / 1000));
}
