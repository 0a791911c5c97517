/** The tables of limits in docs/ say what the code's tables say, and leave none out. */

import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { DEFAULT_LIMITS as API, ERROR_LIMITS } from "../../src/api/limits.ts";
import * as cap from "../../src/cap/limits.ts";
import { CONNECTION_DEFAULTS, PARSER_DEFAULTS } from "../../src/http/defaults.ts";
import { DEFAULT_WEBSOCKET_LIMITS } from "../../src/http/websocket/limits.ts";
import { CLIENT_DEFAULTS, DEFAULT_LIMITS as RPC } from "../../src/rpc/limits.ts";
import * as runtime from "../../src/runtime/limits.ts";
import { MAX_JSON_ISSUES, MAX_KEY_ECHO } from "../../src/schema/json_limits.ts";
import { PARSER_LIMITS } from "../../src/schema/parser/limits.ts";
import * as wire from "../../src/wire/limits.ts";

const UNITS: Readonly<Record<string, number>> = {
  KiB: 1024,
  MiB: 1024 ** 2,
  s: 1000,
  min: 60_000,
};

/** The numbers of a cell such as `1,024; 10 s` in the code's units. */
function numbersIn(cell: string): number[] {
  return [...cell.matchAll(/(\d{1,3}(?:[,\s\u00a0]\d{3})+(?!\d)|\d+)(?:\^(\d+))?(?:\s*(\w+))?/g)]
    .map(
      ([, digits = "", power = "1", unit = ""]) =>
        Number(digits.replace(/\D/g, "")) ** Number(power) * (UNITS[unit] ?? 1),
    );
}

/** Rows of all tables of a page: the first two cells. */
function rowsOf(page: string): [name: string, value: string][] {
  return readFileSync(`docs/${page}`, "utf8").split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, 3).map((cell) => cell.trim()))
    .map(([name = "", value = ""]) => [name, value]);
}

/** What a page's tables say of the names that `known` has. */
function documented(page: string, known: object): Record<string, number> {
  const found: Record<string, number> = {};
  for (const [cell, value] of rowsOf(page)) {
    const names = [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
      .filter((name) => Object.hasOwn(known, name));
    const numbers = numbersIn(value);
    names.forEach((name, i) => (found[name] ??= numbers[i] ?? NaN));
  }
  return found;
}

function numeric(...tables: object[]): Record<string, number> {
  return Object.fromEntries(
    tables.flatMap((table) => Object.entries(table)).filter(([, value]) =>
      typeof value === "number"
    ),
  ) as Record<string, number>;
}

test("numbers are read with their units", () => {
  assertEquals(numbersIn("1,024; 10 s"), [1024, 10_000]);
  assertEquals(numbersIn("1 024, 1 MiB"), [1024, 1024 ** 2]);
  assertEquals(numbersIn("5, 1,000"), [5, 1000]);
  assertEquals(numbersIn("2^20"), [2 ** 20]);
});

test("http.md has every limit of the server, with its default", () => {
  const code = numeric(CONNECTION_DEFAULTS, PARSER_DEFAULTS);
  assertEquals(documented("http.md", code), code);
});

test("http-operations.md has every limit of a WebSocket", () => {
  const code = numeric(DEFAULT_WEBSOCKET_LIMITS);
  assertEquals(documented("http-operations.md", code), code);
});

test("rpc.md has every limit of server and client, with its default", () => {
  const code = numeric(RPC);
  assertEquals(documented("rpc.md", code), code);
  const { reconnectMinMs, reconnectMaxMs, poolSize, ...client } = numeric(CLIENT_DEFAULTS);
  assertEquals(documented("rpc.md", client), client);
  assertEquals(valueOf("rpc.md", "client: backoff"), [reconnectMinMs, reconnectMaxMs]);
  assertEquals(valueOf("rpc.md", "pool: `size`"), [poolSize]);
});

test("api.md has every limit of an Api, with its default", () => {
  const code = numeric(API, ERROR_LIMITS);
  assertEquals(documented("api.md", code), code);
});

test("runtime.md has every limit of the socket port", () => {
  const code = numeric(runtime);
  assertEquals(documented("runtime.md", code), code);
});

/** Rows that are named in words, and the constants that they are. */
const IN_WORDS: [page: string, row: string, ...values: number[]][] = [
  ["capabilities.md", "bytes of a capability", cap.MAX_CAP_BYTES],
  ["capabilities.md", "links above the leaf (`maxChain`)", cap.MAX_CHAIN],
  ["capabilities.md", "bytes of an encoded chain", cap.MAX_CHAIN_BYTES],
  ["capabilities.md", "wait for an answer (`timeoutMs`)", cap.HOOK_TIMEOUT_MS],
  ["capabilities.md", "capabilities remembered (`cacheSize`)", cap.CACHED_PROOFS],
  ["capabilities.md", "keys remembered", cap.CACHED_KEYS],
  ["capabilities.md", "rates and nonces in memory", cap.MAX_MEMORY_ENTRIES],
  ["capabilities.md", "bytes of a record of a revocation file", cap.MAX_RECORD_BYTES],
  ["wire.md", "slab", wire.SLAB_BYTES],
  ["wire.md", "message served from a slab", wire.SLAB_MESSAGE_BYTES],
  ["wire.md", "message with memory of its own, on JSC", wire.OWNED_MESSAGE_BYTES],
  ["wire.md", "scratch buffer kept for larger messages", wire.SCRATCH_BYTES],
  ["wire.md", "depth of structs in `decode` and in JSON", wire.MAX_DEPTH],
  ["wire.md", "bytes read by one `decode`", wire.READ_FACTOR, wire.READ_FLOOR],
  ["wire.md", "faults in a `JsonError`", MAX_JSON_ISSUES],
  ["wire.md", "characters of an unknown key in a fault", MAX_KEY_ECHO],
  ["schema.md", "problems told of one file", PARSER_LIMITS.problems],
  ["schema.md", "characters quoted in a message", PARSER_LIMITS.quotedCharacters],
  ["schema.md", 'suggestions ("did you mean")', PARSER_LIMITS.suggestions],
  ["schema.md", "names a suggestion is sought in", PARSER_LIMITS.suggestionNames],
  ["schema.md", "length of a suggested name", PARSER_LIMITS.suggestionCharacters],
];

test("rows named in words have the constants' values", () => {
  for (const [page, row, ...values] of IN_WORDS) {
    assertEquals(valueOf(page, row).slice(0, values.length), values, `${page}: ${row}`);
  }
});

function valueOf(page: string, row: string): number[] {
  const found = rowsOf(page).find(([name]) => name === row);
  assert(found, `${page} has no row "${row}"`);
  return numbersIn(found[1]);
}
