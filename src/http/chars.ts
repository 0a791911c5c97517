/**
 * Classes of bytes, one table lookup each: the parser's alphabet.
 *
 * @module
 */

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const QUOTE = 34;
export const COLON = 58;
export const SEMICOLON = 59;
export const EQUALS = 61;
export const BACKSLASH = 92;

/** RFC 9110 §5.6.2 `tchar`. */
export const TOKEN = 1;
/** What a request target may have: visible ASCII without `#`. */
export const TARGET = 2;
/** What a field value may have: tab, space, visible ASCII and obs-text (RFC 9110 §5.5). */
export const VALUE = 4;
/** A hex digit. */
export const HEX = 8;
/** A decimal digit. */
export const DIGIT = 16;
/** What a URL's parser may change, so that a target with it is built by `URL`. */
export const UNUSUAL = 32;
/** `%`. */
export const PERCENT = 64;
/** `.`, which may be a dot segment. */
export const DOT = 128;

/** The classes of each byte. */
export const CHARS: Uint8Array = makeClasses();

/** Each byte with `A`–`Z` folded to lower case. */
export const LOWER: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, c) => c >= 65 && c <= 90 ? c + 32 : c,
);

/** The value of a hex digit; 255 for any other byte. */
export const HEX_VALUE: Uint8Array = Uint8Array.from({ length: 256 }, (_, c) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(LOWER[c]!));
  return digit < 0 ? 255 : digit;
});

function makeClasses(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let c = 0; c < 256; c++) {
    const char = String.fromCharCode(c);
    if (/[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(char)) classes[c]! |= TOKEN;
    if (c > 32 && c < 127 && char !== "#") classes[c]! |= TARGET;
    if (c === TAB || (c >= 32 && c !== 127)) classes[c]! |= VALUE;
    if (/[0-9A-Fa-f]/.test(char)) classes[c]! |= HEX;
    if (/[0-9]/.test(char)) classes[c]! |= DIGIT;
    if ("\\\"<>^`{|}'".includes(char)) classes[c]! |= UNUSUAL;
    if (char === "%") classes[c]! |= PERCENT;
    if (char === ".") classes[c]! |= DOT;
  }
  return classes;
}

/** Whether the bytes from `start` to `end` are `lower` (a lower-case ASCII text), in any case. */
export function equalsFolded(
  bytes: Uint8Array,
  start: number,
  end: number,
  lower: string,
): boolean {
  if (end - start !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    if (LOWER[bytes[start + i]!] !== lower.charCodeAt(i)) return false;
  }
  return true;
}

/**
 * A text without tabs, line ends and spaces at its ends (fetch.spec.whatwg.org §2.2). By hand: a
 * regular expression looks at every run of them inside once for each of its bytes.
 */
export function withoutOuterSpace(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(c: number): boolean {
  return c === SPACE || c === TAB || c === LF || c === CR;
}

/** The bytes as Latin-1. */
export function latin1(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let i = start;
  for (; i + 8 <= end; i += 8) {
    text += String.fromCharCode(
      bytes[i]!,
      bytes[i + 1]!,
      bytes[i + 2]!,
      bytes[i + 3]!,
      bytes[i + 4]!,
      bytes[i + 5]!,
      bytes[i + 6]!,
      bytes[i + 7]!,
    );
  }
  for (; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}
