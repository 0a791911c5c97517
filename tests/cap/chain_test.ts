/** A capability with its chain, as a message and as text. */

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Builder } from "../../mod.ts";
import {
  Cap,
  CapError,
  caveat,
  decodeAuthorization,
  decodeChain,
  decodeToken,
  encodeAuthorization,
  encodeChain,
  encodeToken,
} from "../../cap.ts";
import { decodeBase64url, encodeBase64url } from "../../src/cap/base64url.ts";
import { fromHex, toHex, vectors } from "../support/vectors.ts";
import { chainOf, judge, verifierOf } from "./support.ts";

function code(fn: () => unknown): string {
  return assertThrows(fn, CapError).code;
}

test("a chain comes back byte for byte, small, and verifies", async () => {
  const caveats = [[caveat.audience("a"), caveat.maxDepth(3)], [], [
    caveat.destChain(new Uint8Array()),
  ]];
  const honest = await chainOf(3, caveats);
  const bytes = encodeChain(honest.leaf, honest.chain);
  const { leaf, chain } = decodeChain(bytes);
  assertEquals(toHex(leaf.raw()), toHex(honest.leaf.raw()));
  assertEquals(
    chain.map((cap) => toHex(cap.raw())),
    honest.chain.map((cap) => toHex(cap.raw())),
  );
  assertEquals(
    await judge(verifierOf(honest), { ...honest, leaf, chain }),
    "valid",
  );
  const bare = await chainOf(3);
  assertEquals(encodeChain(bare.leaf, bare.chain).length, 32 + 3 * (4 + 269));
});

test("the reference's capabilities come back byte for byte, whatever their signature", () => {
  const { single } = vectors<{ single: { hex: string }[] }>("cap.json");
  for (const { hex } of single) {
    const { leaf, chain } = decodeChain(
      encodeChain(Cap.wrap(fromHex(hex)), []),
    );
    assertEquals(toHex(leaf.raw()), hex);
    assertEquals(chain.length, 0);
  }
});

test("a capability alone is a chain without links", async () => {
  const { leaf } = await chainOf(1);
  const decoded = decodeChain(leaf.raw());
  assertEquals(toHex(decoded.leaf.raw()), toHex(leaf.raw()));
  assertEquals(decoded.chain, []);
});

test("text: a token and an Authorization header come back", async () => {
  const honest = await chainOf(3);
  const token = encodeToken(honest.leaf, honest.chain);
  assert(/^[A-Za-z0-9_-]+$/.test(token));
  assertEquals(
    encodeToken(decodeToken(token).leaf, decodeToken(token).chain),
    token,
  );
  const header = encodeAuthorization(honest.leaf, honest.chain);
  assertEquals(header, `Zap ${token}`);
  for (const variant of [header, `zap ${token}`, `ZAP   ${token} `]) {
    assertEquals(
      toHex(decodeAuthorization(variant)!.leaf.raw()),
      toHex(honest.leaf.raw()),
    );
  }
  for (
    const none of [
      null,
      undefined,
      "",
      "Bearer x",
      "Zap",
      "Zap ",
      "Zapper x",
      "Zap a b",
    ]
  ) {
    assertEquals(decodeAuthorization(none), undefined);
  }
  assertEquals(code(() => decodeAuthorization("Zap !!!")), "bad_magic");
});

test("every bit flip of an encoded chain is refused, or changes nothing but its envelope", async () => {
  const honest = await chainOf(2, [[caveat.maxDepth(1)], []]);
  const bytes = encodeChain(honest.leaf, honest.chain);
  const verifier = verifierOf(honest, { cacheSize: 0 });
  const same = toHex(honest.leaf.raw()) +
    honest.chain.map((cap) => toHex(cap.raw()));
  const verdicts = await Promise.all(
    Array.from({ length: 8 * bytes.length }, async (_, bit) => {
      const flipped = bytes.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      try {
        const { leaf, chain } = decodeChain(flipped);
        const isSame = toHex(leaf.raw()) + chain.map((cap) => toHex(cap.raw())) === same;
        return isSame ? "same" : await judge(verifier, { ...honest, leaf, chain });
      } catch (error) {
        assert(error instanceof CapError, String(error));
        return error.code;
      }
    }),
  );
  assertEquals(verdicts.filter((verdict) => verdict === "valid"), []);
  // Flags, and padding between a header and what it points to, are not looked at.
  assert(
    verdicts.filter((verdict) => verdict === "same").length <
      verdicts.length / 10,
  );
});

test("truncations, foreign messages and nonsense are CapErrors", async () => {
  const honest = await chainOf(2);
  const bytes = encodeChain(honest.leaf, honest.chain);
  for (let length = 0; length < bytes.length; length++) {
    const cut = bytes.slice(0, length);
    assertThrows(() => decodeChain(cut), CapError);
    if (length < 16) continue;
    new DataView(cut.buffer).setUint32(12, length, true);
    assertThrows(() => decodeChain(cut), CapError);
  }
  assertEquals(code(() => decodeChain(new Uint8Array(100))), "bad_magic");
  assertEquals(code(() => decodeChain(new Builder().finish())), "too_short");
});

test("limits: links, bytes and characters are compared before anything is decoded", async () => {
  const honest = await chainOf(1);
  const seventeen = Array.from({ length: 17 }, () => honest.leaf);
  assertEquals(code(() => encodeChain(honest.leaf, seventeen)), "chain_broken");
  const builder = new Builder();
  const object = builder.startObject(16);
  object.setU32(0, 0x314e4843);
  const list = builder.startList();
  for (let i = 0; i < 10_000; i++) list.addObjectBytes(new Uint8Array(0));
  object.setList(8, list.finishOffset(), 10_000);
  object.finishAsRoot();
  assertEquals(code(() => decodeChain(builder.finish())), "chain_broken");
  assertEquals(
    code(() => decodeChain(new Uint8Array(10 << 20))),
    "bad_caveats",
  );
  assertEquals(code(() => decodeToken("A".repeat(10 << 20))), "bad_caveats");
});

test("a capability in another layout is not encoded", async () => {
  const { leaf } = await chainOf(1);
  const bytes = leaf.raw().slice();
  bytes[6] = 1;
  assertEquals(code(() => encodeChain(Cap.wrap(bytes), [])), "bad_caveats");
});

test("property: base64url is exact in both directions", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
      const text = encodeBase64url(bytes);
      assert(/^[A-Za-z0-9_-]*$/.test(text));
      assertEquals(toHex(decodeBase64url(text)!), toHex(bytes));
    }),
    { numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (text) => {
      const bytes = decodeBase64url(text);
      if (bytes) assertEquals(encodeBase64url(bytes), text);
    }),
    { numRuns: 500 },
  );
  for (const bad of ["A", "AB", "AAB", "AA=", "A+A", "AA\n", "éé"]) {
    assertEquals(decodeBase64url(bad), undefined, bad);
  }
  const big = new Uint8Array(100_000).fill(251);
  assertEquals(decodeBase64url(encodeBase64url(big))!.length, big.length);
});
