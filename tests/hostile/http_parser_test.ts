/** Every row of the parsing table: whole, split in two at every position, and byte by byte. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { PARSER_DEFAULTS } from "../../src/http/defaults.ts";
import { FAULT_STATUS } from "../../src/http/faults.ts";
import { RequestParser } from "../../src/http/request_parser.ts";
import { type Row, ROWS } from "./http_rows.ts";

/** Splits beyond this many are taken at every tenth position. */
const MAX_SPLITS = 2_000;

test("every row, whole", () => {
  assert(ROWS.length > 250, `${ROWS.length} rows`);
  for (const row of ROWS) check(row, [bytes(row.input)]);
});

test("every row, byte by byte", () => {
  for (const row of ROWS) {
    const all = bytes(row.input);
    if (all.length > 100_000) continue; // the 1 MiB body: split below
    check(row, Array.from(all, (byte) => Uint8Array.of(byte)));
  }
});

test("every row, split in two at every position", () => {
  for (const row of ROWS) {
    const all = bytes(row.input);
    const step = all.length > 100_000 ? 9973 : all.length > MAX_SPLITS ? 101 : 1;
    for (let at = 1; at < all.length; at += step) check(row, [all.slice(0, at), all.slice(at)]);
  }
});

test("a verdict comes with the byte that decides it, not later", () => {
  const parser = new RequestParser(PARSER_DEFAULTS);
  for (const byte of bytes("GET / HTTP/1.1\r\nHost: a")) {
    parser.push(Uint8Array.of(byte));
    assertEquals(parser.next(), "more");
  }
  parser.push(bytes("\n"));
  assertEquals(parser.next(), "fault");
});

test("a head in single bytes costs linear work", () => {
  const head = bytes(`GET / HTTP/1.1\r\nHost: a\r\n${`X: ${"a".repeat(8000)}\r\n`.repeat(3)}\r\n`);
  // Counted, not timed: a byte that is looked at again would be read from the table again.
  let reads = 0;
  const counting = new RequestParser({
    ...PARSER_DEFAULTS,
    get maxHeaderLineBytes() {
      reads++;
      return PARSER_DEFAULTS.maxHeaderLineBytes;
    },
  });
  for (const byte of head) {
    counting.push(Uint8Array.of(byte));
    counting.next();
  }
  assert(reads <= 5, `line begun ${reads} times`);
});

function check({ row, input, outcome }: Row, pieces: readonly Uint8Array[]): void {
  const seen = run(pieces);
  const about = `${row}: ${JSON.stringify(input.slice(0, 120))} in ${pieces.length} pieces`;
  if (typeof outcome === "number") {
    assertEquals(seen.status, outcome, about);
    return;
  }
  assertEquals(seen.status, undefined, `${about}: ${seen.fault}`);
  assertEquals(seen.paths, outcome, about);
  assert(seen.complete, about);
}

interface Seen {
  paths: string[];
  status: number | undefined;
  fault: string;
  complete: boolean;
}

function run(pieces: readonly Uint8Array[]): Seen {
  const parser = new RequestParser(PARSER_DEFAULTS);
  const seen: Seen = { paths: [], status: undefined, fault: "", complete: false };
  for (const piece of pieces) {
    parser.push(piece);
    for (;;) {
      const event = parser.next();
      if (event === "more") break;
      if (event === "head") seen.paths.push(parser.head.path);
      if (event === "fault") {
        seen.status = FAULT_STATUS[parser.fault];
        seen.fault = parser.fault;
        return seen;
      }
    }
  }
  seen.complete = parser.idle;
  return seen;
}

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
