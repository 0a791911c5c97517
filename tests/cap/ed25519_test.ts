/** Ed25519: RFC 8032's answers, key formats, and what runtimes differ in, refused on all of them. */

import { test } from "node:test";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { ed25519 } from "@noble/curves/ed25519.js";
import fc from "fast-check";
import { fromHex, toHex } from "../support/vectors.ts";
import {
  Cap,
  Ed25519Signer,
  exportEd25519PublicKey,
  hash32,
  importEd25519PublicKey,
  issue,
  Verifier,
} from "../../cap.ts";
import { isStrictEd25519Key, isStrictEd25519Signature } from "../../src/cap/ed25519_strict.ts";
import { NOW, OP, signerOf } from "./support.ts";

const { Point } = ed25519;
const L = Point.Fn.ORDER;

/** RFC 8032 §7.1, TEST 1 to 3. */
const RFC_8032 = [
  {
    seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155" +
      "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
    message: "72",
    signature: "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  },
  {
    seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    message: "af82",
    signature: "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac" +
      "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  },
];

function bytesOf(value: bigint): Uint8Array {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++) {
    bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }
  return bytes;
}

function numberOf(bytes: Uint8Array): bigint {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

/** A capability with another public key and another first 64 bytes of signature. */
async function forge(
  publicKey: Uint8Array,
  sign: (payload: Uint8Array) => Uint8Array | Promise<Uint8Array>,
): Promise<string> {
  const hash = await hash32(publicKey);
  const cap = await issue({ kind: 1, permissions: OP, issuedAt: NOW }, {
    public: () => hash,
    async sign(payload) {
      const field = new Uint8Array(3408);
      field.set(await sign(payload));
      field[3407] = 2;
      return field;
    },
  });
  const verifier = new Verifier({ issuerKey: () => publicKey });
  return (await verifier.verify(cap, NOW))?.code ?? "valid";
}

/** SHA-512(R ‖ A ‖ M) modulo L. */
async function challenge(
  r: Uint8Array,
  a: Uint8Array,
  message: Uint8Array,
): Promise<bigint> {
  const joined = new Uint8Array([...r, ...a, ...message]);
  return numberOf(
    new Uint8Array(await crypto.subtle.digest("SHA-512", joined)),
  ) % L;
}

test("RFC 8032: keys and signatures of its test vectors", async () => {
  for (const v of RFC_8032) {
    const signer = await Ed25519Signer.fromSeed(fromHex(v.seed));
    assertEquals(toHex(signer.publicKey()), v.publicKey);
    const field = await signer.sign(fromHex(v.message));
    assertEquals(toHex(field.subarray(0, 64)), v.signature);
    assertEquals(field.length, 3408);
    assert(field.subarray(64, 3407).every((byte) => byte === 0));
    assertEquals(field[3407], 2);
    assertEquals(
      toHex(signer.public()),
      toHex(await hash32(fromHex(v.publicKey))),
    );
  }
});

test("the eight points of small order are no keys, in any encoding", async () => {
  const torsion = Point.fromHex(
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    true,
  );
  const encodings = new Set<string>();
  let point = Point.ZERO;
  for (let i = 0; i < 8; i++, point = point.add(torsion)) {
    encodings.add(toHex(point.toBytes()));
  }
  assertEquals(encodings.size, 8);
  const P = Point.Fp.ORDER;
  for (const hex of [...encodings]) {
    const y = numberOf(fromHex(hex)) & ((1n << 255n) - 1n);
    for (const encoded of [y, y + P]) {
      if (encoded >= 1n << 255n) continue;
      encodings.add(toHex(bytesOf(encoded)));
      encodings.add(toHex(bytesOf(encoded | (1n << 255n))));
    }
  }
  assertEquals(encodings.size, 14);
  for (const hex of encodings) {
    assertEquals(isStrictEd25519Key(fromHex(hex)), false, hex);
    // Under a key of small order, S = 0 and R = A or the identity verifies for one payload in eight or more.
    for (const r of encodings) {
      const signature = new Uint8Array([...fromHex(r), ...new Uint8Array(32)]);
      assertEquals(isStrictEd25519Signature(signature), false);
    }
    const identity = new Uint8Array([1, ...new Uint8Array(63)]);
    assertEquals(
      await forge(fromHex(hex), () => identity),
      "sig_mismatch",
      hex,
    );
  }
});

test("an R of small order is refused under an honest key", async () => {
  const signer = await signerOf(5);
  const scalar = ed25519.utils.getExtendedPublicKey(new Uint8Array(32).fill(5)).scalar;
  const r = Point.ZERO.toBytes();
  let verifiesElsewhere = false;
  const code = await forge(signer.publicKey(), async (payload) => {
    // R is the identity, so S = k · a: the equation holds.
    const k = await challenge(r, signer.publicKey(), payload);
    const s = k * scalar % L;
    const signature = new Uint8Array([...r, ...bytesOf(s)]);
    verifiesElsewhere = ed25519.verify(signature, payload, signer.publicKey());
    return signature;
  });
  assert(verifiesElsewhere);
  assertEquals(code, "sig_mismatch");
});

test("a malleated signature (S + L) is refused", async () => {
  const signer = await signerOf(5);
  const seed = new Uint8Array(32).fill(5);
  let smallest = 0n;
  const code = await forge(signer.publicKey(), (payload) => {
    const signature = ed25519.sign(payload, seed);
    smallest = numberOf(signature.subarray(32));
    return new Uint8Array([
      ...signature.subarray(0, 32),
      ...bytesOf(smallest + L),
    ]);
  });
  assertEquals(code, "sig_mismatch");
  assert(smallest < L);
  const limits: [bigint, boolean][] = [[0n, true], [L - 1n, true], [L, false], [
    L + 1n,
    false,
  ], [
    (1n << 256n) - 1n,
    false,
  ], [1n << 253n, false]];
  for (const [s, isStrict] of limits) {
    const signature = new Uint8Array([...Point.BASE.toBytes(), ...bytesOf(s)]);
    assertEquals(isStrictEd25519Signature(signature), isStrict, String(s));
  }
});

test("keys and Rs that encode a number of p or more are refused", () => {
  const P = Point.Fp.ORDER;
  for (let y = P - 3n; y < 1n << 255n; y++) {
    for (const sign of [0n, 1n << 255n]) {
      const expected = y < P - 1n;
      assertEquals(
        isStrictEd25519Key(bytesOf(y | sign)),
        expected,
        String(y - P),
      );
    }
  }
});

test("a key with a component of small order: all runtimes check without the cofactor", async () => {
  const seed = new Uint8Array(32).fill(6);
  const scalar = ed25519.utils.getExtendedPublicKey(seed).scalar;
  const torsion = Point.fromHex(
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    true,
  );
  const publicKey = Point.BASE.multiply(scalar).add(torsion).toBytes();
  assert(isStrictEd25519Key(publicKey));
  let differed = 0;
  for (let nonce = 1n; nonce <= 24n; nonce++) {
    const r = Point.BASE.multiply(nonce).toBytes();
    const payload = bytesOf(nonce);
    const k = await challenge(r, publicKey, payload);
    const signature = new Uint8Array([
      ...r,
      ...bytesOf((nonce + k * scalar) % L),
    ]);
    const key = await crypto.subtle.importKey(
      "raw",
      publicKey as Uint8Array<ArrayBuffer>,
      "Ed25519",
      false,
      ["verify"],
    );
    const verdict = await crypto.subtle.verify(
      "Ed25519",
      key,
      signature,
      payload as Uint8Array<ArrayBuffer>,
    );
    // Without the cofactor the torsion's part, k · T, must vanish: 8 must divide k.
    assertEquals(verdict, k % 8n === 0n, `nonce ${nonce}`);
    if (!verdict) differed++;
  }
  assert(differed > 0);
});

test("property: strictness agrees with noble on random keys", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (seed) => {
      const publicKey = ed25519.getPublicKey(seed);
      assert(isStrictEd25519Key(publicKey));
      assert(isStrictEd25519Signature(ed25519.sign(seed, seed)));
      assert(!isStrictEd25519Key(publicKey.subarray(1)));
      assert(!isStrictEd25519Signature(publicKey));
    }),
    { numRuns: 50 },
  );
});

test("keys go through every format and come back", async () => {
  const signer = await Ed25519Signer.generate();
  const formats = ["raw", "pkcs8"] as const;
  const copies = await Promise.all([
    ...formats.map(async (format) =>
      Ed25519Signer.importKey(format, await signer.exportKey(format))
    ),
    Ed25519Signer.importKey("jwk", await signer.exportKey("jwk")),
  ]);
  const cap = await issue({ kind: 1, permissions: OP, issuedAt: NOW }, signer);
  for (const copy of copies) {
    assertEquals(toHex(copy.publicKey()), toHex(signer.publicKey()));
    const again = await issue(
      { kind: 1, permissions: OP, issuedAt: NOW },
      copy,
    );
    assertEquals(toHex(again.raw()), toHex(cap.raw()));
  }
  const raw = signer.publicKey();
  const spki = await exportEd25519PublicKey("spki", raw);
  assertEquals(toHex(spki), "302a300506032b6570032100" + toHex(raw));
  assertEquals(toHex(await importEd25519PublicKey("spki", spki)), toHex(raw));
  const jwk = await exportEd25519PublicKey("jwk", raw);
  assertEquals(toHex(await importEd25519PublicKey("jwk", jwk)), toHex(raw));
  assertEquals(toHex(await importEd25519PublicKey("raw", raw)), toHex(raw));
});

test("RFC 8037: the key of its appendix A, as JWK", async () => {
  const jwk = {
    kty: "OKP",
    crv: "Ed25519",
    d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
  };
  const signer = await Ed25519Signer.importKey("jwk", jwk);
  assertEquals(toHex(signer.publicKey()), RFC_8032[0]!.publicKey);
  assertEquals(await signer.exportKey("jwk"), jwk);
});

test("a non-extractable key signs and is not exported", async () => {
  const pair = await crypto.subtle.generateKey("Ed25519", false, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  const signer = await Ed25519Signer.fromKeyPair(pair);
  const cap = await issue({ kind: 1, permissions: OP }, signer);
  const verifier = new Verifier({ issuerKey: () => signer.publicKey() });
  assertEquals(await verifier.verify(Cap.wrap(cap.raw()), NOW), null);
  for (const format of ["raw", "pkcs8"] as const) {
    await assertRejects(() => signer.exportKey(format));
  }
  await assertRejects(() => signer.exportKey("jwk"));
});

test("a pair of keys that do not belong together is refused", async () => {
  const make = () =>
    crypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]) as Promise<
      CryptoKeyPair
    >;
  const [a, b] = await Promise.all([make(), make()]);
  await assertRejects(
    () =>
      Ed25519Signer.fromKeyPair({
        privateKey: a.privateKey,
        publicKey: b.publicKey,
      }),
    TypeError,
  );
});

test("what is no key is refused with a TypeError", async () => {
  const signer = await signerOf(1);
  const jwk = await signer.exportKey("jwk");
  const other = await (await signerOf(2)).exportKey("jwk");
  const bad: (() => Promise<unknown>)[] = [
    () => Ed25519Signer.fromSeed(new Uint8Array(31)),
    () => Ed25519Signer.importKey("raw", new Uint8Array(33)),
    () => Ed25519Signer.importKey("pkcs8", new Uint8Array(48)),
    () => Ed25519Signer.importKey("jwk", { ...jwk, x: other.x! }),
    () => Ed25519Signer.importKey("jwk", { ...jwk, d: "short" }),
    () => Ed25519Signer.importKey("jwk", { ...jwk, crv: "X25519" }),
    () => Ed25519Signer.importKey("jwk", { kty: "OKP", crv: "Ed25519", x: jwk.x! }),
    () => importEd25519PublicKey("raw", new Uint8Array(32)),
    () => importEd25519PublicKey("raw", new Uint8Array(31)),
    () => importEd25519PublicKey("spki", new Uint8Array(44)),
    () => importEd25519PublicKey("jwk", { kty: "EC", crv: "Ed25519", x: jwk.x! }),
  ];
  for (const attempt of bad) {
    await assertRejects(attempt, TypeError, "Cannot import");
  }
});
