/**
 * Capabilities against `@zap-proto/zap/cap`, which is synchronous, in one alternating run: rounds of
 * both in turn, median of the rounds' rates. Run it with `npm run bench cap`, which bundles it and
 * starts it on each runtime (`scripts/bench_cap.ts`).
 *
 * Every operation starts from bytes, as a request does. "cold" remembers keys but no capability;
 * "cached" has seen the capabilities before. "WebCrypto alone" is `crypto.subtle.verify` with an
 * imported key and nothing around it, once for a capability and three times for a chain: what a cold
 * verification on WebCrypto cannot pass.
 */

import * as peer from "@zap-proto/zap/cap";
import { attenuate, Cap, CapKind, Ed25519Signer, issue, Perm, Verifier } from "../cap.ts";

const ROUND_MS = 150;
const ROUNDS = 7;
const NOW = 1_750_000_000n;
const OP = 1n;

const seeds = [1, 2, 3].map((n) => new Uint8Array(32).fill(n));
const signers = await Promise.all(
  seeds.map((seed) => Ed25519Signer.fromSeed(seed)),
);
const peerSigners = seeds.map((seed) => peer.Ed25519Signer.fromSeed(seed));
const [owner, first, second] = signers as [
  Ed25519Signer,
  Ed25519Signer,
  Ed25519Signer,
];
const target = new Uint8Array(32).fill(9);
const holder = new Uint8Array(32).fill(8);

const issuance = {
  kind: CapKind.KMSSign,
  target,
  holder: first.public(),
  permissions: OP | Perm.Attenuate,
  issuedAt: NOW,
};
const root = await issue(issuance, owner);
const middle = await attenuate(
  root,
  second.public(),
  OP | Perm.Attenuate,
  undefined,
  0n,
  first,
);
const leaf = await attenuate(middle, holder, OP, undefined, 0n, second);
const bytes = [leaf, middle, root].map((cap) => cap.raw());

/** The three issuers; a few byte compares, so that neither side is measured by its registry. */
const keys = signers.map((signer) => [signer.public()[0], signer.publicKey()] as const);
function issuerKey(hash: Uint8Array): Uint8Array | null {
  for (const [byte, key] of keys) if (byte === hash[0]) return key;
  return null;
}

const cold = new Verifier({ issuerKey, cacheSize: 0 });
const cached = new Verifier({ issuerKey });
const peerVerifier = new peer.Verifier({ issuerKey });

function assertHolds(verdict: unknown): void {
  if (verdict !== null) {
    throw new Error(`Expected a verdict of null, not ${verdict}`);
  }
}

async function verifyBy(verifier: Verifier): Promise<void> {
  assertHolds(await verifier.verify(Cap.wrap(bytes[2]!), NOW));
}

async function verifyChainBy(verifier: Verifier): Promise<void> {
  const [leaf, ...chain] = bytes.map((raw) => Cap.wrap(raw)) as [Cap, Cap, Cap];
  assertHolds(await verifier.verifyChain(leaf, chain, OP, target, holder, NOW));
}

function peerVerify(): void {
  assertHolds(peerVerifier.verify(peer.Cap.wrap(bytes[2]!), NOW));
}

function peerVerifyChain(): void {
  const [leaf, ...chain] = bytes.map((raw) => peer.Cap.wrap(raw)) as [
    peer.Cap,
    peer.Cap,
    peer.Cap,
  ];
  assertHolds(peerVerifier.verifyChain(leaf, chain, OP, target, holder, NOW));
}

const subtleKeys = await Promise.all(
  [second, first, owner].map((signer) => {
    const raw = signer.publicKey() as Uint8Array<ArrayBuffer>;
    return crypto.subtle.importKey("raw", raw, "Ed25519", false, ["verify"]);
  }),
);
const signed = [leaf, middle, root].map((cap, i) => ({
  key: subtleKeys[i]!,
  signature: cap.signature().slice(0, 64) as Uint8Array<ArrayBuffer>,
  payload: cap.canonicalBytes() as Uint8Array<ArrayBuffer>,
}));

function subtleVerify(
  { key, signature, payload }: typeof signed[number],
): Promise<boolean> {
  return crypto.subtle.verify("Ed25519", key, signature, payload);
}

async function verifyAlone(): Promise<void> {
  assertHolds(await subtleVerify(signed[2]!) ? null : "invalid");
}

async function verifyChainAlone(): Promise<void> {
  const verdicts = await Promise.all(signed.map(subtleVerify));
  assertHolds(verdicts.every(Boolean) ? null : "invalid");
}

type Operation = () => void | Promise<void>;
const peerIssue: Operation = () => void peer.issue(issuance, peerSigners[0]!);

/** What is measured, and by which factor of the peer's rate it is judged (issue 4): Node, others. */
const CASES: readonly [
  name: string,
  inProgress: number,
  ours: Operation,
  theirs: Operation,
  node: number,
  others: number,
][] = [
  ["issue", 1, async () => void await issue(issuance, owner), peerIssue, 0, 0],
  ["issue", 64, async () => void await issue(issuance, owner), peerIssue, 0, 0],
  ["verify: WebCrypto alone", 1, verifyAlone, peerVerify, 0, 0],
  ["verify: WebCrypto alone", 64, verifyAlone, peerVerify, 0, 0],
  ["chain: WebCrypto alone", 1, verifyChainAlone, peerVerifyChain, 0, 0],
  ["chain: WebCrypto alone", 64, verifyChainAlone, peerVerifyChain, 0, 0],
  ["verify cold", 1, () => verifyBy(cold), peerVerify, 1.5, 0.85],
  ["verify cold", 64, () => verifyBy(cold), peerVerify, 2, 1.2],
  [
    "verifyChain cold",
    1,
    () => verifyChainBy(cold),
    peerVerifyChain,
    1.5,
    0.85,
  ],
  ["verifyChain cold", 64, () => verifyChainBy(cold), peerVerifyChain, 2, 1.2],
  ["verify cached", 1, () => verifyBy(cached), peerVerify, 20, 20],
  ["verify cached", 64, () => verifyBy(cached), peerVerify, 20, 20],
  [
    "verifyChain cached",
    1,
    () => verifyChainBy(cached),
    peerVerifyChain,
    20,
    20,
  ],
  [
    "verifyChain cached",
    64,
    () => verifyChainBy(cached),
    peerVerifyChain,
    20,
    20,
  ],
];

/** Operations a second, over one round. */
async function round(
  operation: Operation,
  inProgress: number,
): Promise<number> {
  const start = performance.now();
  let done = 0;
  let elapsed = 0;
  while (elapsed < ROUND_MS) {
    if (inProgress === 1) await operation();
    else await Promise.all(Array.from({ length: inProgress }, operation));
    done += inProgress;
    elapsed = performance.now() - start;
  }
  return done / elapsed * 1000;
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1]!;
}

const engine = globalThis as { Deno?: unknown; Bun?: unknown };
const runtime = engine.Deno ? "deno" : engine.Bun ? "bun" : "node";
const rows = [];
for (const [name, inProgress, ours, theirs, node, others] of CASES) {
  await round(ours, inProgress);
  await round(theirs, inProgress);
  const rates: [number[], number[]] = [[], []];
  for (let i = 0; i < ROUNDS; i++) {
    rates[0].push(await round(ours, inProgress));
    rates[1].push(await round(theirs, inProgress));
  }
  const [rate, peerRate] = rates.map(median) as [number, number];
  const ratio = rate / peerRate;
  rows.push({
    name,
    inProgress,
    rate,
    peerRate,
    ratio,
    goal: runtime === "node" ? node : others,
  });
}

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ runtime, rows }));
} else {
  console.log(
    `${runtime}: operations a second, ours / @zap-proto/zap, ratio (goal)`,
  );
  for (const { name, inProgress, rate, peerRate, ratio, goal } of rows) {
    const rates = `${rate.toFixed(0).padStart(8)} / ${peerRate.toFixed(0).padStart(6)}`;
    const met = goal === 0 ? "" : ` (${goal})${ratio >= goal ? "" : " MISSED"}`;
    console.log(
      `${name.padEnd(23)} ${String(inProgress).padStart(2)} ${rates} ${ratio.toFixed(2)}${met}`,
    );
  }
}
