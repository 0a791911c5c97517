/** A 64-bit integer written in place, signed or not. A hot path: see bench/codec.ts. */

import { JAVASCRIPT_CORE } from "./engine.ts";

const words = new Uint32Array(2);
const big = new BigUint64Array(words.buffer);

/**
 * Writes a 64-bit integer. By its two words, because V8 11 (Node 20) calls into the runtime for
 * `setBigUint64`: 7 ns, not 1. JavaScriptCore calls for the words, and not for that.
 */
export const putU64: (view: DataView, at: number, value: bigint) => void = JAVASCRIPT_CORE
  ? (view, at, value) => view.setBigUint64(at, value, true)
  : (view, at, value) => {
    big[0] = value;
    view.setUint32(at, words[0]!, true);
    view.setUint32(at + 4, words[1]!, true);
  };
