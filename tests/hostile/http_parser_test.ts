/** Every row of the parsing table: whole, split in two at every position, and byte by byte. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { PARSER_DEFAULTS } from "../../src/http/defaults.ts";
import { FAULT_STATUS } from "../../src/http/faults.ts";
import { RequestParser } from "../../src/http/request_parser.ts";
import { type Row, ROWS } from "./http_rows.ts";

test("every row, whole", () => {
  assert(ROWS.length > 250, `${ROWS.length} rows`);
  for (const row of ROWS) check(row, [bytes(row.input)]);
});

test("every row, byte by byte", () => {
  for (const row of ROWS) {
    check(row, Array.from(bytes(row.input), (byte) => Uint8Array.of(byte)));
  }
});

test("every row, split in two at every position", () => {
  for (const row of ROWS) {
    const all = bytes(row.input);
    for (let at = 1; at < all.length; at++) check(row, [all.subarray(0, at), all.subarray(at)]);
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

test("empty lines before requests are counted for each, also where heads repeat", () => {
  const one = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
  const pieces = Array.from({ length: 20 }, (_, i) => bytes(i % 2 === 0 ? one : "\r\n"));
  const seen = run(pieces);
  assertEquals([seen.status, seen.paths.length], [undefined, 10]);
  const blank = Array.from({ length: 4 }, () => bytes("\r\n"));
  assertEquals(run([bytes(one), ...blank, bytes(one)]).paths.length, 2);
  assertEquals(run([bytes(one), ...blank, bytes("\r\n"), bytes(one)]).status, 400);
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

test("a head in pieces keeps no more memory than a head may have", () => {
  const parser = new RequestParser(PARSER_DEFAULTS);
  const head = bytes(`GET / HTTP/1.1\r\nHost: a\r\n${`X: ${"a".repeat(7700)}\r\n`.repeat(4)}\r\n`);
  for (let at = 0; at < head.length; at += 3000) {
    parser.push(head.slice(at, at + 3000));
    assertEquals(parser.next(), at + 3000 < head.length ? "more" : "head");
  }
  const { maxRequestLineBytes, maxHeaderBytes } = PARSER_DEFAULTS;
  assert(parser.head.bytes.length <= maxRequestLineBytes + maxHeaderBytes + 64);
});

function check({ row, input, outcome }: Row, pieces: readonly Uint8Array[]): void {
  const seen = run(pieces);
  const right = typeof outcome === "number"
    ? seen.status === outcome
    : seen.status === undefined && seen.complete && seen.paths.join(" ") === outcome.join(" ");
  if (right) return; // the texts below are dear, and this is called a million times
  const first = pieces[0]!.length;
  throw new Error(
    `${row}: ${JSON.stringify(input.slice(0, 120))} in ${pieces.length} pieces, the first of ` +
      `${first} bytes: ${JSON.stringify(seen)} and not ${JSON.stringify(outcome)}`,
  );
}

interface Seen {
  paths: string[];
  status: number | undefined;
  fault: string;
  complete: boolean;
}

const REUSED_BYTES = 1_024;

function run(pieces: readonly Uint8Array[]): Seen {
  const parser = new RequestParser(PARSER_DEFAULTS);
  const seen: Seen = { paths: [], status: undefined, fault: "", complete: false };
  let piece = new Uint8Array(0);
  for (const given of pieces) {
    // The socket's next read comes to the same memory. Large ones are too dear to copy a million times.
    if (parser.done) piece.fill(0xff);
    const large = given.length >= REUSED_BYTES;
    piece = large ? new Uint8Array(0) : given.slice();
    parser.push(large ? given : piece);
    for (;;) {
      const event = parser.next();
      if (event === "more") break;
      if (event === "head") seen.paths.push(parser.head.path);
      if (event === "data") parser.giveBack();
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
