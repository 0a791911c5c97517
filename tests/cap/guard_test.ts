/** The guard in front of a server's methods. */

import { test } from "node:test";
import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  Cap,
  capGuard,
  CapKind,
  caveat,
  encodeChain,
  encodeToken,
  type GuardCode,
  type GuardRule,
  issue,
} from "../../cap.ts";
import { ZapClient, ZapServer } from "../../src/rpc/mod.ts";
import { chainOf, NOW, OP, TARGET, verifierOf } from "./support.ts";

const RULE: GuardRule = { kind: CapKind.KMSSign, op: OP, target: TARGET };

test("each refusal has its status and its code in the log", async () => {
  const honest = await chainOf(2, [[caveat.audience("a")]]);
  const verifier = verifierOf(honest);
  const cap = encodeChain(honest.leaf, honest.chain);
  const expired = await issue(
    {
      kind: CapKind.KMSSign,
      target: TARGET,
      permissions: OP,
      expiresAt: NOW - 1n,
    },
    honest.signers[0]!,
  );
  const forged = honest.leaf.raw().slice();
  forged[16 + 164]! ^= 1;
  const wrongKind = encodeChain(Cap.wrap(forged), honest.chain);
  const logged: [number, number, GuardCode][] = [];
  const guard = capGuard({
    verifier,
    rules: {
      1: RULE,
      2: { ...RULE, op: 1n << 20n },
      3: { ...RULE, target: new Uint8Array(32) },
      4: { ...RULE, kind: CapKind.Stake },
      5: "open",
    },
    log: ({ method, status, code }) => void logged.push([method, status, code]),
  });
  const context = { audience: "a" };
  const none = new Uint8Array(0);
  const cases: [number, Uint8Array | string, object, 200 | 401 | 403, GuardCode?][] = [
    [1, cap, { context }, 200],
    [1, encodeToken(honest.leaf, honest.chain), { context }, 200],
    [1, encodeToken(honest.leaf), { context }, 401, "chain_broken"],
    [1, "no token", { context }, 401, "bad_magic"],
    [1, "", { context }, 401, "missing"],
    [1, cap, { context, holder: honest.holder }, 200],
    [1, cap, { context, holder: TARGET }, 403, "holder_mismatch"],
    [1, cap, {}, 403, "caveat_violation"],
    [1, cap, { context: { audience: "b" } }, 403, "caveat_violation"],
    [2, cap, { context }, 403, "op_not_permitted"],
    [3, cap, { context }, 403, "target_mismatch"],
    [4, cap, { context }, 403, "wrong_kind"],
    [4, wrongKind, { context }, 401, "sig_mismatch"],
    [5, none, {}, 200],
    [9, cap, { context }, 403, "no_rule"],
    [1, none, {}, 401, "missing"],
    [1, Uint8Array.of(1, 2), {}, 401, "too_short"],
    [1, new Uint8Array(20), {}, 401, "bad_magic"],
    [1, new Uint8Array(10 << 20), {}, 401, "bad_caveats"],
    [1, honest.leaf.raw(), { context }, 401, "chain_broken"],
    [1, expired.raw(), { context }, 401, "expired"],
    [1, wrongKind, { context }, 401, "sig_mismatch"],
  ];
  for (const [method, bytes, request, status, code] of cases) {
    const verdict = await guard(method, bytes, request);
    assertEquals(
      verdict,
      code === undefined ? { status: 200 } : { status, code } as typeof verdict,
    );
  }
  const refusals = cases.filter(([, , , , code]) => code !== undefined);
  assertEquals(
    logged,
    refusals.map(([method, , , status, code]) => [method, status, code!]),
  );
});

test("a holder that may hand on may not issue roots, where the rule names those who may", async () => {
  const honest = await chainOf(2);
  const [owner, service] = honest.signers;
  const verifier = verifierOf(honest);
  const own = await issue({ kind: CapKind.KMSSign, target: TARGET, permissions: OP }, service!);
  const lax = capGuard({ verifier, rules: { 1: RULE } });
  const strict = capGuard({ verifier, rules: { 1: { ...RULE, roots: [owner!.public()] } } });
  assertEquals((await lax(1, own.raw())).status, 200);
  assertEquals(await strict(1, own.raw()), { status: 401, code: "issuer_unknown" });
  assertEquals(await strict(1, encodeChain(honest.leaf, honest.chain)), { status: 200 });
  assertEquals((await strict(1, honest.leaf.raw())).status, 401);
});

test("a rule that nobody can keep, or with a part that nobody reads, is refused when the guard is made", async () => {
  const verifier = verifierOf(await chainOf(1));
  const wrong: [string, unknown][] = [
    ["1", { ...RULE, root: [TARGET] }],
    ["1", { ...RULE, roots: [TARGET, new Uint8Array(31)] }],
    ["1", { ...RULE, target: "key 7" }],
    ["1", { ...RULE, target: new Uint8Array(33) }],
    ["1", { ...RULE, op: 0n }],
    ["1", { ...RULE, op: 1 }],
    ["1", { ...RULE, kind: undefined }],
    ["1", "Open"],
    ["1", null],
    ["0", RULE],
    ["Keys.sign", RULE],
    ["4294967296", RULE],
  ];
  for (const [method, rule] of wrong) {
    const rules = { 2: "open", [method]: rule } as Record<number, GuardRule | "open">;
    assertThrows(() => capGuard({ verifier, rules }), TypeError);
  }
  const options = { verifier, rules: {}, logs: () => {} };
  assertThrows(() => capGuard(options), TypeError, '"log"');
});

test("names of an object's prototype are no rules", async () => {
  const honest = await chainOf(1);
  const guard = capGuard({ verifier: verifierOf(honest), rules: {} });
  assertEquals(await guard(0, honest.leaf.raw()), {
    status: 403,
    code: "no_rule",
  });
});

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: an RPC server refuses before dispatch, tells the log why and the caller nothing`, async () => {
    const honest = await chainOf(2);
    const cap = encodeChain(honest.leaf, honest.chain);
    const leaf = honest.leaf.raw().slice();
    leaf[16 + 164]! ^= 1;
    const forged = encodeChain(Cap.wrap(leaf), honest.chain);
    const logged: GuardCode[] = [];
    const guard = capGuard({
      verifier: verifierOf(honest),
      rules: { 1: RULE, 2: { ...RULE, op: 1n << 20n }, 3: "open" },
      log: ({ code }) => void logged.push(code),
    });
    const ran: number[] = [];
    const server = new ZapServer({
      guard: async ({ method, cap }) => (await guard(method, cap)).status,
      call: ({ method }) => (ran.push(method), Uint8Array.of(method)),
    });
    const address = await server.listen({ port: 0, framing });
    assert(address.transport === "tcp");
    const client = await ZapClient.connect({ port: address.port, framing });
    try {
      const cases: [number, Uint8Array, number][] = [
        [1, cap, 200],
        [1, new Uint8Array(0), 401],
        [1, Uint8Array.of(1, 2, 3), 401],
        [1, forged, 401],
        [2, cap, 403],
        [3, new Uint8Array(0), 200],
        [4, cap, 403],
      ];
      for (const [method, cap, expected] of cases) {
        const { status, body } = await client.call(method, { cap });
        assertEquals([status, body.length], [expected, expected === 200 ? 1 : 0]);
      }
    } finally {
      client.close();
      await server.close();
    }
    assertEquals(ran, [1, 3]);
    assertEquals(logged, ["missing", "too_short", "sig_mismatch", "op_not_permitted", "no_rule"]);
  });
}
