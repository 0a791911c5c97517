/**
 * What the HTTP parser costs, alone: a small head and a browser's, whole and in single bytes, next
 * to a copy and a scan of the same bytes, in one alternating run on one runtime. Prints medians;
 * `copy` and `scan` are how many times those the parser takes.
 *
 * `new` heads differ from one another; `same` is one head again and again, as a client on a
 * connection sends it, which the parser only compares. `byte by byte` includes making an array for
 * each byte, as a socket would.
 *
 * Run with `deno run -A`, `bun`, or on Node after bundling (see docs/runtime.md).
 *
 * @module
 */

import process from "node:process";
import { PARSER_DEFAULTS } from "../src/http/defaults.ts";
import { RequestParser } from "../src/http/request_parser.ts";

const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 15);
const SLICE_MS = Number(process.env["BENCH_SLICE_MS"] ?? 10);
/** Heads that differ; a power of two. */
const VARIANTS = 64;

const HEADS: Record<string, (variant: string) => string> = {
  small: (variant) => `GET /items/${variant} HTTP/1.1\r\nHost: localhost:8080\r\n\r\n`,
  browser: (variant) =>
    `GET /items/${variant}?page=2&order=name HTTP/1.1\r\n` +
    "Host: www.example.org\r\n" +
    "Connection: keep-alive\r\n" +
    'sec-ch-ua: "Chromium";v="128", "Not;A=Brand";v="24"\r\n' +
    "sec-ch-ua-mobile: ?0\r\n" +
    'sec-ch-ua-platform: "Linux"\r\n' +
    "Upgrade-Insecure-Requests: 1\r\n" +
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) " +
    "Chrome/128.0.0.0 Safari/537.36\r\n" +
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8\r\n" +
    "Sec-Fetch-Site: same-origin\r\n" +
    "Sec-Fetch-Mode: navigate\r\n" +
    "Referer: https://www.example.org/items\r\n" +
    "Accept-Encoding: gzip, deflate, br, zstd\r\n" +
    "Accept-Language: en-GB,en;q=0.9,de;q=0.8\r\n" +
    "Cookie: session=0123456789abcdef0123456789abcdef; theme=dark\r\n\r\n",
};

interface Task {
  readonly name: string;
  readonly run: (bytes: Uint8Array) => number;
  batch: number;
  readonly times: number[];
}

/** A result that nobody reads could be optimised away. */
const sink: { value: number } = { value: 0 };

function expectHead(event: string): void {
  if (event !== "head") throw new Error(`The parser says "${event}" of a head`);
}

function parseWhole(): (bytes: Uint8Array) => number {
  const parser = new RequestParser(PARSER_DEFAULTS);
  return (bytes) => {
    parser.push(bytes);
    expectHead(parser.next());
    return parser.head.length;
  };
}

function parseBytewise(): (bytes: Uint8Array) => number {
  const parser = new RequestParser(PARSER_DEFAULTS);
  return (bytes) => {
    const last = bytes.length - 1;
    for (let i = 0; i < last; i++) {
      parser.push(bytes.subarray(i, i + 1));
      if (parser.next() !== "more") throw new Error("The parser ends early");
    }
    parser.push(bytes.subarray(last));
    expectHead(parser.next());
    return parser.head.length;
  };
}

function copy(): (bytes: Uint8Array) => number {
  const target = new Uint8Array(64 * 1024);
  return (bytes) => {
    target.set(bytes);
    return target[bytes.length - 1]!;
  };
}

/** The least that a parser in JavaScript can do: one load and one comparison a byte. */
function scan(bytes: Uint8Array): number {
  let lines = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) lines++;
  return lines;
}

function slice(task: Task, heads: readonly Uint8Array[]): void {
  const { run, batch } = task;
  const started = performance.now();
  for (let i = 0; i < batch; i++) sink.value += run(heads[i & (VARIANTS - 1)]!);
  const ms = performance.now() - started;
  task.times.push((ms / batch) * 1e6);
  const wanted = (SLICE_MS / Math.max(ms, 0.001)) * batch;
  task.batch = Math.max(1, Math.min(Math.round(wanted), batch * 8));
}

function measure(name: string, make: (variant: string) => string): void {
  const encoder = new TextEncoder();
  const heads = Array.from(
    { length: VARIANTS },
    (_, i) => encoder.encode(make(String(1000 + i))),
  );
  const first = heads[0]!;
  const same = parseWhole();
  const task = (name: string, run: Task["run"]): Task => ({
    name,
    run,
    batch: 1,
    times: [],
  });
  const tasks = [
    task("copy", copy()),
    task("scan", scan),
    task("parse, new", parseWhole()),
    task("parse, same", () => same(first)),
    task("parse, byte by byte", parseBytewise()),
  ];
  for (let i = 0; i < 8; i++) for (const each of tasks) slice(each, heads); // batches grow
  for (const each of tasks) each.times.length = 0;
  for (let i = 0; i < ROUNDS; i++) for (const each of tasks) slice(each, heads);

  const medianOf = ({ times }: Task) => times.sort((a, b) => a - b)[times.length >> 1]!;
  const [copyNs, scanNs] = tasks.map(medianOf) as [number, number];
  console.log(`${name}, ${first.length} bytes`);
  for (const each of tasks) {
    const ns = medianOf(each);
    const cells = [
      each.name.padEnd(20),
      `${Math.round(1e9 / ns)} heads/s`.padStart(18),
      `${((first.length / ns) * 1e3).toFixed(0)} MB/s`.padStart(12),
      `${(ns / first.length).toFixed(2)} ns/byte`.padStart(14),
      `copy × ${(ns / copyNs).toFixed(2)}`.padStart(15),
      `scan × ${(ns / scanNs).toFixed(2)}`.padStart(15),
    ];
    console.log(`  ${cells.join(" ")}`);
  }
}

for (const [name, make] of Object.entries(HEADS)) measure(name, make);
