/**
 * Short texts with letters like "ü" from bytes: what UTF-8 writes with 0xC2 and 0xC3 is Latin-1, made
 * without a call into the runtime. A hot path: see bench/codec.ts.
 */

import { SHORT_TEXT, shortText } from "./short_text.ts";

const units: Uint8Array = new Uint8Array(SHORT_TEXT);

/** The text of the UTF-8 from `start` to `stop`; `undefined` if it is empty, longer than 24 characters, or not Latin-1. */
export function shortLatin1(bytes: Uint8Array, start: number, stop: number): string | undefined {
  let length = 0;
  for (let i = start; i < stop; i++) {
    let unit = bytes[i]!;
    if (unit > 0x7f) {
      if (++i === stop || (unit | 1) !== 0xc3) return undefined;
      const low = bytes[i]!;
      if ((low & 0xc0) !== 0x80) return undefined;
      unit = ((unit & 3) << 6) | (low & 0x3f);
    }
    if (length === SHORT_TEXT) return undefined;
    units[length++] = unit;
  }
  return shortText(units, 0, length, 0xff);
}
