/** Bad input: every change of a valid token is refused, and no failure is taken for a yes. */

import { Buffer } from "node:buffer";
import { test } from "node:test";
import { assert, assertEquals, assertNotEquals, assertRejects, assertThrows } from "@std/assert";
import {
  admitRevocation,
  Cap,
  CapError,
  caveat,
  decodeRevocation,
  type Ed25519Signer,
  encodeRevocation,
  issue,
  MemoryRevocations,
  Perm,
  revoke,
  signatureField,
  Verifier,
} from "../../cap.ts";
import { toHex } from "../support/vectors.ts";
import { chainOf, judge, keysOf, NOW, OP, signerOf, TARGET, verifierOf } from "./support.ts";

/** The verdict on bytes: the code of what was thrown or answered, `"valid"` for none. */
async function verdictOf(
  verifier: Verifier,
  bytes: Uint8Array,
): Promise<string> {
  try {
    const verdict = await verifier.verify(Cap.wrap(bytes), NOW);
    if (verdict !== null) assert(verdict instanceof CapError);
    return verdict?.code ?? "valid";
  } catch (error) {
    assert(error instanceof CapError, String(error));
    return error.code;
  }
}

/** Verdicts on many byte strings, some at a time. */
async function verdictsOf(
  verifier: Verifier,
  all: Iterable<Uint8Array>,
): Promise<string[]> {
  const verdicts: string[] = [];
  let batch: Promise<string>[] = [];
  for (const bytes of all) {
    batch.push(verdictOf(verifier, bytes));
    if (batch.length < 256) continue;
    verdicts.push(...await Promise.all(batch));
    batch = [];
  }
  return [...verdicts, ...await Promise.all(batch)];
}

function* flips(bytes: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    yield flipped;
  }
}

test("every single-bit flip of a valid token is refused, whether or not the token is cached", async () => {
  const owner = await signerOf(1);
  const cap = await issue({
    kind: 1,
    target: TARGET,
    permissions: OP,
    issuedAt: NOW,
    caveats: [caveat.audience("a.example"), {
      kind: 5,
      value: new Uint8Array(0),
    }],
  }, owner);
  const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
  assertEquals(await verdictOf(verifier, cap.raw()), "valid");
  const verdicts = await verdictsOf(verifier, flips(cap.raw()));
  assertEquals(verdicts.length, 8 * cap.raw().length);
  assertEquals(verdicts.filter((code) => code === "valid"), []);
  assertEquals(await verdictOf(verifier, cap.raw()), "valid");
});

test("every truncation of a valid token is refused", async () => {
  const owner = await signerOf(1);
  const cap = await issue({
    kind: 1,
    permissions: OP,
    caveats: [caveat.maxDepth(1)],
  }, owner);
  for (let length = 0; length < cap.raw().length; length++) {
    assertThrows(() => Cap.wrap(cap.raw().slice(0, length)), CapError);
  }
});

test("a token cut short whose header says so is refused", async () => {
  const owner = await signerOf(1);
  const caveats = [caveat.audience("a"), caveat.audience("b")];
  const cap = await issue({ kind: 1, permissions: OP, caveats }, owner);
  const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
  function* cuts(): Generator<Uint8Array> {
    for (let length = 16; length < cap.raw().length; length++) {
      const cut = cap.raw().slice(0, length);
      new DataView(cut.buffer).setUint32(12, length, true);
      yield cut;
    }
  }
  assertEquals(
    (await verdictsOf(verifier, cuts())).filter((code) => code === "valid"),
    [],
  );
});

test("bytes after the message are not part of it", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP }, owner);
  const longer = new Uint8Array(cap.raw().length + 9).fill(255);
  longer.set(cap.raw());
  assertEquals(Cap.wrap(longer).raw().length, cap.raw().length);
  const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
  assertEquals(await verdictOf(verifier, longer), "valid");
});

test("every swap of two links of a chain is refused, as are links left out or doubled", async () => {
  const honest = await chainOf(5);
  const verifier = verifierOf(honest);
  assertEquals(await judge(verifier, honest), "valid");
  const caps = [honest.leaf, ...honest.chain];
  let refused = 0;
  for (let i = 0; i < caps.length; i++) {
    for (let j = i + 1; j < caps.length; j++) {
      const swapped = [...caps];
      [swapped[i], swapped[j]] = [swapped[j]!, swapped[i]!];
      const [leaf, ...chain] = swapped as [Cap, ...Cap[]];
      for (const cacheSize of [0, 64]) {
        const fresh = verifierOf(honest, { cacheSize });
        assertNotEquals(
          await judge(fresh, { ...honest, leaf, chain }),
          "valid",
        );
      }
      assertNotEquals(
        await judge(verifier, { ...honest, leaf, chain }),
        "valid",
      );
      refused++;
    }
    // Without its leaf, a chain is the honest chain of the link above.
    const without = i === 0 ? [...caps].reverse() : caps.filter((_, k) => k !== i);
    const doubled = [...caps.slice(0, i + 1), ...caps.slice(i)];
    for (const list of [without, doubled]) {
      const [leaf, ...chain] = list as [Cap, ...Cap[]];
      assertNotEquals(
        await judge(verifier, { leaf, chain, holder: leaf.holder() }),
        "valid",
      );
    }
  }
  assertEquals(refused, 10);
});

test("a chain of 10,000 links is refused before a key is asked for or a signature checked", async () => {
  const honest = await chainOf(2);
  let asked = 0;
  const verifier = new Verifier({ issuerKey: () => (asked++, null) });
  const chain = Array.from({ length: 10_000 }, () => honest.chain[0]!);
  assertEquals(await judge(verifier, { ...honest, chain }), "chain_broken");
  assertEquals(asked, 0);
});

test("chains are as long as the limit allows, and no longer", async () => {
  const long = await chainOf(18);
  assertEquals(await judge(verifierOf(long), long), "chain_broken");
  assertEquals(await judge(verifierOf(long, { maxChain: 17 }), long), "valid");
  const fits = await chainOf(17);
  assertEquals(fits.chain.length, 16);
  assertEquals(await judge(verifierOf(fits), fits), "valid");
  assertEquals(
    await judge(verifierOf(fits, { maxChain: 15 }), fits),
    "chain_broken",
  );
});

test("two roots, a cycle and a chain without its root are refused", async () => {
  const honest = await chainOf(3);
  const verifier = verifierOf(honest);
  const root = honest.chain[1]!;
  const other = await issue({
    kind: root.kind(),
    target: TARGET,
    holder: root.issuer(),
    permissions: root.permissions(),
    issuedAt: NOW,
  }, honest.signers[0]!);
  const broken = {
    twoRoots: [...honest.chain, other],
    rootTwice: [...honest.chain, root],
    cycle: [...honest.chain, honest.leaf],
    self: [honest.leaf],
    noRoot: honest.chain.slice(0, -1),
    none: [],
  };
  for (const [name, chain] of Object.entries(broken)) {
    assertEquals(
      await judge(verifier, { ...honest, chain }),
      "chain_broken",
      name,
    );
  }
});

test("a token of 10 MiB is refused at once, and so is minting one", async () => {
  const owner = await signerOf(1);
  const value = new Uint8Array(10 << 20);
  const big = await issue({
    kind: 1,
    permissions: OP,
    caveats: [caveat.audience("x")],
  }, owner);
  const bytes = new Uint8Array(10 << 20);
  bytes.set(big.raw());
  const view = new DataView(bytes.buffer);
  view.setUint32(12, bytes.length, true);
  view.setUint32(16 + 160, 1_000_000, true);
  assertEquals(
    assertThrows(() => Cap.wrap(bytes), CapError).code,
    "bad_caveats",
  );
  const minted = await issue({
    kind: 1,
    permissions: OP,
    caveats: [{ kind: 8, value }],
  }, owner)
    .then(() => "minted", (error: CapError) => error.code);
  assertEquals(minted, "bad_caveats");
});

test("caveats that declare more than is there, or point elsewhere, are refused", async () => {
  const owner = await signerOf(1);
  const cap = await issue({
    kind: 1,
    permissions: OP,
    caveats: [caveat.maxDepth(1)],
  }, owner);
  for (
    const [offset, value] of [[160, 2], [160, 0xffffffff], [156, 0x7fffffff], [
      156,
      8,
    ]] as const
  ) {
    const bytes = cap.raw().slice();
    new DataView(bytes.buffer).setUint32(16 + offset, value, true);
    assertEquals(
      assertThrows(() => Cap.wrap(bytes), CapError).code,
      "bad_caveats",
    );
  }
});

test("the clock at the boundary: the second of the expiry is valid, the next is not", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP, expiresAt: NOW }, owner);
  const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
  for (let time = 0; time < 2; time++) {
    assertEquals(await verifier.verify(cap, NOW - 1n), null);
    assertEquals(await verifier.verify(cap, NOW), null);
    assertEquals((await verifier.verify(cap, NOW + 1n))?.code, "expired");
  }
  const last = 0xffff_ffff_ffff_ffffn;
  const long = await issue(
    { kind: 1, permissions: OP, expiresAt: last },
    owner,
  );
  assertEquals(await verifier.verify(long, last), null);
  assertEquals((await verifier.verify(long, last + 1n))?.code, "expired");
});

test("a time that is no number is refused, not compared", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP, expiresAt: NOW }, owner);
  const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
  for (const time of [NaN, Infinity, -Infinity]) {
    assertEquals((await verifier.verify(cap, time))?.code, "expired");
  }
  assertEquals(await verifier.verify(cap, Number(NOW)), null);
});

test("a key registry that throws, rejects, answers nonsense or never is an unknown issuer", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP }, owner);
  const fired: (() => void)[] = [];
  const clock = {
    now: () => 0,
    after: (_: number, fn: () => void) => fired.push(fn),
    clear: () => {},
  };
  const bad: (() => unknown)[] = [
    () => {
      throw new Error("no");
    },
    () => Promise.reject(new Error("no")),
    () => undefined,
    () => null,
    () => new Uint8Array(0),
    () => new Uint8Array(32),
    () => "key",
    () => ({}),
    () => Promise.resolve(null),
  ];
  for (const issuerKey of bad) {
    const verifier = new Verifier({ issuerKey: issuerKey as () => Uint8Array });
    assertEquals(
      (await verifier.verify(cap, NOW))?.code,
      "issuer_unknown",
      String(issuerKey),
    );
  }
  const never = new Verifier({ issuerKey: () => new Promise(() => {}), clock });
  const verdict = never.verify(cap, NOW);
  assertEquals(fired.length, 1);
  fired[0]!();
  assertEquals((await verdict)?.code, "issuer_unknown");
  assertEquals((await new Verifier().verify(cap, NOW))?.code, "issuer_unknown");
});

test("a revocation list that throws, rejects, answers nonsense or never revokes", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP }, owner);
  const issuerKey = () => owner.publicKey();
  const bad: (() => unknown)[] = [
    () => {
      throw new Error("no");
    },
    () => Promise.reject(new Error("no")),
    () => undefined,
    () => null,
    () => 0,
    () => true,
    () => Promise.resolve(true),
  ];
  for (const isRevoked of bad) {
    for (const cacheSize of [0, 8]) {
      const verifier = new Verifier({
        issuerKey,
        isRevoked: isRevoked as () => boolean,
        cacheSize,
      });
      for (let time = 0; time < 2; time++) {
        assertEquals(
          (await verifier.verify(cap, NOW))?.code,
          "revoked",
          String(isRevoked),
        );
      }
    }
  }
  const fired: (() => void)[] = [];
  const clock = {
    now: () => 0,
    after: (_: number, fn: () => void) => (fired.push(fn), fn()),
    clear: () => {},
  };
  const never = new Verifier({
    issuerKey,
    isRevoked: () => new Promise(() => {}),
    clock,
  });
  assertEquals((await never.verify(cap, NOW))?.code, "revoked");
  assertEquals(fired.length, 1);
});

test("an unknown scheme is refused, with a valid Ed25519 signature in front", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP }, owner);
  const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
  for (let tag = 0; tag < 256; tag++) {
    const bytes = cap.raw().slice();
    bytes[16 + 3571] = tag;
    assertEquals(
      await verdictOf(verifier, bytes),
      tag === 2 ? "valid" : "unhandled_scheme",
    );
  }
});

test("a scheme's verifier that throws, never answers, or answers anything but null refuses", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP }, owner);
  const issuerKey = () => owner.publicKey();
  const answers: [() => unknown, string][] = [
    [() => {
      throw new Error("no");
    }, "sig_mismatch"],
    [() => Promise.reject(new Error("no")), "sig_mismatch"],
    [() => undefined, "sig_mismatch"],
    [() => true, "sig_mismatch"],
    [() => "valid", "sig_mismatch"],
    [() => new CapError("caveat_violation"), "caveat_violation"],
    [() => "unhandled_scheme", "valid"],
    [() => new CapError("unhandled_scheme"), "valid"],
    [() => Promise.resolve("unhandled_scheme"), "valid"],
  ];
  for (const [answer, code] of answers) {
    const verifier = new Verifier({
      issuerKey,
      schemeVerify: answer as () => null,
    });
    assertEquals(await verdictOf(verifier, cap.raw()), code, String(answer));
  }
  const clock = {
    now: () => 0,
    after: (_: number, fn: () => void) => fn(),
    clear: () => {},
  };
  const never = new Verifier({
    issuerKey,
    schemeVerify: () => new Promise(() => {}),
    clock,
  });
  assertEquals(await verdictOf(never, cap.raw()), "sig_mismatch");
});

test("a scheme's verifier is not asked about tags that are always refused", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP }, {
    public: () => owner.public(),
    sign: () => Promise.resolve(signatureField(77, new Uint8Array(64))),
  });
  const asked: number[] = [];
  const verifier = new Verifier({
    issuerKey: () => owner.publicKey(),
    schemeVerify: (scheme) => (asked.push(scheme), null),
  });
  assertEquals(await verdictOf(verifier, cap.raw()), "unhandled_scheme");
  const reserved = cap.raw().slice();
  reserved[16 + 3571] = 0;
  assertEquals(await verdictOf(verifier, reserved), "unhandled_scheme");
  assertEquals(asked, []);
});

test("the verdict is that of the first rule broken, also where a cheap check fails later", async () => {
  const honest = await chainOf(3);
  const verifier = verifierOf(honest);
  const forged = honest.leaf.raw().slice();
  forged[16 + 164]! ^= 1;
  const leaf = Cap.wrap(forged);
  // The signature of the leaf is wrong, and the root is missing: the leaf comes first.
  assertEquals(
    await judge(verifier, { ...honest, leaf, chain: [honest.chain[0]!] }),
    "sig_mismatch",
  );
  // Target and signature: the signature comes first.
  const verdict = await verifier.verifyChain(
    leaf,
    honest.chain,
    OP,
    new Uint8Array(32),
    honest.holder,
    NOW,
  );
  assertEquals(verdict?.code, "sig_mismatch");
  // A link is expired and the leaf's holder is wrong: the holder comes first.
  const other = await verifier.verifyChain(
    honest.leaf,
    honest.chain,
    OP,
    TARGET,
    new Uint8Array(32),
    NOW,
  );
  assertEquals(other?.code, "holder_mismatch");
});

test("an attenuated capability cannot be widened by its signer", async () => {
  const honest = await chainOf(1);
  const [owner, holder] = honest.signers as [Ed25519Signer, Ed25519Signer];
  const root = honest.leaf;
  const child = {
    kind: root.kind(),
    target: TARGET,
    holder: holder.public(),
    permissions: OP,
    parent: await root.id(),
    issuedAt: NOW,
  };
  const wider = await issue({
    ...child,
    permissions: root.permissions() | 1n << 20n,
  }, holder);
  const elsewhere = await issue({
    ...child,
    target: new Uint8Array(32).fill(1),
  }, holder);
  const otherKind = await issue({ ...child, kind: root.kind() + 1 }, holder);
  const verifier = new Verifier({ issuerKey: keysOf([owner, holder]) });
  const at = (leaf: Cap, target: Uint8Array) =>
    verifier.verifyChain(leaf, [root], OP, target, holder.public(), NOW);
  assertEquals((await at(otherKind, TARGET))?.code, "chain_broken");
  assertEquals((await at(wider, TARGET))?.code, "perms_exceed_parent");
  assertEquals(
    (await at(elsewhere, elsewhere.target()))?.code,
    "target_mismatch",
  );
  assert((root.permissions() & Perm.Attenuate) !== 0n);
});

test("bytes that change after wrapping are not believed", async () => {
  const owner = await signerOf(1);
  const bytes = (await issue({ kind: 1, permissions: OP }, owner)).raw()
    .slice();
  const verifier = new Verifier({ issuerKey: () => owner.publicKey() });
  const cap = Cap.wrap(bytes);
  assertEquals(await verifier.verify(cap, NOW), null);
  bytes[16 + 100] = 0xff;
  assertEquals((await verifier.verify(cap, NOW))?.code, "sig_mismatch");
});

test("a Buffer that is used again proves nothing of what it held before", async () => {
  // `slice` of Node's Buffer is a view: what a verifier keeps must be a copy all the same.
  const owner = await signerOf(1);
  const token = (await issue({ kind: 1, permissions: OP }, owner)).raw();
  const memory = Buffer.alloc(token.length);
  const keyMemory = Buffer.from(owner.publicKey());
  const verifier = new Verifier({ issuerKey: () => keyMemory });
  memory.set(token);
  assertEquals(await verdictOf(verifier, memory), "valid");
  assertEquals(await verdictOf(verifier, memory), "valid");
  memory[16 + 100] = 0xff;
  assertEquals(await verdictOf(verifier, memory), "sig_mismatch");
  memory.set(token);
  const pending = verdictOf(verifier, memory);
  memory.fill(0);
  assertEquals(await pending, "valid");
  // The key's memory now holds another key, under which nothing was signed.
  keyMemory.set((await signerOf(2)).publicKey());
  assertEquals(await verdictOf(verifier, token), "issuer_unknown");
  assertEquals(
    await verdictOf(new Verifier({ issuerKey: () => keyMemory }), token),
    "issuer_unknown",
  );
});

test("a limit that is no number is refused, not taken for none", () => {
  for (const name of ["maxChain", "timeoutMs", "cacheSize"]) {
    for (const value of [NaN, Infinity, -1, 1.5, "16"]) {
      assertThrows(() => new Verifier({ [name]: value }), RangeError, name);
    }
    assert(new Verifier({ [name]: 0 }) instanceof Verifier);
  }
  // Runtimes take a longer timer for one of 1 ms: everything would be refused.
  assertThrows(() => new Verifier({ timeoutMs: 2 ** 31 }), RangeError, "timeoutMs");
  assert(new Verifier({ timeoutMs: 2 ** 31 - 1 }) instanceof Verifier);
});

test("a misspelt restriction is refused when it is made, not left out", async () => {
  const owner = await signerOf(1);
  for (
    const misspelt of [{ caveat: [] }, { expiresat: 5n }, { expiry: 5n }, { holders: TARGET }]
  ) {
    const error = await assertRejects(() =>
      issue({ kind: 1, permissions: OP, ...misspelt }, owner)
    );
    assert(error instanceof TypeError, String(error));
  }
});

test("every single-bit flip of a revocation is refused", async () => {
  const owner = await signerOf(1);
  const cap = await issue({ kind: 1, permissions: OP }, owner);
  const bytes = encodeRevocation(await revoke(cap, NOW, owner));
  const verifier = new Verifier();
  const store = new MemoryRevocations(() => NOW);
  let same = 0;
  for (const flipped of flips(bytes)) {
    let revocation;
    try {
      revocation = decodeRevocation(flipped);
    } catch (error) {
      assert(error instanceof CapError, String(error));
      continue;
    }
    // Header flags and the version say nothing: what they frame is the revocation that was signed.
    if (toHex(encodeRevocation(revocation)) === toHex(bytes)) {
      same++;
      continue;
    }
    const verdict = await admitRevocation(store, cap, revocation, owner.publicKey(), verifier);
    assert(verdict instanceof CapError);
  }
  assertEquals(store.size, 0);
  assert(same > 0 && same <= 32, `${same} flips of the header`);
  assertEquals(
    await admitRevocation(store, cap, decodeRevocation(bytes), owner.publicKey(), verifier),
    null,
  );
});

test("unknown options are refused with the nearest name", () => {
  const options = { issuerkey: () => null } as object;
  assertThrows(
    () => new Verifier(options),
    TypeError,
    'did you mean "issuerKey"?',
  );
});
