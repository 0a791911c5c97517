/**
 * Capabilities against `@zap-proto/zap/cap`, which is synchronous, in one alternating run: short
 * rounds of both in turn, median of the rounds' rates. The rounds are short because one verification
 * at a time measures how fast a sleeping thread wakes up, and that changes from second to second.
 * Run it with `npm run bench cap`, which bundles it and starts it on each runtime
 * (`scripts/bench_cap.ts`).
 *
 * Every operation starts from bytes, as a request does. "cold" remembers keys but no capability;
 * "cached" has seen the capabilities before; "revocable" asks a list of revocations, for which each
 * capability's id is needed. "WebCrypto alone" runs in the same alternation: `crypto.subtle` with
 * imported keys and nothing around it, one signature, or a chain's three signatures and the ids of its
 * two parents, started together. Nothing that is built on WebCrypto can pass it.
 */

import * as peer from "@zap-proto/zap/cap";
import { attenuate, Cap, CapKind, Ed25519Signer, issue, Perm, Verifier } from "../cap.ts";
import { MlDsa65Signer, schemeVerify } from "../src/cap/schemes/mod.ts";

const ROUND_MS = 20;
const ROUNDS = 41;
const WARM_UP = 5;
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

/** No list at all: what is measured is the id that it is asked with. */
const isRevoked = (id: Uint8Array): boolean => id.length !== 32;

const cold = new Verifier({ issuerKey, cacheSize: 0 });
const cached = new Verifier({ issuerKey });
const coldRevocable = new Verifier({ issuerKey, isRevoked, cacheSize: 0 });
const cachedRevocable = new Verifier({ issuerKey, isRevoked });
const peerVerifier = new peer.Verifier({ issuerKey });
const peerRevocable = new peer.Verifier({ issuerKey, isRevoked });

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

function peerVerify(verifier: peer.Verifier = peerVerifier): void {
  assertHolds(verifier.verify(peer.Cap.wrap(bytes[2]!), NOW));
}

function peerVerifyChain(verifier: peer.Verifier = peerVerifier): void {
  const [leaf, ...chain] = bytes.map((raw) => peer.Cap.wrap(raw)) as [
    peer.Cap,
    peer.Cap,
    peer.Cap,
  ];
  assertHolds(verifier.verifyChain(leaf, chain, OP, target, holder, NOW));
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

const named = [middle, root].map((cap) =>
  new Uint8Array([...cap.canonicalBytes(), ...cap.signature()])
);

async function verifyChainAlone(): Promise<void> {
  const ids = named.map((bytes) => crypto.subtle.digest("SHA-256", bytes));
  const verdicts = await Promise.all([...signed.map(subtleVerify), ...ids]);
  assertHolds(verdicts.every(Boolean) ? null : "invalid");
}

const { privateKey } = await crypto.subtle.generateKey("Ed25519", false, [
  "sign",
  "verify",
]) as CryptoKeyPair;

async function signAlone(): Promise<void> {
  const signature = await crypto.subtle.sign("Ed25519", privateKey, signed[2]!.payload);
  assertHolds(signature.byteLength === 64 ? null : "invalid");
}

const mlDsa = await MlDsa65Signer.generate();
const mlDsaToken = (await issue(issuance, mlDsa)).raw();
const mlDsaVerifier = new Verifier({
  issuerKey: () => mlDsa.publicKey(),
  schemeVerify,
  cacheSize: 0,
});

async function verifyMlDsa(): Promise<void> {
  assertHolds(await mlDsaVerifier.verify(Cap.wrap(mlDsaToken), NOW));
}

type Operation = () => void | Promise<void>;

/** What is measured, and by which factor of the peer's rate it is judged (issue 4): Node, others. */
interface Case {
  readonly name: string;
  readonly ours: Operation;
  /** `undefined` where the peer has no such thing. */
  readonly theirs?: Operation;
  /** The same by WebCrypto alone. */
  readonly alone?: Operation;
  /** Goals with 1 in progress and with 64; none: not judged. */
  readonly node?: readonly [one: number, many: number];
  readonly others?: readonly [one: number, many: number];
}

const onePeer: Operation = () => peerVerify();
const chainPeer: Operation = () => peerVerifyChain();
const COLD = { node: [1.5, 2], others: [0.85, 1.2] } as const;
const CACHED = { node: [20, 20], others: [20, 20] } as const;
const CASES: readonly Case[] = [
  { name: "issue", ours: ourIssue, theirs: peerIssue, alone: signAlone },
  {
    name: "verify cold",
    ours: () => verifyBy(cold),
    theirs: onePeer,
    alone: verifyAlone,
    ...COLD,
  },
  {
    name: "verifyChain cold",
    ours: () => verifyChainBy(cold),
    theirs: chainPeer,
    alone: verifyChainAlone,
    ...COLD,
  },
  {
    name: "verify cold, revocable",
    ours: () => verifyBy(coldRevocable),
    theirs: () => peerVerify(peerRevocable),
  },
  {
    name: "verifyChain cold, revocable",
    ours: () => verifyChainBy(coldRevocable),
    theirs: () => peerVerifyChain(peerRevocable),
  },
  { name: "verify cached", ours: () => verifyBy(cached), theirs: onePeer, ...CACHED },
  { name: "verifyChain cached", ours: () => verifyChainBy(cached), theirs: chainPeer, ...CACHED },
  {
    name: "verifyChain cached, revocable",
    ours: () => verifyChainBy(cachedRevocable),
    theirs: () => peerVerifyChain(peerRevocable),
  },
  { name: "verify cold, ML-DSA-65", ours: verifyMlDsa },
];

async function ourIssue(): Promise<void> {
  await issue(issuance, owner);
}

function peerIssue(): void {
  peer.issue(issuance, peerSigners[0]!);
}

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
const rows: {
  name: string;
  inProgress: number;
  rate: number;
  peerRate: number | null;
  ratio: number | null;
  aloneRatio: number | null;
  goal: number;
}[] = [];
for (const { name, ours, theirs, alone, ...goals } of CASES) {
  for (const [place, inProgress] of [1, 64].entries()) {
    const all = [ours, theirs, alone];
    const rates: number[][] = all.map(() => []);
    for (let i = -WARM_UP; i < ROUNDS; i++) {
      for (const [k, one] of all.entries()) {
        const rate = one ? await round(one, inProgress) : NaN;
        if (i >= 0) rates[k]!.push(rate);
      }
    }
    const [rate, peerRate, aloneRate] = rates.map(median) as [number, number, number];
    rows.push({
      name,
      inProgress,
      rate,
      peerRate: theirs ? peerRate : null,
      ratio: theirs ? rate / peerRate : null,
      aloneRatio: theirs && alone ? aloneRate / peerRate : null,
      goal: (runtime === "node" ? goals.node : goals.others)?.[place] ?? 0,
    });
  }
}

if (process.argv.includes("--json")) {
  console.log(JSON.stringify({ runtime, rows }));
} else {
  console.log(`${runtime}: operations a second, ours / @zap-proto/zap, ratio (goal)`);
  for (const { name, inProgress, rate, peerRate, ratio, aloneRatio, goal } of rows) {
    let line = `${name.padEnd(29)} ${String(inProgress).padStart(2)} ${
      rate.toFixed(0).padStart(8)
    }`;
    if (ratio !== null) line += ` / ${peerRate!.toFixed(0).padStart(6)} ${ratio.toFixed(2)}`;
    if (goal !== 0) line += ` (${goal})${ratio! >= goal ? "" : " MISSED"}`;
    if (aloneRatio !== null) line += `, WebCrypto alone ${aloneRatio.toFixed(2)}`;
    console.log(line);
  }
}
