/** Caveats: each is enforced against the request; what cannot be evaluated is a refusal. */

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  type Caveat,
  caveat,
  type CaveatContext,
  CaveatKind,
  hash32,
  MemoryNonces,
  MemoryRates,
  Verifier,
} from "../../cap.ts";
import { isInNetwork } from "../../src/base/ip_address.ts";
import { parseIpAddress } from "../../src/cap/ip_address.ts";
import { chainOf, judge, NOW, OP, TARGET, verifierOf } from "./support.ts";

const bytes = (...values: number[]): Uint8Array => Uint8Array.of(...values);

/** The verdict on a lone capability with these caveats. */
async function verdict(
  caveats: Caveat[],
  context: CaveatContext,
): Promise<string> {
  const chain = await chainOf(1, [caveats]);
  return await judge(verifierOf(chain, { caveats: {} }), chain, context);
}

const CASES: [string, Caveat, CaveatContext, boolean][] = [
  ["ExpiresAt in its last second", caveat.expiresAt(NOW), {}, true],
  ["ExpiresAt a second later", caveat.expiresAt(NOW - 1n), {}, false],
  ["MaxAmount at the maximum", caveat.maxAmount(10n), { amount: 10n }, true],
  ["MaxAmount above", caveat.maxAmount(10n), { amount: 11n }, false],
  ["MaxAmount below zero", caveat.maxAmount(10n), { amount: -1n }, false],
  ["MaxAmount without an amount", caveat.maxAmount(10n), {}, false],
  [
    "DestChain equal",
    caveat.destChain(bytes(1, 2)),
    { destChain: bytes(1, 2) },
    true,
  ],
  [
    "DestChain other",
    caveat.destChain(bytes(1, 2)),
    { destChain: bytes(1, 3) },
    false,
  ],
  [
    "DestChain prefix",
    caveat.destChain(bytes(1, 2)),
    { destChain: bytes(1) },
    false,
  ],
  ["DestChain missing", caveat.destChain(bytes()), {}, false],
  ["AssetID equal", caveat.assetID(bytes(7)), { assetID: bytes(7) }, true],
  ["AssetID other", caveat.assetID(bytes(7)), { assetID: bytes(8) }, false],
  ["AssetID given as DestChain", caveat.assetID(bytes(7)), {
    destChain: bytes(7),
  }, false],
  ["IPCIDR inside", caveat.ipCidr("10.0.0.0/8"), { ip: "10.255.0.1" }, true],
  ["IPCIDR outside", caveat.ipCidr("10.0.0.0/8"), { ip: "11.0.0.1" }, false],
  [
    "IPCIDR mapped",
    caveat.ipCidr("10.0.0.0/8"),
    { ip: "::ffff:10.1.2.3" },
    true,
  ],
  [
    "IPCIDR other family",
    caveat.ipCidr("0.0.0.0/0"),
    { ip: "2001:db8::1" },
    false,
  ],
  [
    "IPCIDR IPv6",
    caveat.ipCidr("2001:db8::/33"),
    { ip: "2001:db8:7fff::1" },
    true,
  ],
  ["IPCIDR IPv6 outside", caveat.ipCidr("2001:db8::/33"), {
    ip: "2001:db8:8000::1",
  }, false],
  [
    "IPCIDR with a zone",
    caveat.ipCidr("fe80::/10"),
    { ip: "fe80::1%eth0" },
    false,
  ],
  ["IPCIDR without address", caveat.ipCidr("0.0.0.0/0"), {}, false],
  ["OpAllow with the bit", caveat.opAllow(0b11n), {}, true],
  ["OpAllow without", caveat.opAllow(0b10n), {}, false],
  ["MaxDepth", caveat.maxDepth(0), {}, true],
  [
    "Audience equal",
    caveat.audience("é.example"),
    { audience: "é.example" },
    true,
  ],
  [
    "Audience other",
    caveat.audience("é.example"),
    { audience: "e.example" },
    false,
  ],
  ["Audience missing", caveat.audience(""), {}, false],
  ["RateLimit without a store", caveat.rateLimit(1, 1), {}, false],
  ["NonceHash without a store", caveat.nonceHash(new Uint8Array(32)), {
    nonce: bytes(1),
  }, false],
];

test("each built-in caveat holds and is violated as documented", async () => {
  for (const [name, item, context, holds] of CASES) {
    assertEquals(
      await verdict([item], context),
      holds ? "valid" : "caveat_violation",
      name,
    );
  }
});

test("a value of any wrong length is a violation", async () => {
  const all: CaveatContext = {
    amount: 0n,
    destChain: bytes(1),
    assetID: bytes(1),
    ip: "0.0.0.0",
    audience: "a",
    nonce: bytes(),
  };
  const sizes: [number, number[]][] = [
    [CaveatKind.ExpiresAt, [8]],
    [CaveatKind.MaxAmount, [8]],
    [CaveatKind.RateLimit, [8]],
    [CaveatKind.IPCIDR, [6, 18]],
    [CaveatKind.OpAllow, [8]],
    [CaveatKind.MaxDepth, [1]],
    [CaveatKind.NonceHash, [32]],
  ];
  const options = {
    caveats: { rates: new MemoryRates(), nonces: new MemoryNonces() },
  };
  for (const [kind, right] of sizes) {
    for (let length = 0; length <= 33; length++) {
      if (right.includes(length)) continue;
      const chain = await chainOf(1, [[{
        kind,
        value: new Uint8Array(length).fill(255),
      }]]);
      const code = await judge(verifierOf(chain, options), chain, all);
      assertEquals(code, "caveat_violation", `kind ${kind}, ${length} bytes`);
    }
  }
});

test("a family or a prefix that is none is a violation", async () => {
  for (const head of [[4, 33], [5, 8], [0, 0], [6, 8]]) {
    const value = Uint8Array.of(...head, 10, 0, 0, 0);
    assertEquals(
      await verdict([{ kind: CaveatKind.IPCIDR, value }], { ip: "10.0.0.0" }),
      "caveat_violation",
    );
  }
});

test("all caveats of a capability must hold", async () => {
  const both = [caveat.maxAmount(10n), caveat.maxAmount(5n)];
  assertEquals(await verdict(both, { amount: 5n }), "valid");
  assertEquals(await verdict(both, { amount: 6n }), "caveat_violation");
});

test("caveats of every link are evaluated", async () => {
  for (let place = 0; place < 3; place++) {
    const caveats: Caveat[][] = [[], [], []];
    caveats[place] = [caveat.audience("a")];
    const chain = await chainOf(3, caveats);
    const verifier = verifierOf(chain);
    for (let time = 0; time < 2; time++) {
      assertEquals(await judge(verifier, chain, { audience: "a" }), "valid");
      assertEquals(
        await judge(verifier, chain, { audience: "b" }),
        "caveat_violation",
      );
      assertEquals(await judge(verifier, chain, {}), "caveat_violation");
    }
  }
});

test("MaxDepth counts the delegations below its link", async () => {
  for (let depth = 0; depth < 4; depth++) {
    const chain = await chainOf(4, [[caveat.maxDepth(depth)]]);
    const code = await judge(verifierOf(chain), chain, {});
    assertEquals(code, depth >= 3 ? "valid" : "caveat_violation");
  }
});

test("OpAllow takes the operation of verifyChain, not that of the context", async () => {
  const chain = await chainOf(1, [[caveat.opAllow(0b10n)]]);
  assertEquals(
    await judge(verifierOf(chain), chain, { op: 0b10n }),
    "caveat_violation",
  );
  const verifier = verifierOf(chain);
  assertEquals(await verifier.verify(chain.leaf, NOW, { op: 0b10n }), null);
  assertEquals(
    (await verifier.verify(chain.leaf, NOW, { op: 0b11n }))?.code,
    "caveat_violation",
  );
  assertEquals(
    (await verifier.verify(chain.leaf, NOW, {}))?.code,
    "caveat_violation",
  );
});

test("without a context only kinds are checked, unless the verifier is told of caveats", async () => {
  const chain = await chainOf(1, [[caveat.audience("a")]]);
  assertEquals(await judge(verifierOf(chain), chain), "valid");
  assertEquals(
    await judge(verifierOf(chain, { caveats: {} }), chain),
    "caveat_violation",
  );
  assertEquals(await judge(verifierOf(chain), chain, {}), "caveat_violation");
});

test("an unknown kind is refused, and no evaluator can be registered for it", async () => {
  for (const kind of [10, 255, 0xffffffff]) {
    const chain = await chainOf(1, [[{ kind, value: bytes() }]]);
    assertEquals(await judge(verifierOf(chain), chain, {}), "unknown_caveat");
    const evaluate = { [kind]: () => true };
    assertThrows(
      () => new Verifier({ caveats: { evaluate } }),
      TypeError,
      "known kinds",
    );
  }
});

test("RateLimit counts the uses of a link and all below it, in windows", async () => {
  const chain = await chainOf(2, [[caveat.rateLimit(2, 10)]]);
  const verifier = verifierOf(chain, { caveats: { rates: new MemoryRates() } });
  const at = async (now: bigint) => {
    const { leaf, holder } = chain;
    return (await verifier.verifyChain(
      leaf,
      chain.chain,
      OP,
      TARGET,
      holder,
      now,
    ))?.code ??
      "valid";
  };
  const codes = [];
  for (const seconds of [0n, 1n, 2n, 9n, 10n, 11n, 12n]) {
    codes.push(await at(NOW + seconds));
  }
  const refused = "caveat_violation";
  assertEquals(codes, [
    "valid",
    "valid",
    refused,
    refused,
    "valid",
    "valid",
    refused,
  ]);
});

test("a refused request burns neither a use nor a nonce", async () => {
  const nonce = bytes(1, 2, 3);
  const hash = await hash32(nonce);
  const chain = await chainOf(1, [[
    caveat.nonceHash(hash),
    caveat.rateLimit(1, 10),
    caveat.audience("a"),
  ]]);
  const caveats = { rates: new MemoryRates(), nonces: new MemoryNonces() };
  const verifier = verifierOf(chain, { caveats });
  assertEquals(
    await judge(verifier, chain, { nonce, audience: "b" }),
    "caveat_violation",
  );
  assertEquals(await judge(verifier, chain, { nonce, audience: "a" }), "valid");
});

test("a nonce is accepted once, whoever asks at the same time", async () => {
  const nonce = bytes(1, 2, 3);
  const chain = await chainOf(1, [[caveat.nonceHash(await hash32(nonce))]]);
  const verifier = verifierOf(chain, {
    caveats: { nonces: new MemoryNonces() },
  });
  assertEquals(
    await judge(verifier, chain, { nonce: bytes(9) }),
    "caveat_violation",
  );
  assertEquals(await judge(verifier, chain, {}), "caveat_violation");
  const codes = await Promise.all(
    Array.from({ length: 20 }, () => judge(verifier, chain, { nonce })),
  );
  assertEquals(codes.filter((code) => code === "valid").length, 1);
  assertEquals(codes.filter((code) => code === "caveat_violation").length, 19);
});

test("memories are bounded: the new is refused, the old is not forgotten", () => {
  const rates = new MemoryRates(2);
  assert(rates.take("a", 1, 10, 0n));
  assert(rates.take("b", 1, 10, 0n));
  assertEquals(rates.take("c", 1, 10, 5n), false);
  assertEquals(rates.take("a", 1, 10, 5n), false);
  assert(rates.take("c", 1, 10, 10n));
  assertEquals(rates.take("z", 0, 10, 10n), false);
  const nonces = new MemoryNonces(2);
  const hash = (n: number) => new Uint8Array(32).fill(n);
  assert(nonces.use(hash(1), 5n, 0n));
  assert(nonces.use(hash(2), 0n, 0n));
  assertEquals(nonces.use(hash(3), 0n, 5n), false);
  assertEquals(nonces.use(hash(1), 5n, 5n), false);
  assert(nonces.use(hash(3), 0n, 6n));
  assertEquals(nonces.use(hash(2), 0n, 6n), false);
  for (const limit of [NaN, Infinity, 0, -1, 1.5]) {
    assertThrows(() => new MemoryRates(limit), RangeError, "MemoryRates");
    assertThrows(() => new MemoryNonces(limit), RangeError, "MemoryNonces");
  }
});

test("a full memory is looked through only when something in it can go", () => {
  const { entries } = Map.prototype;
  let looks = 0;
  const count = function (this: Map<unknown, unknown>): MapIterator<[unknown, unknown]> {
    looks++;
    return Reflect.apply(entries, this, []);
  };
  Map.prototype[Symbol.iterator] = count;
  try {
    const rates = new MemoryRates(100);
    for (let i = 0; i < 100; i++) assert(rates.take(`${i}`, 1, 10 + i, 0n));
    for (let i = 0; i < 1000; i++) assertEquals(rates.take("more", 1, 10, 9n), false);
    assertEquals(looks, 0);
    assert(rates.take("more", 1, 5, 10n));
    assertEquals(rates.take("and more", 1, 5, 10n), false);
    assertEquals([looks, rates.take("and more", 1, 5, 11n), looks], [1, true, 2]);
    looks = 0;
    const nonces = new MemoryNonces(100);
    const hash = (n: number): Uint8Array => new Uint8Array(32).fill(n);
    for (let i = 0; i < 100; i++) assert(nonces.use(hash(i), i === 0 ? 0n : BigInt(10 + i), 0n));
    for (let i = 0; i < 1000; i++) assertEquals(nonces.use(hash(200), 20n, 11n), false);
    assertEquals(looks, 0);
    assert(nonces.use(hash(200), 20n, 12n));
    assertEquals(nonces.use(hash(0), 0n, 1000n), false);
  } finally {
    Map.prototype[Symbol.iterator] = entries;
  }
});

test("evaluators of one's own take the built-in's place; only true passes", async () => {
  const chain = await chainOf(1, [[caveat.destChain(bytes(1))]]);
  const seen: unknown[] = [];
  const answers: [unknown, string][] = [
    [true, "valid"],
    [Promise.resolve(true), "valid"],
    [false, "caveat_violation"],
    [1, "caveat_violation"],
    [undefined, "caveat_violation"],
    [Promise.resolve("yes"), "caveat_violation"],
  ];
  for (const [answer, code] of answers) {
    const verifier = verifierOf(chain, {
      caveats: {
        evaluate: {
          [CaveatKind.DestChain]: (value, context, place) => {
            seen.push([value.length, context.extra, place.depth, place.now]);
            return answer as boolean;
          },
        },
      },
    });
    assertEquals(await judge(verifier, chain, { extra: "x" }), code);
  }
  assertEquals(seen, answers.map(() => [1, "x", 0, NOW]));
  const throwing = verifierOf(chain, {
    caveats: {
      evaluate: {
        [CaveatKind.DestChain]: () => {
          throw new Error("no");
        },
      },
    },
  });
  assertEquals(await judge(throwing, chain, {}), "caveat_violation");
});

test("makers refuse what their encoding cannot hold", () => {
  const bad: (() => unknown)[] = [
    () => caveat.expiresAt(-1n),
    () => caveat.maxAmount(1n << 64n),
    () => caveat.rateLimit(1, 0),
    () => caveat.rateLimit(-1, 1),
    () => caveat.maxDepth(256),
    () => caveat.maxDepth(0.5),
    () => caveat.nonceHash(bytes(1)),
    () => caveat.ipCidr("10.0.0.0"),
    () => caveat.ipCidr("10.0.0.0/33"),
    () => caveat.ipCidr("10.0.0.0/8/8"),
    () => caveat.ipCidr("10.0.0/8"),
    () => caveat.ipCidr("::/129"),
  ];
  for (const make of bad) assertThrows(make, RangeError, "Cannot make caveat");
});

test("addresses are parsed as RFC 4291 writes them, and nothing else is", () => {
  const good: [string, string][] = [
    ["0.0.0.0", "0,0,0,0"],
    ["255.1.20.3", "255,1,20,3"],
    ["::", "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0"],
    ["::1", "0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1"],
    ["1::", "0,1,0,0,0,0,0,0,0,0,0,0,0,0,0,0"],
    ["1:2:3:4:5:6:7:8", "0,1,0,2,0,3,0,4,0,5,0,6,0,7,0,8"],
    ["1:2:3:4:5:6:7::", "0,1,0,2,0,3,0,4,0,5,0,6,0,7,0,0"],
    ["64:ff9b::192.0.2.1", "0,100,255,155,0,0,0,0,0,0,0,0,192,0,2,1"],
    ["1:2:3:4:5:6:1.2.3.4", "0,1,0,2,0,3,0,4,0,5,0,6,1,2,3,4"],
    ["::ffff:1.2.3.4", "1,2,3,4"],
  ];
  for (const [text, expected] of good) {
    assertEquals(String(parseIpAddress(text)), expected, text);
  }
  const bad = [
    ...[
      "",
      "1.2.3",
      "1.2.3.4.5",
      "1.2.3.256",
      "01.2.3.4",
      "1.2.3.4 ",
      "+1.2.3.4",
      "0x1.2.3.4",
    ],
    ...[
      ":",
      ":::",
      "1:2:3:4:5:6:7:8:9",
      "1::2::3",
      "12345::",
      "g::",
      "::1%lo",
      "[::1]",
    ],
    ...[
      "1.2.3.4::",
      "::1.2.3.4:5",
      "1:2:3:4:5:6:7:1.2.3.4",
      ":1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7:8:",
    ],
    ...["1:2:3:4::5:6:7:8", "a".repeat(100)],
  ];
  for (const text of bad) assertEquals(parseIpAddress(text), undefined, text);
});

test("property: an address is in a network if and only if their prefixes are the same bits", () => {
  const address = fc.uint8Array({ minLength: 16, maxLength: 16 });
  const bits = (data: Uint8Array) =>
    Array.from(data, (byte) => byte.toString(2).padStart(8, "0")).join("");
  fc.assert(
    fc.property(
      address,
      address,
      fc.nat(128),
      fc.nat(128),
      (a, b, shared, prefix) => {
        const mixed = b.map((byte, i) => {
          const keep = Math.max(0, Math.min(8, shared - 8 * i));
          const mask = (0xff << (8 - keep)) & 0xff;
          return (a[i]! & mask) | (byte & ~mask);
        });
        const expected = bits(a).slice(0, prefix) === bits(mixed).slice(0, prefix);
        assertEquals(isInNetwork(a, mixed, prefix), expected);
      },
    ),
    { numRuns: 200 },
  );
});
