/**
 * Fuzzes the HTTP parser for as long as one likes: inputs made from `tests/corpus/http`, read whole,
 * in pieces and byte by byte; and the same inputs given to `node:http`, whose reading may be laxer
 * but must never be another one. What breaks is saved to `tests/corpus/http-crashes`, where the
 * tests replay it.
 *
 * Usage: npx tsx scripts/fuzz_http.ts [--seconds 30] [--seed 1] [--no-differential]
 */

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import process from "node:process";
import { Duplex } from "node:stream";
import { parseArgs } from "node:util";
import {
  check,
  crashes,
  mutate,
  Random,
  seeds,
  type Understood,
  type Verdict,
} from "../tests/http/fuzz_support.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "30" },
    seed: { type: "string", default: String(Date.now() % 2 ** 31) },
    "no-differential": { type: "boolean", default: false },
  },
});

const random = new Random(Number(values.seed));
const all = [...seeds(), ...crashes()].map(([, bytes]) => bytes);
const until = Date.now() + Number(values.seconds) * 1000;
const counts = {
  inputs: 0,
  accepted: 0,
  refused: 0,
  stricter: 0,
  laxer: 0,
  broken: 0,
};
const refusals = new Map<string, number>();
const laxer = new Map<string, number>();

console.log(`seed ${values.seed}, ${all.length} seeds`);
while (Date.now() < until) {
  const input = mutate(random, all);
  counts.inputs++;
  let verdict: Verdict;
  try {
    verdict = check(input, random);
  } catch (error) {
    broken(input, (error as Error).message);
    continue;
  }
  if (verdict.fault === undefined) counts.accepted++;
  else counts.refused++;
  if (verdict.fault) {
    refusals.set(verdict.fault, (refusals.get(verdict.fault) ?? 0) + 1);
  }
  if (!values["no-differential"]) await compare(input, verdict);
}
console.log(counts);
console.log(
  "refusals:",
  Object.fromEntries([...refusals].sort((a, b) => b[1] - a[1])),
);
console.log("accepted here, refused by node:http:", Object.fromEntries(laxer));
process.exitCode = counts.broken === 0 ? 0 : 1;

function broken(input: Uint8Array, why: string): void {
  counts.broken++;
  const name = createHash("sha1").update(input).digest("hex").slice(0, 12);
  const folder = new URL("../tests/corpus/http-crashes/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.http`, folder), input);
  console.error(`BROKEN ${name}.http: ${why}`);
}

/**
 * Both must understand the same requests for as long as both accept. Where node:http refuses what
 * is accepted here, it is counted by its reason, and shown.
 */
async function compare(input: Uint8Array, ours: Verdict): Promise<void> {
  const node = await judgeByNode(input);
  for (let i = 0;; i++) {
    const mine = ours.requests[i];
    const theirs = node.requests[i];
    if (!mine && theirs) counts.stricter++;
    if (mine && !theirs && node.fault !== undefined) {
      counts.laxer++;
      laxer.set(node.fault, (laxer.get(node.fault) ?? 0) + 1);
    }
    if (!mine || !theirs) return;
    const difference = differ(mine, theirs);
    if (difference) {
      return broken(
        input,
        `request ${i}: node:http reads another ${difference}`,
      );
    }
    // What follows is not read: the connection ends, or a fault of the body ends it.
    if (!mine.keepAlive || !mine.complete || !theirs.complete) return;
  }
}

function differ(mine: Understood, theirs: Understood): string | undefined {
  if (mine.method !== theirs.method) {
    return `method: ${mine.method}, ${theirs.method}`;
  }
  if (mine.target !== theirs.target) {
    return `target: ${mine.target}, ${theirs.target}`;
  }
  if (mine.complete && theirs.complete && mine.body !== theirs.body) {
    return "body";
  }
  return undefined;
}

/** What `node:http` makes of an input, over a stream instead of a socket. */
async function judgeByNode(input: Uint8Array): Promise<Verdict> {
  const requests: Understood[] = [];
  let fault: string | undefined;
  const server = createServer(
    { maxHeaderSize: 64 * 1024 },
    (request, response) => {
      const hash = createHash("sha1");
      const at = requests.length;
      const read = (complete: boolean): Understood => ({
        method: request.method!,
        target: request.url!,
        body: hash.copy().digest("hex"),
        complete,
        keepAlive: true,
      });
      requests.push(read(false));
      request.on("data", (chunk) => hash.update(chunk));
      request.on("end", () => requests[at] = read(true));
      request.on("error", () => {});
      response.end();
    },
  );
  server.on(
    "clientError",
    (error) => fault ??= (error as { code?: string }).code ?? "error",
  );
  // Without these two, node:http would hand the socket over or answer by itself.
  server.on("upgrade", () => fault ??= "upgrade");
  server.on("connect", () => fault ??= "connect");
  server.on("checkExpectation", () => fault ??= "expectation");
  const stream = new Duplex({
    read() {},
    write: (_chunk, _encoding, done) => done(),
  });
  stream.on("error", () => {});
  server.emit("connection", stream);
  stream.push(input);
  for (let turn = 0; turn < 4; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  stream.destroy();
  return { requests, fault };
}
