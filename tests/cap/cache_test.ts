/** What a verifier remembers: that signatures verify, and nothing that could change. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import { Cap, caveat, issue, MemoryRevocations, revoke, Verifier } from "../../cap.ts";
import { ByteCache } from "../../src/cap/byte_cache.ts";
import { areZero } from "../../src/cap/layout.ts";
import { sameBytes, sameWords } from "../../src/cap/same_bytes.ts";
import { chainOf, judge, keysOf, NOW, OP, signerOf, verifierOf } from "./support.ts";

/** Counts WebCrypto's calls while `run` runs. */
async function countCrypto(
  run: () => Promise<unknown>,
): Promise<Record<string, number>> {
  const { subtle } = crypto;
  const counts: Record<string, number> = { verify: 0, digest: 0, importKey: 0 };
  const originals = {
    verify: subtle.verify,
    digest: subtle.digest,
    importKey: subtle.importKey,
  };
  for (const name of Object.keys(originals) as (keyof typeof originals)[]) {
    Object.defineProperty(subtle, name, {
      configurable: true,
      writable: true,
      value: (...args: unknown[]) => {
        counts[name]!++;
        return (originals[name] as (...args: unknown[]) => unknown).apply(
          subtle,
          args,
        );
      },
    });
  }
  try {
    await run();
  } finally {
    for (const name of Object.keys(originals)) {
      Reflect.deleteProperty(subtle, name);
    }
  }
  return counts;
}

test("a chain seen before costs no cryptography, from fresh bytes", async () => {
  const honest = await chainOf(3);
  const verifier = verifierOf(honest);
  const fresh = () => ({
    ...honest,
    leaf: Cap.wrap(honest.leaf.raw().slice()),
    chain: honest.chain.map((cap) => Cap.wrap(cap.raw().slice())),
  });
  const first = await countCrypto(async () => {
    assertEquals(await judge(verifier, fresh()), "valid");
  });
  assertEquals(first, { verify: 3, digest: 5, importKey: 3 });
  const again = await countCrypto(async () => {
    assertEquals(await judge(verifier, fresh()), "valid");
  });
  assertEquals(again, { verify: 0, digest: 0, importKey: 0 });
});

test("imported keys are remembered, and a cache of size 0 remembers no capability", async () => {
  const honest = await chainOf(3);
  const verifier = verifierOf(honest, { cacheSize: 0 });
  assertEquals(await judge(verifier, honest), "valid");
  const again = await countCrypto(async () => {
    assertEquals(await judge(verifier, honest), "valid");
  });
  assertEquals(again, { verify: 3, digest: 2, importKey: 0 });
});

test("a cached chain is refused once it is revoked, expired, or its issuer forgotten", async () => {
  const honest = await chainOf(3);
  const keys = keysOf(honest.signers);
  let isKnown = true;
  const revocations = new MemoryRevocations(() => NOW);
  const verifier = new Verifier({
    issuerKey: (hash) => isKnown ? keys(hash) : null,
    isRevoked: (id) => revocations.isRevoked(id),
  });
  for (let i = 0; i < 3; i++) {
    assertEquals(await judge(verifier, honest), "valid");
  }
  isKnown = false;
  assertEquals(await judge(verifier, honest), "issuer_unknown");
  isKnown = true;
  assertEquals(await judge(verifier, honest), "valid");
  const root = honest.chain[1]!;
  const revocation = await revoke(root, NOW, honest.signers[0]!);
  await revocations.add({ revocation, expiresAt: 0n });
  assertEquals(await judge(verifier, honest), "revoked");
  assertEquals(await judge(verifier, honest), "revoked");
});

test("operation, target, holder and time are compared also where the chain is cached", async () => {
  const honest = await chainOf(2);
  const verifier = verifierOf(honest);
  const at = async (op: bigint, target: Uint8Array, holder: Uint8Array) =>
    (await verifier.verifyChain(
      honest.leaf,
      honest.chain,
      op,
      target,
      holder,
      NOW,
    ))?.code ??
      "valid";
  const { holder } = honest;
  const target = honest.leaf.target();
  for (let i = 0; i < 2; i++) {
    assertEquals(await at(OP, target, holder), "valid");
    assertEquals(await at(1n << 20n, target, holder), "op_not_permitted");
    assertEquals(await at(0n, target, holder), "op_not_permitted");
    assertEquals(await at(OP, holder, holder), "target_mismatch");
    assertEquals(await at(OP, target, target), "holder_mismatch");
  }
});

test("caveats are evaluated also where the chain is cached, against each request's own context", async () => {
  const honest = await chainOf(2, [[caveat.audience("a")], [caveat.ipCidr("10.0.0.0/8")]]);
  const verifier = verifierOf(honest, { caveats: {} });
  for (let time = 0; time < 2; time++) {
    assertEquals(await judge(verifier, honest, { audience: "a", ip: "10.1.2.3" }), "valid");
    assertEquals(await judge(verifier, honest, { audience: "a" }), "caveat_violation");
    assertEquals(
      await judge(verifier, honest, { audience: "b", ip: "10.1.2.3" }),
      "caveat_violation",
    );
    assertEquals(await judge(verifier, honest), "caveat_violation");
  }
});

test("revocation beside verification: once a revocation is kept, no verification passes", async () => {
  const honest = await chainOf(3);
  const revocations = new MemoryRevocations(() => NOW);
  const verifier = verifierOf(honest, {
    isRevoked: (id) => revocations.isRevoked(id),
  });
  const revocation = await revoke(honest.leaf, NOW, honest.signers[2]!);
  const running: Promise<string>[] = [];
  let keptAt = Infinity;
  for (let i = 0; i < 200; i++) {
    if (i === 100) {
      await revocations.add({ revocation, expiresAt: 0n });
      keptAt = i;
    }
    running.push(judge(verifier, honest));
    if (i % 7 === 0) await Promise.resolve();
  }
  const codes = await Promise.all(running);
  assertEquals(codes.slice(keptAt), Array(100).fill("revoked"));
  assert(
    codes.slice(0, keptAt).every((code) => code === "valid" || code === "revoked"),
  );
  assertEquals(await judge(verifier, honest), "revoked");
});

test("two revocations at once, from stores that answer later", async () => {
  const honest = await chainOf(2);
  const pending: ((answer: boolean) => void)[] = [];
  const verifier = verifierOf(honest, {
    isRevoked: () => new Promise<boolean>((resolve) => pending.push(resolve)),
  });
  const settle = (answers: boolean[]) => pending.splice(0).forEach((fn, i) => fn(answers[i]!));
  for (
    const [answers, code] of [[[false, false], "valid"], [
      [true, false],
      "revoked",
    ], [[
      false,
      true,
    ], "revoked"]] as [boolean[], string][]
  ) {
    const verdict = judge(verifier, honest);
    while (pending.length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    settle(answers);
    assertEquals(await verdict, code);
  }
});

test("the cache is bounded, and drops what was used longest ago", async () => {
  const owner = await signerOf(1);
  const caps = await Promise.all(
    Array.from(
      { length: 5 },
      (_, i) => issue({ kind: i, permissions: OP }, owner),
    ),
  );
  const verifier = new Verifier({
    issuerKey: () => owner.publicKey(),
    cacheSize: 2,
  });
  const verifies = (...indexes: number[]) =>
    countCrypto(async () => {
      for (const i of indexes) {
        assertEquals(await verifier.verify(caps[i]!, NOW), null);
      }
    });
  assertEquals((await verifies(0, 1)).verify, 2);
  assertEquals((await verifies(0, 1)).verify, 0);
  assertEquals((await verifies(0, 2)).verify, 1);
  assertEquals((await verifies(0, 2)).verify, 0);
  assertEquals((await verifies(1)).verify, 1);
});

test("ByteCache: keys with the same first bytes are told apart, deletion is exact", () => {
  const cache = new ByteCache<string>(2, 0);
  const key = (last: number, length = 8) => {
    const bytes = new Uint8Array(length);
    bytes[length - 1] = last;
    return bytes;
  };
  cache.set(key(1), "one");
  assertEquals(cache.get(key(2)), undefined);
  assertEquals(cache.get(key(1, 9)), undefined);
  assertEquals(cache.get(key(1)), "one");
  cache.delete(key(2));
  assertEquals(cache.get(key(1)), "one");
  cache.set(key(2), "two");
  assertEquals(cache.get(key(1)), undefined);
  assertEquals(cache.get(key(2)), "two");
  assertEquals(cache.size, 1);
  cache.delete(key(2));
  assertEquals(cache.size, 0);
  for (let i = 0; i < 9; i++) cache.set(Uint8Array.of(i, 0, 0, 0, 7), "x");
  assertEquals(cache.size, 2);
  for (let i = 0; i < 5; i++) {
    assertEquals(cache.get(new Uint8Array(i)), undefined);
  }
});

test("long byte strings are equal only in every byte, with memcmp and without", () => {
  for (const same of [sameBytes, sameWords]) {
    for (const length of [0, 1, 3, 4, 5, 3592]) {
      const memory = new Uint8Array(length + 1).fill(7);
      const [a, b] = [new Uint8Array(length).fill(7), memory.subarray(1)];
      assertEquals(same(a, b), true);
      assertEquals(same(a, memory), false);
      for (let at = 0; at < length; at++) {
        b[at]! ^= 0x80;
        assertEquals(same(a, b), false, `byte ${at} of ${length}`);
        b[at]! ^= 0x80;
      }
    }
  }
});

test("zeroes are zeroes only if every byte is, wherever they stand in memory", () => {
  const memory = new Uint8Array(3600);
  for (let from = 0; from < 9; from++) {
    for (const length of [0, 1, 31, 32, 63, 64, 65, 100, 3343]) {
      const data = memory.subarray(1);
      assertEquals(areZero(data, from, from + length), true);
      for (let at = from - 1; at <= from + length; at++) {
        if (at < 0) continue;
        data[at] = 0x80;
        const isInside = at >= from && at < from + length;
        assertEquals(areZero(data, from, from + length), !isInside, `${at} of ${from} + ${length}`);
        data[at] = 0;
      }
    }
  }
});
