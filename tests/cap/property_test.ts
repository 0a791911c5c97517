/** Random capabilities and random damage. */

import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  attenuate,
  Cap,
  CapError,
  type Caveat,
  decodeChain,
  encodeChain,
  issue,
  Perm,
} from "../../cap.ts";
import { StructView } from "../../mod.ts";
import { FIELD } from "../../src/cap/layout.ts";
import { toHex } from "../support/vectors.ts";
import { chainOf, judge, NOW, OP, signerOf, verifierOf } from "./support.ts";

const u64 = fc.bigInt({ min: 0n, max: 0xffff_ffff_ffff_ffffn });
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const caveats: fc.Arbitrary<Caveat[]> = fc.array(
  fc.record({
    kind: fc.nat(0xffffffff),
    value: fc.uint8Array({ maxLength: 40 }),
  }),
  { maxLength: 5 },
);
const issuance = fc.record({
  kind: fc.nat(0xffffffff),
  target: hash,
  holder: hash,
  permissions: u64,
  parent: hash,
  issuedAt: u64,
  expiresAt: u64,
  caveats,
});

test("property: what is issued reads back, alone and in a chain", async () => {
  const signer = await signerOf(1);
  await fc.assert(
    fc.asyncProperty(issuance, async (said) => {
      const cap = Cap.wrap((await issue(said, signer)).raw());
      for (const read of [cap, decodeChain(encodeChain(cap, [])).leaf]) {
        assertEquals(
          [read.kind(), read.permissions(), read.issuedAt(), read.expiresAt()],
          [said.kind, said.permissions, said.issuedAt, said.expiresAt],
        );
        assertEquals(
          [read.target(), read.holder(), read.parent(), read.issuer()].map(
            toHex,
          ),
          [said.target, said.holder, said.parent, signer.public()].map(toHex),
        );
        assertEquals(
          read.caveats().map(({ kind, value }) => [kind, toHex(value)]),
          said.caveats.map(({ kind, value }) => [kind, toHex(value)]),
        );
        assertEquals(toHex(read.raw()), toHex(cap.raw()));
      }
    }),
    { numRuns: 100 },
  );
});

test("property: a child never has more than its parent, whatever is asked", async () => {
  const [owner, holder] = await Promise.all([signerOf(1), signerOf(2)]);
  await fc.assert(
    fc.asyncProperty(
      issuance,
      u64,
      u64,
      caveats,
      async (said, permissions, expiresAt, more) => {
        const parent = await issue(
          {
            ...said,
            permissions: said.permissions | Perm.Attenuate,
            holder: holder.public(),
          },
          owner,
        );
        const child = await attenuate(
          parent,
          said.target,
          permissions,
          more,
          expiresAt,
          holder,
        );
        assertEquals(child.permissions() & ~parent.permissions(), 0n);
        assertEquals(child.kind(), parent.kind());
        assertEquals(toHex(child.target()), toHex(parent.target()));
        assertEquals(toHex(child.parent()), toHex(await parent.id()));
        const [was, is] = [parent.expiresAt(), child.expiresAt()];
        assert(was === 0n || (is !== 0n && is <= was));
        assert(expiresAt === 0n || (is !== 0n && is <= expiresAt));
      },
    ),
    { numRuns: 100 },
  );
});

test("property: wrap reads hostile bytes as the wire's views do, or throws a CapError", async () => {
  const base = await issue(
    {
      kind: 1,
      permissions: OP,
      caveats: [{ kind: 1, value: new Uint8Array(9) }],
    },
    await signerOf(1),
  );
  const edits = fc.array(fc.tuple(fc.nat(base.raw().length - 1), fc.nat(255)), {
    maxLength: 8,
  });
  const heads = fc.array(
    fc.tuple(
      fc.oneof(fc.nat(24), fc.integer({ min: 172, max: 180 }), fc.nat(3660)),
      fc.nat(255),
    ),
    { maxLength: 4 },
  );
  fc.assert(
    fc.property(edits, heads, fc.nat(64), (edits, heads, more) => {
      const bytes = new Uint8Array(base.raw().length + more);
      bytes.set(base.raw());
      for (const [at, value] of [...edits, ...heads]) bytes[at] = value;
      let cap: Cap;
      try {
        cap = Cap.wrap(bytes);
      } catch (error) {
        assert(error instanceof CapError, String(error));
        return;
      }
      const view = new DataView(bytes.buffer);
      const root = new StructView(
        bytes.subarray(0, view.getUint32(12, true)),
        view.getUint32(8, true),
      );
      assertEquals(cap.kind(), root.u32(FIELD.kind));
      assertEquals(cap.permissions(), root.u64(FIELD.permissions));
      assertEquals(
        toHex(cap.signature()),
        toHex(root.bytesFixed(FIELD.sig, 3408)),
      );
      const list = root.list(FIELD.caveats);
      assertEquals(cap.numCaveats(), list.len());
      for (const [i, { kind, value }] of cap.caveats().entries()) {
        assertEquals(kind, list.objectAt(i).u32(0));
        assertEquals(toHex(value), toHex(list.objectAt(i).bytes(4)));
      }
    }),
    { numRuns: 500 },
  );
});

test("property: no damage to a chain is answered with null", async () => {
  const honest = await chainOf(3, [[{ kind: 8, value: new Uint8Array(5) }]]);
  const verifier = verifierOf(honest);
  const caps = [honest.leaf, ...honest.chain];
  assertEquals(await judge(verifier, honest), "valid");
  const damage = fc.record({
    cap: fc.nat(2),
    at: fc.nat(3600),
    value: fc.integer({ min: 1, max: 255 }),
    order: fc.shuffledSubarray([0, 1, 2], { minLength: 1 }),
  });
  await fc.assert(
    fc.asyncProperty(
      damage,
      fc.boolean(),
      async ({ cap, at, value, order }, reorder) => {
        const bytes = caps.map((cap) => cap.raw().slice());
        const target = bytes[cap]!;
        target[at % target.length]! ^= value;
        const indexes = reorder ? order : [0, 1, 2];
        // A damaged link that is left out does no damage to what is left, if that is a whole chain.
        if (!indexes.includes(cap)) return;
        let wrapped: Cap[];
        try {
          wrapped = indexes.map((i) => Cap.wrap(bytes[i]!));
        } catch (error) {
          assert(error instanceof CapError, String(error));
          return;
        }
        const [leaf, ...chain] = wrapped as [Cap, ...Cap[]];
        const holder = leaf.holder();
        const verdict = await verifier.verifyChain(
          leaf,
          chain,
          OP,
          leaf.target(),
          holder,
          NOW,
        );
        assert(verdict instanceof CapError);
      },
    ),
    { numRuns: 500 },
  );
});
