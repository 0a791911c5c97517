/** `Host` and the target's forms (RFC 9112 §3.2, RFC 3986 §3.2). @module */

import { CHARS, DIGIT, equalsFolded, HEX, latin1, LOWER } from "./chars.ts";
import type { FaultCode } from "./faults.ts";

/** RFC 3986 §3.2.2 `reg-name` without the comma (which lists) and without escapes (which readers decode or not). */
const HOST_CHARS: Uint8Array = Uint8Array.from(
  { length: 256 },
  (_, c) => /[A-Za-z0-9\-._~!$&'()*+;=]/.test(String.fromCharCode(c)) ? 1 : 0,
);

/** Whether the bytes are `host[:port]`: a name, an IPv4 address, or an IPv6 address in brackets. */
export function isHost(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  if (bytes[i] === 91 && i < end) { // [
    i++;
    while (i < end && (CHARS[bytes[i]!]! & HEX || bytes[i] === 58 || bytes[i] === 46)) i++;
    if (i >= end || bytes[i] !== 93) return false;
    i++;
    // Few and long: the standard's own parser judges what is between the brackets.
    if (!URL.canParse(`http://${latin1(bytes, start, i)}/`)) return false;
  } else {
    while (i < end && HOST_CHARS[bytes[i]!] === 1) i++;
    if (i === start) return false;
    // A last label that begins with a digit is an IPv4 address to a URL's parser, or nothing at all.
    if (!isNameEnd(bytes, start, i) && !URL.canParse(`http://${latin1(bytes, start, i)}/`)) {
      return false;
    }
  }
  if (i === end) return true;
  if (bytes[i] !== 58) return false;
  return isPort(bytes, i + 1, end);
}

function isNameEnd(bytes: Uint8Array, start: number, end: number): boolean {
  let i = end - 1;
  if (bytes[i] === 46) i--; // one dot at the end is the DNS root
  while (i >= start && bytes[i] !== 46) i--;
  return !(CHARS[bytes[i + 1]!]! & DIGIT) && !isPunycoded(bytes, start, end);
}

function isPunycoded(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i + 4 <= end; i++) {
    if (LOWER[bytes[i]!] === 120 && equalsFolded(bytes, i, i + 4, "xn--")) return true;
  }
  return false;
}

/** 1 to 5 digits up to 65535. An empty port (`host:`) is refused, as is 0 digits too many. */
function isPort(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start < 1 || end - start > 5) return false;
  let port = 0;
  for (let i = start; i < end; i++) {
    if (!(CHARS[bytes[i]!]! & DIGIT)) return false;
    port = port * 10 + bytes[i]! - 48;
  }
  return port <= 65535;
}

/** Where the parts of a target stand; all offsets in its bytes. */
export interface TargetForm {
  /** Where the path begins; the target's end where an absolute form has none. */
  readonly pathStart: number;
  /** Authority of an absolute form; both -1 without. */
  readonly authorityStart: number;
  readonly authorityEnd: number;
}

/** Splits an absolute-form target; a fault for every other form than origin, absolute and asterisk. */
export function parseAbsoluteForm(
  bytes: Uint8Array,
  start: number,
  end: number,
): TargetForm | FaultCode {
  const scheme = equalsFolded(bytes, start, Math.min(end, start + 7), "http://")
    ? 7
    : equalsFolded(bytes, start, Math.min(end, start + 8), "https://")
    ? 8
    : 0;
  if (scheme === 0) return "target_malformed";
  const authorityStart = start + scheme;
  let i = authorityStart;
  while (i < end && bytes[i] !== 47 && bytes[i] !== 63) i++;
  if (!isHost(bytes, authorityStart, i)) return "target_malformed";
  return { pathStart: i, authorityStart, authorityEnd: i };
}

/** Whether two authorities are equal but for case. */
export function equalAuthorities(
  bytes: Uint8Array,
  aStart: number,
  aEnd: number,
  bStart: number,
  bEnd: number,
): boolean {
  if (aEnd - aStart !== bEnd - bStart) return false;
  for (let i = 0; i < aEnd - aStart; i++) {
    if (LOWER[bytes[aStart + i]!] !== LOWER[bytes[bStart + i]!]) return false;
  }
  return true;
}

/** Whether every `%` stands before two hex digits that are not 00, 0a or 0d. */
export function hasSaneEscapes(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    if (bytes[i] !== 37) continue;
    if (i + 2 >= end) return false;
    const high = bytes[i + 1]!;
    const low = LOWER[bytes[i + 2]!]!;
    if (!(CHARS[high]! & HEX) || !(CHARS[low]! & HEX)) return false;
    if (high === 48 && (low === 48 || low === 97 || low === 100)) return false;
  }
  return true;
}
