/**
 * Short ASCII from bytes. A hot path, and a long one, on purpose: `fromCharCode` with its arguments
 * written out takes 14 to 35 ns on V8 where any call into the runtime takes 45 to 100
 * (bench/codec.ts).
 */

/** Longest text that `shortAscii` makes. */
export const SHORT_TEXT = 24;

/** The text of 1 to 24 ASCII bytes at `i`; `undefined` if one of them is not ASCII. */
export function shortAscii(b: Uint8Array, i: number, length: number): string | undefined {
  const f = String.fromCharCode;
  // deno-fmt-ignore
  switch (length) {
    case 1: {
      const a = b[i]!;
      return (a) > 0x7f ? undefined : f(a);
    }
    case 2: {
      const a = b[i]!, c = b[i + 1]!;
      return (a | c) > 0x7f ? undefined : f(a, c);
    }
    case 3: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!;
      return (a | c | d) > 0x7f ? undefined : f(a, c, d);
    }
    case 4: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!;
      return (a | c | d | e) > 0x7f ? undefined : f(a, c, d, e);
    }
    case 5: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!;
      return (a | c | d | e | g) > 0x7f ? undefined : f(a, c, d, e, g);
    }
    case 6: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!;
      return (a | c | d | e | g | h) > 0x7f ? undefined : f(a, c, d, e, g, h);
    }
    case 7: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!;
      return (a | c | d | e | g | h | j) > 0x7f ? undefined : f(a, c, d, e, g, h, j);
    }
    case 8: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!;
      return (a | c | d | e | g | h | j | k) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k);
    }
    case 9: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!;
      return (a | c | d | e | g | h | j | k | l) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l);
    }
    case 10: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!;
      return (a | c | d | e | g | h | j | k | l | m) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m);
    }
    case 11: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!;
      return (a | c | d | e | g | h | j | k | l | m | n) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n);
    }
    case 12: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o);
    }
    case 13: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p);
    }
    case 14: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q);
    }
    case 15: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r);
    }
    case 16: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s);
    }
    case 17: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t);
    }
    case 18: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u);
    }
    case 19: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v);
    }
    case 20: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w);
    }
    case 21: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x);
    }
    case 22: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!, y = b[i + 21]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x | y) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y);
    }
    case 23: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!, y = b[i + 21]!, z = b[i + 22]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x | y | z) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z);
    }
    case 24: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!, y = b[i + 21]!, z = b[i + 22]!, A = b[i + 23]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x | y | z | A) > 0x7f ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A);
    }
    default: return undefined;
  }
}
