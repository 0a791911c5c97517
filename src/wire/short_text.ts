/**
 * Short texts from bytes of a character each. A hot path, and a long one, on purpose: `fromCharCode` with its arguments
 * written out takes 14 to 35 ns on V8 where any call into the runtime takes 45 to 100
 * (bench/codec.ts).
 */

/** Longest text that `shortText` makes. */
export const SHORT_TEXT = 24;

/** The text of 1 to 24 characters at `i`, a byte each; `undefined` if one of them is beyond `max`. */
export function shortText(
  b: Uint8Array,
  i: number,
  length: number,
  max: number,
): string | undefined {
  const f = String.fromCharCode;
  // deno-fmt-ignore
  switch (length) {
    case 1: {
      const a = b[i]!;
      return (a) > max ? undefined : f(a);
    }
    case 2: {
      const a = b[i]!, c = b[i + 1]!;
      return (a | c) > max ? undefined : f(a, c);
    }
    case 3: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!;
      return (a | c | d) > max ? undefined : f(a, c, d);
    }
    case 4: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!;
      return (a | c | d | e) > max ? undefined : f(a, c, d, e);
    }
    case 5: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!;
      return (a | c | d | e | g) > max ? undefined : f(a, c, d, e, g);
    }
    case 6: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!;
      return (a | c | d | e | g | h) > max ? undefined : f(a, c, d, e, g, h);
    }
    case 7: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!;
      return (a | c | d | e | g | h | j) > max ? undefined : f(a, c, d, e, g, h, j);
    }
    case 8: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!;
      return (a | c | d | e | g | h | j | k) > max ? undefined : f(a, c, d, e, g, h, j, k);
    }
    case 9: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!;
      return (a | c | d | e | g | h | j | k | l) > max ? undefined : f(a, c, d, e, g, h, j, k, l);
    }
    case 10: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!;
      return (a | c | d | e | g | h | j | k | l | m) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m);
    }
    case 11: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!;
      return (a | c | d | e | g | h | j | k | l | m | n) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n);
    }
    case 12: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o);
    }
    case 13: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p);
    }
    case 14: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q);
    }
    case 15: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r);
    }
    case 16: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s);
    }
    case 17: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t);
    }
    case 18: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u);
    }
    case 19: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v);
    }
    case 20: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w);
    }
    case 21: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x);
    }
    case 22: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!, y = b[i + 21]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x | y) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y);
    }
    case 23: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!, y = b[i + 21]!, z = b[i + 22]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x | y | z) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z);
    }
    case 24: {
      const a = b[i]!, c = b[i + 1]!, d = b[i + 2]!, e = b[i + 3]!, g = b[i + 4]!, h = b[i + 5]!,
        j = b[i + 6]!, k = b[i + 7]!, l = b[i + 8]!, m = b[i + 9]!, n = b[i + 10]!, o = b[i + 11]!,
        p = b[i + 12]!, q = b[i + 13]!, r = b[i + 14]!, s = b[i + 15]!, t = b[i + 16]!, u = b[i + 17]!,
        v = b[i + 18]!, w = b[i + 19]!, x = b[i + 20]!, y = b[i + 21]!, z = b[i + 22]!, A = b[i + 23]!;
      return (a | c | d | e | g | h | j | k | l | m | n | o | p | q | r | s | t | u | v | w | x | y | z | A) > max ? undefined : f(a, c, d, e, g, h, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y, z, A);
    }
    default: return undefined;
  }
}
