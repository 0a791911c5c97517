/** Every case of the Go reference's vectors: bytes, ids, re-issued bytes, verdicts. */

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { fromHex, toHex, vectors } from "../support/vectors.ts";
import {
  attenuate,
  Cap,
  CapError,
  decodeRevocation,
  Ed25519Signer,
  encodeRevocation,
  hash32,
  issue,
  revoke,
  Verifier,
  verifyRevocation,
} from "../../cap.ts";

interface Single {
  readonly canonical: string;
  readonly caveats: { kind: number; value: string }[] | null;
  readonly expiresAt: string;
  readonly hex: string;
  readonly holder: string;
  readonly id: string;
  readonly issuedAt: string;
  readonly kind: number;
  readonly note: string;
  readonly now: number;
  readonly permissions: string;
  readonly publicKey: string;
  readonly seed: string;
  readonly target: string;
  readonly verify: string;
}

interface Chain {
  readonly attenuateError?: string;
  readonly h1Pub: string;
  readonly h1Seed: string;
  readonly h2Pub: string;
  readonly holder: string;
  readonly leaf: string;
  readonly note: string;
  readonly now: number;
  readonly op: string;
  readonly revoked: string;
  readonly root: string;
  readonly rootPub: string;
  readonly strangerPub: string;
  readonly target: string;
  readonly verifyChain: string;
}

interface RevocationCase {
  readonly cap: string;
  readonly hex: string;
  readonly publicKey: string;
  readonly revokedAt: number;
  readonly seed: string;
  readonly verify: string;
}

const { single, chains, revocations } = vectors<{
  single: Single[];
  chains: Chain[];
  revocations: RevocationCase[];
}>("cap.json");

/** A registry that knows these raw keys by their hashes. */
async function registry(
  ...keys: string[]
): Promise<(hash: Uint8Array) => Uint8Array | null> {
  const known = new Map<string, Uint8Array>();
  for (const key of keys) {
    known.set(toHex(await hash32(fromHex(key))), fromHex(key));
  }
  return (hash) => known.get(toHex(hash)) ?? null;
}

function code(verdict: CapError | null): string {
  return verdict?.code ?? "";
}

test("vectors: single capabilities have the reference's fields, canonical bytes and ids", async () => {
  assertEquals(single.length, 60);
  for (const v of single) {
    const cap = Cap.wrap(fromHex(v.hex));
    assertEquals(toHex(cap.raw()), v.hex);
    assertEquals(toHex(cap.canonicalBytes()), v.canonical);
    assertEquals(toHex(await cap.id()), v.id);
    assertEquals(cap.numCaveats(), v.caveats?.length ?? 0);
    if (v.note.startsWith("flip")) continue;
    assertEquals(cap.kind(), v.kind);
    assertEquals(toHex(cap.target()), v.target);
    assertEquals(toHex(cap.holder()), v.holder);
    assertEquals(cap.permissions(), BigInt(v.permissions));
    assertEquals(cap.issuedAt(), BigInt(v.issuedAt));
    assertEquals(cap.expiresAt(), BigInt(v.expiresAt));
    assertEquals(
      cap.caveats().map(({ kind, value }) => ({ kind, value: toHex(value) })),
      v.caveats ?? [],
    );
  }
});

test("vectors: single capabilities get the reference's verdicts, also a second time from the cache", async () => {
  for (const v of single) {
    const verifier = new Verifier({ issuerKey: await registry(v.publicKey) });
    for (let i = 0; i < 2; i++) {
      const verdict = await verifier.verify(
        Cap.wrap(fromHex(v.hex)),
        BigInt(v.now),
      );
      assertEquals(code(verdict), v.verify, `${v.note}, time ${i}`);
    }
  }
});

test("vectors: re-issued capabilities are the reference's byte for byte", async () => {
  let reissued = 0;
  for (const v of single) {
    if (v.note !== "honest" && v.note !== "late clock") continue;
    const signer = await Ed25519Signer.fromSeed(fromHex(v.seed));
    const cap = await issue({
      kind: v.kind,
      target: fromHex(v.target),
      holder: fromHex(v.holder),
      permissions: BigInt(v.permissions),
      issuedAt: BigInt(v.issuedAt),
      expiresAt: BigInt(v.expiresAt),
      caveats: (v.caveats ?? []).map(({ kind, value }) => ({
        kind,
        value: fromHex(value),
      })),
    }, signer);
    assertEquals(toHex(cap.raw()), v.hex);
    assertEquals(toHex(await cap.id()), v.id);
    reissued++;
  }
  assertEquals(
    reissued,
    single.filter((v) => /honest|late clock/.test(v.note)).length,
  );
  assert(reissued > 20);
});

test("vectors: chains get the reference's verdicts, also a second time from the cache", async () => {
  let checked = 0;
  for (const v of chains) {
    if (v.attenuateError !== undefined) continue;
    const verifier = new Verifier({
      issuerKey: await registry(v.rootPub, v.h1Pub, v.h2Pub, v.strangerPub),
      isRevoked: (id) => toHex(id) === v.revoked,
    });
    for (let i = 0; i < 2; i++) {
      const verdict = await verifier.verifyChain(
        Cap.wrap(fromHex(v.leaf)),
        [Cap.wrap(fromHex(v.root))],
        BigInt(v.op),
        fromHex(v.target),
        fromHex(v.holder),
        BigInt(v.now),
      );
      assertEquals(code(verdict), v.verifyChain, `${v.note}, time ${i}`);
    }
    checked++;
  }
  assertEquals(
    checked,
    chains.filter((v) => v.attenuateError === undefined).length,
  );
});

test("vectors: what the reference refuses to attenuate is refused", async () => {
  const refused = chains.filter((v) => v.attenuateError !== undefined);
  assert(refused.length > 0);
  for (const v of refused) {
    const signer = await Ed25519Signer.fromSeed(fromHex(v.h1Seed));
    const root = Cap.wrap(fromHex(v.root));
    const error = await assertRejects(
      () => attenuate(root, fromHex(v.holder), BigInt(v.op), undefined, 0n, signer),
      CapError,
    );
    assertEquals(error.code, v.attenuateError);
  }
});

test("vectors: revocations are the reference's byte for byte and get its verdicts", async () => {
  assertEquals(revocations.length, 28);
  for (const v of revocations) {
    const decoded = decodeRevocation(fromHex(v.hex));
    assertEquals(toHex(encodeRevocation(decoded)), v.hex);
    assertEquals(decoded.revokedAt, BigInt(v.revokedAt));
    assertEquals(
      code(await verifyRevocation(decoded, fromHex(v.publicKey))),
      v.verify,
    );
    const signer = await Ed25519Signer.fromSeed(fromHex(v.seed));
    const again = await revoke(
      Cap.wrap(fromHex(v.cap)),
      BigInt(v.revokedAt),
      signer,
    );
    assertEquals(toHex(encodeRevocation(again)), v.hex);
  }
});
