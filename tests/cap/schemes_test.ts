/** ML-DSA-65, hybrid and secp256k1: implementations against each other, and a verifier with and without them. */

import { Buffer } from "node:buffer";
import { test } from "node:test";
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { secp256k1 } from "@noble/curves/secp256k1.js";
import {
  exportMlDsa65PublicKey,
  exportSecp256k1PublicKey,
  HybridSigner,
  importMlDsa65PublicKey,
  importSecp256k1PublicKey,
  MlDsa65Signer,
  schemeVerify,
  Secp256k1Signer,
} from "../../src/cap/schemes/mod.ts";
import {
  chooseMlDsa65,
  type MlDsa65,
  nobleMlDsa65,
  webCryptoMlDsa65,
} from "../../src/cap/schemes/ml_dsa65.ts";
import {
  attenuate,
  Cap,
  CapError,
  Ed25519Signer,
  hash32,
  issue,
  Perm,
  type Signer,
  Verifier,
} from "../../cap.ts";
import { fromHex, toHex, vectors } from "../support/vectors.ts";
import { keysOf, NOW, OP, TARGET } from "./support.ts";

type TestSigner = Signer & { publicKey(): Uint8Array };

const seedOf = (n: number): Uint8Array => new Uint8Array(32).fill(n);

const signers: [string, number, number, () => Promise<TestSigner>][] = [
  ["secp256k1", 1, 65, () => Secp256k1Signer.fromSecret(seedOf(7))],
  ["ML-DSA-65", 3, 3309, () => MlDsa65Signer.fromSeed(seedOf(7))],
  [
    "hybrid",
    4,
    3373,
    async () =>
      HybridSigner.of(
        await Ed25519Signer.fromSeed(seedOf(7)),
        await MlDsa65Signer.fromSeed(seedOf(8)),
      ),
  ],
];

/** The implementations that this runtime has. */
async function implementations(): Promise<MlDsa65[]> {
  const chosen = await chooseMlDsa65();
  return chosen === webCryptoMlDsa65 ? [webCryptoMlDsa65, nobleMlDsa65] : [nobleMlDsa65];
}

test("each scheme signs and verifies; a verifier without it refuses its tag", async () => {
  for (const [name, tag, length, make] of signers) {
    const signer = await make();
    const cap = await issue(
      { kind: 1, permissions: OP, issuedAt: NOW },
      signer,
    );
    const field = cap.signature();
    assertEquals(field[3407], tag);
    assert(field.subarray(length, 3407).every((byte) => byte === 0), name);
    const issuerKey = () => signer.publicKey();
    const code = async (verifier: Verifier) => (await verifier.verify(cap, NOW))?.code ?? "valid";
    assertEquals(
      await code(new Verifier({ issuerKey, schemeVerify })),
      "valid",
      name,
    );
    assertEquals(
      await code(new Verifier({ issuerKey })),
      "unhandled_scheme",
      name,
    );
  }
});

test("each scheme refuses flipped signatures, other payloads, other keys, and full padding", async () => {
  for (const [name, , length, make] of signers) {
    const signer = await make();
    const cap = await issue(
      { kind: 1, permissions: OP, issuedAt: NOW },
      signer,
    );
    const verifier = new Verifier({
      issuerKey: () => signer.publicKey(),
      schemeVerify,
    });
    const places = [0, 1, 31, 32, 63, 64, length - 1, length, 3406]
      .filter((place) => place < 3407)
      .map((place) => 16 + 164 + place);
    for (const at of [...places, 16, 16 + 163]) {
      for (const bit of [1, 128]) {
        const bytes = cap.raw().slice();
        bytes[at]! ^= bit;
        let code;
        try {
          code = (await verifier.verify(Cap.wrap(bytes), NOW))?.code;
        } catch {
          continue; // A flip in the caveats' pointer is refused by wrap.
        }
        assertEquals(code, "sig_mismatch", `${name}, byte ${at}, bit ${bit}`);
      }
    }
    for (const size of [0, 32, 33, 64, 1952, 1984, 1985]) {
      const key = new Uint8Array(size).fill(2);
      const verdict = await schemeVerify(
        cap.signature()[3407]!,
        key,
        cap.canonicalBytes(),
        cap.signature(),
      );
      assert(
        verdict !== null && verdict !== "unhandled_scheme" &&
          verdict.code === "sig_mismatch",
      );
    }
  }
});

test("bit flips all over a token of each scheme are refused", async () => {
  for (const [name, , length, make] of signers) {
    const signer = await make();
    const cap = await issue({ kind: 1, permissions: OP, issuedAt: NOW }, signer);
    const verifier = new Verifier({ issuerKey: () => signer.publicKey(), schemeVerify });
    const size = 8 * cap.raw().length;
    const ends = [8 * (180 + 66), 8 * (180 + length - 4)];
    let refused = 0;
    // Every third bit of the fields, fewer of the long signatures: noble takes 1.5 ms a check.
    for (let bit = 0; bit < size; bit += bit < ends[0]! ? 3 : bit < ends[1]! ? 97 : 5) {
      const bytes = cap.raw().slice();
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      let code: string | undefined;
      try {
        code = (await verifier.verify(Cap.wrap(bytes), NOW))?.code;
      } catch (error) {
        assert(error instanceof CapError, String(error));
        code = error.code;
      }
      assert(code !== undefined, `${name}, bit ${bit}`);
      refused++;
    }
    assert(refused > 800, `${refused} flips`);
    assertEquals(await verifier.verify(cap, NOW), null);
  }
});

test("schemes mix in one chain", async () => {
  const made = await Promise.all(signers.map(([, , , make]) => make()));
  const [first, second, third] = made as [TestSigner, TestSigner, TestSigner];
  const permissions = OP | Perm.Attenuate;
  const root = await issue(
    { kind: 1, target: TARGET, holder: second.public(), permissions },
    first,
  );
  const middle = await attenuate(
    root,
    third.public(),
    permissions,
    undefined,
    0n,
    second,
  );
  const leaf = await attenuate(middle, TARGET, OP, undefined, 0n, third);
  const verifier = new Verifier({ issuerKey: keysOf(made), schemeVerify });
  for (let time = 0; time < 2; time++) {
    assertEquals(
      await verifier.verifyChain(leaf, [middle, root], OP, TARGET, TARGET, NOW),
      null,
    );
  }
});

test("hybrid: both halves must verify", async () => {
  const [, , , make] = signers[2]!;
  const signer = await make();
  const payload = new Uint8Array(10);
  const field = await signer.sign(payload);
  const other = await signer.sign(new Uint8Array(11));
  assertEquals(await schemeVerify(4, signer.publicKey(), payload, field), null);
  for (const [from, to] of [[0, 64], [64, 3373]] as const) {
    const mixed = field.slice();
    mixed.set(other.subarray(from, to), from);
    const verdict = await schemeVerify(4, signer.publicKey(), payload, mixed);
    assert(
      verdict !== null && verdict !== "unhandled_scheme" &&
        verdict.code === "sig_mismatch",
    );
  }
});

interface MlDsa65Answers {
  readonly sources: Record<string, string>;
  readonly keyGen: { seed: string; publicKeySha256: string }[];
  readonly codecs: { seed: string; pkcs8: string; spki: string };
  readonly publicKeys: string[];
  readonly verify: {
    from: string;
    comment: string;
    publicKey: number;
    message: string;
    context?: string;
    signature: string;
    isValid: boolean;
  }[];
}

/** Answers of NIST's ACVP, Wycheproof and OpenSSL, with where they are from. */
const answers = vectors<MlDsa65Answers>("ml_dsa65.json");
const base64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));

test("ML-DSA-65: FIPS 204's known answers for keys (ACVP keyGen), on every implementation", async () => {
  assertEquals(answers.keyGen.length, 25);
  for (const implementation of await implementations()) {
    for (const { seed, publicKeySha256 } of answers.keyGen) {
      const { publicKey } = await implementation.keyPair(fromHex(seed));
      assertEquals(toHex(await hash32(publicKey)), publicKeySha256, implementation.name);
    }
  }
});

test("ML-DSA-65: FIPS 204's known answers for signatures (ACVP sigVer, Wycheproof), on every implementation", async () => {
  const { publicKeys, verify } = answers;
  assertEquals(verify.length, 28);
  for (const implementation of await implementations()) {
    let valid = 0;
    for (const { from, comment, publicKey, message, context, signature, isValid } of verify) {
      const verdict = await implementation.verify(
        base64(publicKeys[publicKey]!),
        base64(message),
        base64(signature),
      ).catch(() => false);
      // Ours is the empty context: what was signed in another one was not signed for us.
      const expected = isValid && context === undefined;
      assertEquals(verdict, expected, `${implementation.name}: ${from}: ${comment}`);
      if (verdict) valid++;
    }
    assertEquals(valid, 17);
  }
});

test("ML-DSA-65: OpenSSL's documents of a private and a public key, byte for byte", async () => {
  const { seed, pkcs8, spki } = answers.codecs;
  const signer = await MlDsa65Signer.importKey("pkcs8", base64(pkcs8));
  assertEquals(toHex(signer.exportKey("raw")), toHex(base64(seed)));
  assertEquals(toHex(signer.exportKey("pkcs8")), toHex(base64(pkcs8)));
  assertEquals(toHex(exportMlDsa65PublicKey("spki", signer.publicKey())), toHex(base64(spki)));
  assertEquals(toHex(importMlDsa65PublicKey("spki", base64(spki))), toHex(signer.publicKey()));
});

test("ML-DSA-65: implementations make the same keys and verify each other's signatures", async (t) => {
  const all = await implementations();
  if (all.length === 1) {
    const reason = "this runtime's WebCrypto has no ML-DSA-65: nothing to compare noble with";
    console.log(`skipped: ${reason}`);
    return t.skip(reason);
  }
  for (let n = 0; n < 3; n++) {
    const payload = new Uint8Array(n * 100).fill(n);
    const pairs = await Promise.all(all.map((one) => one.keyPair(seedOf(n))));
    assertEquals(toHex(pairs[0]!.publicKey), toHex(pairs[1]!.publicKey));
    for (const { sign, publicKey } of pairs) {
      const signature = await sign(payload);
      assertEquals(signature.length, 3309);
      for (const one of all) {
        assertEquals(await one.verify(publicKey, payload, signature), true);
        const flipped = signature.slice();
        flipped[n * 1000]! ^= 1;
        assertEquals(await one.verify(publicKey, payload, flipped), false);
        assertEquals(
          await one.verify(publicKey, new Uint8Array(1), signature),
          false,
        );
      }
    }
  }
});

test("ML-DSA-65: keys go through every format, and those of WebCrypto are the same", async (t) => {
  const signer = await MlDsa65Signer.fromSeed(seedOf(3));
  const copies = [
    await MlDsa65Signer.importKey("raw", signer.exportKey("raw")),
    await MlDsa65Signer.importKey("pkcs8", signer.exportKey("pkcs8")),
    await MlDsa65Signer.importKey("jwk", signer.exportKey("jwk")),
  ];
  for (const copy of copies) {
    assertEquals(toHex(copy.publicKey()), toHex(signer.publicKey()));
  }
  const raw = signer.publicKey();
  const spki = exportMlDsa65PublicKey("spki", raw);
  assertEquals(toHex(importMlDsa65PublicKey("spki", spki)), toHex(raw));
  assertEquals(
    toHex(importMlDsa65PublicKey("jwk", exportMlDsa65PublicKey("jwk", raw))),
    toHex(raw),
  );
  if ((await implementations()).length === 1) {
    return t.skip("no WebCrypto ML-DSA-65 to compare with");
  }
  const { subtle } = crypto;
  const imported = await subtle.importKey(
    "pkcs8",
    signer.exportKey("pkcs8") as Uint8Array<ArrayBuffer>,
    "ML-DSA-65",
    true,
    ["sign"],
  );
  assertEquals(
    toHex(new Uint8Array(await subtle.exportKey("pkcs8", imported))),
    toHex(signer.exportKey("pkcs8")),
  );
  const publicKey = await subtle.importKey(
    "spki",
    spki as Uint8Array<ArrayBuffer>,
    "ML-DSA-65",
    true,
    ["verify"],
  );
  assertEquals(
    toHex(new Uint8Array(await subtle.exportKey("spki", publicKey))),
    toHex(spki),
  );
});

test("ML-DSA-65: what is no key is refused with a TypeError", async () => {
  const signer = await MlDsa65Signer.fromSeed(seedOf(3));
  const jwk = signer.exportKey("jwk");
  const other = (await MlDsa65Signer.fromSeed(seedOf(4))).exportKey("jwk");
  const bad: (() => Promise<unknown>)[] = [
    () => MlDsa65Signer.fromSeed(new Uint8Array(31)),
    () => MlDsa65Signer.importKey("pkcs8", new Uint8Array(54)),
    () => MlDsa65Signer.importKey("jwk", { ...jwk, pub: other.pub }),
    () => MlDsa65Signer.importKey("jwk", { ...jwk, alg: "ML-DSA-87" }),
    () =>
      MlDsa65Signer.importKey("jwk", {
        kty: "AKP",
        alg: "ML-DSA-65",
        pub: jwk.pub,
      }),
  ];
  for (const attempt of bad) {
    await assertRejects(attempt, TypeError, "Cannot import");
  }
  assertThrows(
    () => importMlDsa65PublicKey("raw", new Uint8Array(1951)),
    TypeError,
  );
  assertThrows(
    () => importMlDsa65PublicKey("spki", new Uint8Array(1974)),
    TypeError,
  );
});

test("secp256k1: high s, another v, and an uncompressed key are refused", async () => {
  const signer = await Secp256k1Signer.fromSecret(seedOf(7));
  const payload = Uint8Array.of(1, 2, 3);
  const field = await signer.sign(payload);
  const publicKey = signer.publicKey();
  const refused = async (key: Uint8Array, sig: Uint8Array) => {
    const verdict = await schemeVerify(1, key, payload, sig);
    return verdict !== null && verdict !== "unhandled_scheme" &&
      verdict.code === "sig_mismatch";
  };
  assertEquals(await schemeVerify(1, publicKey, payload, field), null);
  assert(secp256k1.verify(field.subarray(0, 64), payload, publicKey));
  const n = secp256k1.Point.Fn.ORDER;
  const high = field.slice();
  const s = n - BigInt(`0x${toHex(field.subarray(32, 64))}`);
  high.set(fromHex(s.toString(16).padStart(64, "0")), 32);
  high[64]! ^= 1;
  assert(await refused(publicKey, high));
  for (const v of [field[64]! ^ 1, 2, 3, 27, 28, 255]) {
    const other = field.slice();
    other[64] = v;
    assert(await refused(publicKey, other), `v ${v}`);
  }
  assert(await refused(secp256k1.getPublicKey(seedOf(7), false), field));
  assert(await refused(publicKey, new Uint8Array(3408)));
  await assertRejects(
    () => Secp256k1Signer.fromSecret(new Uint8Array(32)),
    TypeError,
  );
});

test("the scheme's verifier declines Ed25519 and what it does not know", async () => {
  for (const tag of [0, 2, 5, 255]) {
    const verdict = await schemeVerify(
      tag,
      new Uint8Array(32),
      new Uint8Array(1),
      new Uint8Array(3408),
    );
    assertEquals(verdict, "unhandled_scheme");
  }
});

test("secp256k1: keys go through JWK; what is no key is refused with a TypeError", async () => {
  const signer = await Secp256k1Signer.generate();
  const jwk = signer.exportKey("jwk");
  const other = (await Secp256k1Signer.fromSecret(seedOf(9))).exportKey("jwk");
  const copies = [
    await Secp256k1Signer.importKey("jwk", jwk),
    await Secp256k1Signer.importKey("raw", signer.exportKey("raw")),
  ];
  for (const copy of copies) {
    assertEquals(toHex(copy.publicKey()), toHex(signer.publicKey()));
  }
  const raw = signer.publicKey();
  assertEquals(
    toHex(importSecp256k1PublicKey("jwk", exportSecp256k1PublicKey("jwk", raw))),
    toHex(raw),
  );
  await assertRejects(
    () => Secp256k1Signer.importKey("jwk", { ...jwk, x: other.x! }),
    TypeError,
  );
  await assertRejects(
    () => Secp256k1Signer.importKey("jwk", { ...jwk, x: other.x!, y: other.y! }),
    TypeError,
  );
  await assertRejects(
    () => Secp256k1Signer.importKey("jwk", { ...jwk, crv: "P-256" }),
    TypeError,
  );
  assertThrows(
    () => importSecp256k1PublicKey("raw", new Uint8Array(33)),
    TypeError,
  );
  assertThrows(
    () => importSecp256k1PublicKey("raw", new Uint8Array(65)),
    TypeError,
  );
});

/** Made by OpenSSL 3.0.19: `ecparam -name secp256k1 -genkey`, `pkcs8 -topk8 -nocrypt`, `ec -pubout`. */
const OPENSSL_SECP256K1 = {
  secret: "f0ccd03b8eaa6d4b3a4c0fa5ff4cffd0e328d9471bec3313360af245aba35d40",
  pkcs8: "308184020100301006072a8648ce3d020106052b8104000a046d306b0201010420" +
    "f0ccd03b8eaa6d4b3a4c0fa5ff4cffd0e328d9471bec3313360af245aba35d40a14403420004" +
    "66f2a43fe6d15c1b73fd300bf370764a6c92045c4726a0658ad20b185ac8ced9" +
    "86f09d17f5e452a8947628770c74b3c33a20acc494e0569dd1c9d9ea8f005215",
  spki: "3056301006072a8648ce3d020106052b8104000a03420004" +
    "66f2a43fe6d15c1b73fd300bf370764a6c92045c4726a0658ad20b185ac8ced9" +
    "86f09d17f5e452a8947628770c74b3c33a20acc494e0569dd1c9d9ea8f005215",
  compressed: "3036301006072a8648ce3d020106052b8104000a032200" +
    "0366f2a43fe6d15c1b73fd300bf370764a6c92045c4726a0658ad20b185ac8ced9",
};

test("secp256k1: OpenSSL's PKCS#8 and SPKI come and go byte for byte", async () => {
  const { secret, pkcs8, spki, compressed } = OPENSSL_SECP256K1;
  const signer = await Secp256k1Signer.importKey("pkcs8", fromHex(pkcs8));
  assertEquals(toHex(signer.exportKey("raw")), secret);
  assertEquals(toHex(signer.exportKey("pkcs8")), pkcs8);
  assertEquals(toHex(exportSecp256k1PublicKey("spki", signer.publicKey())), spki);
  for (const document of [spki, compressed]) {
    const publicKey = importSecp256k1PublicKey("spki", fromHex(document));
    assertEquals(toHex(publicKey), toHex(signer.publicKey()));
  }
  // RFC 5915 lets the public key be left out.
  const alone = fromHex(
    `303e020100301006072a8648ce3d020106052b8104000a042730250201010420${secret}`,
  );
  const copy = await Secp256k1Signer.importKey("pkcs8", alone);
  assertEquals(toHex(copy.publicKey()), toHex(signer.publicKey()));
});

test("secp256k1: a document with any bit flipped, cut short or longer is refused, or says another key", async () => {
  const { pkcs8, spki, compressed } = OPENSSL_SECP256K1;
  for (const [document, first] of [[spki, 24], [compressed, 24]] as const) {
    const bytes = fromHex(document);
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      try {
        const publicKey = importSecp256k1PublicKey("spki", flipped);
        // A compressed point has every x that is on the curve; one bit of 512 leaves no uncompressed one there.
        assert(document === compressed && bit >= 8 * (first - 1), `bit ${bit}`);
        assert(toHex(publicKey) !== compressed.slice(46));
      } catch (error) {
        assert(error instanceof TypeError, String(error));
      }
    }
    assertThrows(() => importSecp256k1PublicKey("spki", bytes.slice(0, -1)), TypeError);
    assertThrows(() => importSecp256k1PublicKey("spki", fromHex(`${document}00`)), TypeError);
  }
  const bytes = fromHex(pkcs8);
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const flipped = bytes.slice();
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    await assertRejects(
      () => Secp256k1Signer.importKey("pkcs8", flipped),
      TypeError,
      "Cannot import",
    );
  }
});
