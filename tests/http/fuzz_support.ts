/**
 * What `scripts/fuzz_http.ts` and its test share: inputs made from seeds, the parser's verdict on
 * them, and what must hold for every one.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { PARSER_DEFAULTS } from "../../src/http/defaults.ts";
import { FLAG } from "../../src/http/request_head.ts";
import { RequestParser } from "../../src/http/request_parser.ts";

const CORPUS = new URL("../corpus/http/", import.meta.url);
const CRASHES = new URL("../corpus/http-crashes/", import.meta.url);

/** The seeds, by name. */
export function seeds(): [string, Uint8Array][] {
  return load(CORPUS);
}

/** Inputs that once broke something, by name. */
export function crashes(): [string, Uint8Array][] {
  return load(CRASHES);
}

function load(folder: URL): [string, Uint8Array][] {
  return readdirSync(folder).filter((name) => name.endsWith(".http")).sort()
    .map((name) => [name, new Uint8Array(readFileSync(new URL(name, folder)))]);
}

/** Numbers that look random and are the same for the same seed (mulberry32). */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0;
  }
  /** From 0 to below `bound`. */
  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (((t ^ (t >>> 14)) >>> 0) % bound) >>> 0;
  }
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Texts that have split servers from one another. */
const DICTIONARY: readonly string[] = (
  '\\r\\n|\\n|\\r|\\0|\\t| |  |:|;|,|"|\\\\|%00|%0d%0a|%zz|#|?|*|@|[|]|//|/../|\\x0b|\\x0c|\\x7f|\\x80|\\xff|' +
  "GET |POST |get |CONNECT a:1|PRI * HTTP/2.0\\r\\n\\r\\n| HTTP/1.1| HTTP/1.0| HTTP/2.0| HTTP/1.10|HTTP/01.1|" +
  "Host: a.example\\r\\n|Host:\\r\\n|Host: b\\r\\n|Host : a\\r\\n|" +
  "Content-Length: 0\\r\\n|Content-Length: 5\\r\\n|Content-Length: +5\\r\\n|Content-Length: 5, 5\\r\\n|" +
  "Content-Length: 0x5\\r\\n|Content-Length: 99999999999999999999\\r\\n|Content_Length: 3\\r\\n|" +
  "Content-Length : 5\\r\\n|content-length:5\\r\\n|" +
  "Transfer-Encoding: chunked\\r\\n|Transfer-Encoding: gzip, chunked\\r\\n|Transfer-Encoding: chunked, chunked\\r\\n|" +
  "Transfer-Encoding: identity\\r\\n|Transfer-Encoding:\\x0bchunked\\r\\n|Transfer-Encoding\\t: chunked\\r\\n|" +
  'Transfer-Encoding: "chunked"\\r\\n|Transfer-Encoding:\\r\\n chunked\\r\\n|' +
  "Connection: close\\r\\n|Connection: keep-alive\\r\\n|Connection: upgrade\\r\\n|Upgrade: h2c\\r\\n|" +
  "Expect: 100-continue\\r\\n|Expect: x\\r\\n|Trailer: X\\r\\n|X: y\\r\\n z\\r\\n|" +
  '0\\r\\n\\r\\n|0\\r\\nX: y\\r\\n\\r\\n|5\\r\\nhello\\r\\n|5;x\\r\\n|5 ;x=y\\r\\n|5;x="\\r\\n|+5\\r\\n|0x5\\r\\n|00000000000000005\\r\\n|1_0\\r\\n|' +
  "GET /inner HTTP/1.1\\r\\nHost: a.example\\r\\n\\r\\n"
).split("|").map((text) =>
  text.replace(/\\x([0-9a-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
    .replace(/\\r/g, "\r").replace(/\\n/g, "\n").replace(/\\t/g, "\t").replace(/\\0/g, "\0")
    .replace(/\\\\/g, "\\")
);

/** Longest input: beyond every limit of a head. */
const MAX_INPUT_BYTES = 48 * 1024;

/** A new input out of the seeds. */
export function mutate(random: Random, all: readonly Uint8Array[]): Uint8Array {
  let bytes = [...random.pick(all)];
  for (let rounds = 1 + random.below(4); rounds > 0; rounds--) {
    const at = random.below(bytes.length + 1);
    const size = 1 + random.below(12);
    switch (random.below(9)) {
      case 0:
        if (bytes.length > 0) bytes[at % bytes.length]! ^= 1 << random.below(8);
        break;
      case 1:
        bytes.splice(at, size);
        break;
      case 2:
        bytes.splice(at, 0, ...bytes.slice(at, at + size * 4));
        break;
      case 3:
      case 4:
        bytes.splice(at, 0, ...latin1(random.pick(DICTIONARY)));
        break;
      case 5: // at the start of a line, where it counts
        bytes.splice(lineStart(bytes, at), 0, ...latin1(random.pick(DICTIONARY)));
        break;
      case 6: {
        const other = random.pick(all);
        bytes = [...bytes.slice(0, at), ...other.subarray(random.below(other.length + 1))];
        break;
      }
      case 7:
        bytes = [...bytes, ...random.pick(all)];
        break;
      case 8:
        bytes[at] = random.below(256);
        break;
    }
  }
  return new Uint8Array(bytes.slice(0, MAX_INPUT_BYTES));
}

function lineStart(bytes: readonly number[], at: number): number {
  const feed = bytes.indexOf(10, at);
  return feed === -1 ? bytes.length : feed + 1;
}

function latin1(text: string): number[] {
  return [...text].map((char) => char.charCodeAt(0));
}

/** One request, as a server understood it. */
export interface Understood {
  readonly method: string;
  readonly target: string;
  /** Digest of the body. */
  readonly body: string;
  /** Whether its end came. */
  complete: boolean;
  /** Whether the connection stays open after it. */
  readonly keepAlive: boolean;
}

/** What a server made of an input. */
export interface Verdict {
  readonly requests: Understood[];
  /** Why it stopped; `undefined` if it wants more bytes, or the input ended in order. */
  readonly fault: string | undefined;
}

/** The parser's verdict on an input that comes in these pieces; throws if it does not come to an end. */
export function judge(pieces: readonly Uint8Array[]): Verdict {
  const parser = new RequestParser(PARSER_DEFAULTS);
  const requests: (Understood & { hash?: ReturnType<typeof createHash> })[] = [];
  let hash = createHash("sha1");
  const finish = (complete: boolean): void => {
    const last = requests.at(-1);
    if (!last) return;
    requests[requests.length - 1] = { ...last, body: hash.copy().digest("hex"), complete };
  };
  let pushed = new Uint8Array(0);
  for (const piece of pieces) {
    if (parser.done) pushed.fill(0xff); // the socket's next read comes to the same memory
    pushed = piece.slice();
    parser.push(pushed);
    for (let steps = 0;; steps++) {
      if (steps > 4 * MAX_INPUT_BYTES) throw new Error("The parser does not come to an end");
      const event = parser.next();
      if (event === "more") break;
      if (event === "fault") {
        if (parser.inBody) finish(false);
        return { requests, fault: parser.fault };
      }
      if (event === "data") {
        hash.update(parser.takeData());
        parser.giveBack();
      } else if (event === "end") finish(true);
      else {
        const { head } = parser;
        hash = createHash("sha1");
        checkHead(head);
        requests.push({
          method: head.method,
          target: head.target,
          body: "",
          complete: false,
          keepAlive: (head.flags & FLAG.keepAlive) !== 0,
        });
        if (!head.hasBody) finish(true);
      }
    }
  }
  if (parser.inBody) finish(false);
  return { requests, fault: undefined };
}

/** What no accepted head may hold, checked apart from the parser. */
function checkHead(head: RequestParser["head"]): void {
  if (!/^[A-Z][A-Z-]{0,31}$/.test(head.method)) throw new Error(`Accepted method ${head.method}`);
  if (!/^[\x21\x22\x24-\x7e]+$/.test(head.target)) {
    throw new Error(`Accepted target ${head.target}`);
  }
  for (let i = 0; i < head.fieldCount; i++) {
    if (!/^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(head.name(i))) throw new Error("Accepted header name");
    // deno-lint-ignore no-control-regex
    if (/[\x00-\x08\x0a-\x1f\x7f]|^[ \t]|[ \t]$/.test(head.value(i))) {
      throw new Error(`Accepted value of ${head.name(i)}`);
    }
  }
  const lengths = head.get("content-length");
  const codings = head.get("transfer-encoding");
  if (lengths !== undefined && (codings !== undefined || !/^(0|[1-9]\d*)$/.test(lengths))) {
    throw new Error("Accepted framing that others read differently");
  }
  if (codings !== undefined && codings.toLowerCase() !== "chunked") {
    throw new Error(`Accepted coding ${codings}`);
  }
}

/** Checks everything that must hold for an input; throws with what does not. */
export function check(input: Uint8Array, random: Random): Verdict {
  const whole = judge([input]);
  const bytewise = input.length <= 4096 ? judge(cut(input, () => 1)) : whole;
  const pieces = judge(cut(input, () => 1 + random.below(random.pick([4, 40, 4000]))));
  for (const [how, other] of [["byte by byte", bytewise], ["in pieces", pieces]] as const) {
    if (JSON.stringify(other) !== JSON.stringify(whole)) {
      throw new Error(
        `Read ${how} it means something else: ${JSON.stringify(other)} not ${
          JSON.stringify(whole)
        }`,
      );
    }
  }
  return whole;
}

function cut(input: Uint8Array, size: () => number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < input.length;) {
    const next = at + size();
    pieces.push(input.subarray(at, next));
    at = next;
  }
  return pieces;
}
