/** `zap cap`, as a user runs it. */

import { test } from "node:test";
import { appendFile, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { caveat, decodeRevocation, decodeToken } from "../../cap.ts";
import { decodeBase64url } from "../../src/cap/base64url.ts";
import { runCap } from "../../src/cli/cap.ts";
import { showCaveat } from "../../src/cli/cap_show.ts";
import { type FakeIo, fakeIo } from "../support/cli_io.ts";
import { toHex } from "../support/vectors.ts";

/** Runs a command in a world that stays; answers its exit code and what it wrote. */
async function run(
  io: FakeIo,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  io.out = "";
  io.err = "";
  const code = await runCap(args, io);
  return { code, out: io.out, err: io.err };
}

async function must(io: FakeIo, ...args: string[]): Promise<string> {
  const { code, out, err } = await run(io, ...args);
  assertEquals([code, err], [0, ""], args.join(" "));
  return out;
}

/** A world with three keys, a root in `root` and a leaf in `leaf`. */
async function world(scheme = "ed25519"): Promise<FakeIo> {
  const io = fakeIo();
  for (const name of ["owner", "service", "worker"]) {
    await must(
      io,
      "keygen",
      `--out=${name}`,
      `--public=${name}.pub`,
      `--scheme=${scheme}`,
    );
  }
  await must(
    io,
    "issue",
    ...[
      "--key=owner",
      "--kind=kmssign",
      "--permissions=0x3,attenuate",
      "--holder=service.pub",
    ],
    ...[
      "--target=text:key 7",
      "--expires-in=1h",
      "--caveat=max-depth=1",
      "--out=root",
    ],
  );
  await must(
    io,
    "attenuate",
    ...["root", "--key=service", "--holder=worker", "--permissions=0x1"],
    ...["--caveat=audience=a.example", "--caveat=ip=10.0.0.0/8", "--out=leaf"],
  );
  return io;
}

const ISSUERS = ["--issuer=owner.pub", "--issuer=service.pub"];
const CONTEXT = ["--context=audience=a.example", "--context=ip=10.1.2.3"];

test("keys, tokens and verdicts, for each scheme", async () => {
  for (const scheme of ["ed25519", "secp256k1", "ml-dsa-65", "hybrid"]) {
    const io = await world(scheme);
    const verdict = await must(
      io,
      "verify",
      "leaf",
      ...ISSUERS,
      "--op=1",
      ...CONTEXT,
    );
    assertEquals(verdict, "valid\n", scheme);
  }
});

test("verify refuses with exit code 1 and says why", async () => {
  const io = await world();
  const cases: [string[], string][] = [
    [[...ISSUERS, "--op=1"], "caveat_violation"],
    [[...ISSUERS, "--op=2", ...CONTEXT], "op_not_permitted"],
    [
      [...ISSUERS, "--op=1", "--target=text:key 8", ...CONTEXT],
      "target_mismatch",
    ],
    [
      [...ISSUERS, "--op=1", `--holder=${"0".repeat(64)}`, ...CONTEXT],
      "holder_mismatch",
    ],
    [
      [...ISSUERS, "--op=1", "--now=2100-01-01T00:00:00Z", ...CONTEXT],
      "expired",
    ],
    [["--issuer=owner", "--op=1", ...CONTEXT], "issuer_unknown"],
  ];
  for (const [options, code] of cases) {
    const result = await run(io, "verify", "leaf", ...options);
    assertEquals([result.code, result.err], [1, ""]);
    assertStringIncludes(result.out, code);
    const json = await run(io, "verify", "leaf", "--json", ...options);
    assertEquals(JSON.parse(json.out), { valid: false, code });
  }
});

test("inspect tells who, what, until when, and that nothing was verified without a key", async () => {
  const io = await world();
  const out = await must(io, "inspect", "leaf");
  for (
    const part of [
      "KMSSign",
      "0x1",
      "0x3, attenuate",
      'audience "a.example"',
      "from 10.0.0.0/8",
      "Link 1, a root",
    ]
  ) assertStringIncludes(out, part);
  assertStringIncludes(out, "Nothing has been verified");
  assert(!out.includes("verdict"));
  const checked = await must(io, "inspect", "leaf", ...ISSUERS);
  assertEquals(checked.match(/verdict +valid/g)?.length, 2);
  assert(!checked.includes("Nothing has been verified"));
  const other = await must(io, "inspect", "leaf", "--issuer=worker");
  assertEquals(other.match(/verdict +issuer_unknown/g)?.length, 2);
  const [leaf, root] = JSON.parse(await must(io, "inspect", "leaf", "--json"));
  assertEquals(leaf.parent, root.id);
  assertEquals([root.parent, root.verdict], [null, null]);
});

test("revoke appends a signed record, and verify reads it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "zap-cap-"));
  try {
    const io = await world();
    const store = join(folder, "revoked");
    const all = [...ISSUERS, "--op=1", ...CONTEXT, `--revoked=${store}`];
    // A file that is not there, such as one misspelt, is not a file in which nothing is revoked.
    const missing = await run(io, "verify", "leaf", ...all);
    assertEquals(missing.code, 1);
    assertStringIncludes(missing.err, store);
    await assertRejects(() => stat(store));
    await writeFile(store, "");
    assertEquals(await must(io, "verify", "leaf", ...all), "valid\n");
    assertEquals((await stat(store)).size, 0);
    const foreign = await run(
      io,
      "revoke",
      "leaf",
      "--link=1",
      "--key=service",
      `--store=${store}`,
    );
    assertEquals(foreign.code, 1);
    assertStringIncludes(foreign.err, "chain_broken");
    const record = await must(
      io,
      "revoke",
      "leaf",
      "--link=1",
      "--key=owner",
      `--store=${store}`,
    );
    const { chain } = decodeToken(
      new TextDecoder().decode(io.files.get("leaf")!.bytes).trim(),
    );
    const { capID } = decodeRevocation(decodeBase64url(record.trim())!);
    assertEquals(toHex(capID), toHex(await chain[0]!.id()));
    const result = await run(io, "verify", "leaf", ...all);
    assertEquals(result.code, 1);
    assertStringIncludes(result.out, "revoked");
    // What a server is writing at this moment stays as it is.
    await appendFile(store, Uint8Array.of(100, 0, 0, 0, 1, 2));
    const { size } = await stat(store);
    assertStringIncludes((await run(io, "verify", "leaf", ...all)).out, "revoked");
    assertEquals((await stat(store)).size, size);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("tokens are taken as text, header, hex and bytes, and written with mode 0600", async () => {
  const io = await world();
  const token = new TextDecoder().decode(io.files.get("leaf")!.bytes).trim();
  assertEquals(io.files.get("leaf")!.mode, 0o600);
  const expected = await must(io, "inspect", "leaf");
  const { leaf, chain } = decodeToken(token);
  assertEquals(chain.length, 1);
  const put = (text: string | Uint8Array) =>
    io.files.set("-", {
      bytes: typeof text === "string" ? new TextEncoder().encode(text) : text,
      mode: 0,
    });
  const bytes = decodeBase64url(token)!;
  for (
    const form of [
      `${token}\n`,
      `Zap ${token}`,
      `Authorization: Zap ${token}\n`,
      toHex(bytes),
      bytes,
    ]
  ) {
    put(form);
    assertEquals(await must(io, "inspect"), expected);
  }
  put(leaf.raw());
  assertStringIncludes(await must(io, "inspect", "-"), "KMSSign");
  for (const bad of ["", "nonsense!", "Bearer x", "5a41"]) {
    put(bad);
    assertEquals((await run(io, "inspect")).code, 1, bad);
  }
});

test("private keys come from files that others cannot read, or from the environment", async () => {
  const io = await world();
  const issue = ["issue", "--kind=Stake", "--permissions=1"];
  io.files.get("owner")!.mode = 0o640;
  const open = await run(io, ...issue, "--key=owner");
  assertEquals(open.code, 1);
  assertStringIncludes(open.err, "chmod 600 owner");
  const none = await run(io, ...issue);
  assertEquals(none.code, 1);
  assertStringIncludes(none.err, "ZAP_KEY");
  const secret = new TextDecoder().decode(io.files.get("service")!.bytes);
  const environment = fakeIo({}, {
    ZAP_KEY: secret,
    OTHER: secret,
    BROKEN: "secret{",
  });
  assertMatch(await must(environment, ...issue), /^[A-Za-z0-9_-]+\n$/);
  assertMatch(
    await must(environment, ...issue, "--key-env=OTHER"),
    /^[A-Za-z0-9_-]+\n$/,
  );
  const broken = await run(environment, ...issue, "--key-env=BROKEN");
  assertEquals(broken.code, 1);
  assert(!broken.err.includes("secret{"));
  const isPublic = fakeIo({ key: io.files.get("owner.pub")!.bytes });
  assertEquals((await run(isPublic, ...issue, "--key=key")).code, 1);
});

test("keygen writes the private key with mode 0600 and replaces nothing", async () => {
  const io = fakeIo();
  const { hash, publicKey, scheme } = JSON.parse(
    await must(io, "keygen", "--out=a", "--json"),
  );
  assertEquals([scheme, publicKey.d], ["ed25519", undefined]);
  assertMatch(hash, /^[0-9a-f]{64}$/);
  assertEquals(io.files.get("a")!.mode, 0o600);
  const again = await run(io, "keygen", "--out=a");
  assertEquals(again.code, 2);
  assertStringIncludes(again.err, "not replaced");
  const same = await run(io, "keygen", "--out=b", "--public=./b");
  assertEquals([same.code, io.files.has("b")], [2, false]);
  assertStringIncludes(same.err, "two files");
});

test("wrong usage is exit code 2 with a hint; help tells every option", async () => {
  const io = await world();
  const cases: [string[], string][] = [
    [["isue"], 'did you mean "issue"?'],
    [["issue", "--kind=KMSSing", "--permissions=1"], "did you mean KMSSign?"],
    [["issue", "--kind=1"], "--permissions is missing"],
    [
      ["issue", "--kind=1", "--permissions=attenuated"],
      "permissions must be a number",
    ],
    [
      [
        "issue",
        "--kind=1",
        "--permissions=1",
        "--key=owner",
        "--caveat=audence=x",
      ],
      "did you mean audience?",
    ],
    [
      ["issue", "--kind=1", "--permissions=1", "--caveat=max-depth=300"],
      "must be within 0 and 255",
    ],
    [
      ["issue", "--kind=1", "--permissions=1", "--expires-in=1y"],
      "--expires-in must be such as",
    ],
    [["issue", "--kind=1", "--permissions=1", "--target=12"], "--target"],
    [["verify", "leaf", "--op=1"], "--issuer is missing"],
    [["verify", "leaf", "--isuer=x"], "did you mean --issuer?"],
    [["verify", "leaf", "more", "--op=1"], 'too many words: "more"'],
    [
      ["revoke", "leaf", "--link=9", "--key=owner"],
      "--link must be within 0 and 1",
    ],
    [
      ["issue", "--kind=1", "--permissions=1", "--caveat=rate-limit=5/60/7"],
      "must be COUNT/SECONDS",
    ],
    [["issue", "--kind=0x100000000", "--permissions=1"], "--kind must be at most 4294967295"],
    [["issue", "--kind=1", "--permissions=0x10000000000000000"], "permissions must be at most"],
    [
      ["issue", "--kind=1", "--permissions=1", "--expires-at=99999999999999999999"],
      "--expires-at must be at most",
    ],
    [["keygen"], "--out is missing"],
    [["keygen", "--out=x", "--scheme=rsa"], "--scheme must be one of"],
  ];
  for (const [args, hint] of cases) {
    const { code, err } = await run(io, ...args);
    assertEquals(code, 2, args.join(" "));
    assertStringIncludes(err, hint);
  }
  assertEquals((await run(io)).code, 2);
  for (
    const command of [
      "keygen",
      "issue",
      "attenuate",
      "inspect",
      "verify",
      "revoke",
    ]
  ) {
    assertStringIncludes(await must(io, "--help"), `zap cap ${command}`);
    const text = await must(io, command, "--help");
    assertStringIncludes(text, `Usage: zap cap ${command}`);
    assertStringIncludes(text, "--json");
  }
});

test("json: issue and attenuate print id and token", async () => {
  const io = await world();
  const made = JSON.parse(
    await must(
      io,
      "attenuate",
      "root",
      "--key=service",
      "--holder=worker",
      "--json",
    ),
  );
  const { leaf, chain } = decodeToken(made.token);
  assertEquals([made.links, chain.length], [1, 1]);
  assertEquals(made.id, toHex(await leaf.id()));
});

test("caveats are shown in words, without what a terminal obeys", () => {
  assertEquals(showCaveat(caveat.rateLimit(5, 60)), "rate at most 5 in 60 s");
  assertEquals(
    showCaveat(caveat.expiresAt(0n)),
    "valid until 1970-01-01T00:00:00Z",
  );
  assertEquals(
    showCaveat(caveat.ipCidr("2001:db8::/32")),
    "from 2001:db8:0:0:0:0:0:0/32",
  );
  assertEquals(
    showCaveat({ kind: 77, value: Uint8Array.of(1) }),
    "unknown kind 77, always refused: 01",
  );
  for (let kind = 0; kind < 8; kind++) {
    assert(showCaveat({ kind, value: new Uint8Array(3) }).length > 0);
  }
  const shown = showCaveat(caveat.audience("\u001b[31m\u009b\u202ea\n"));
  // deno-lint-ignore no-control-regex
  assert(!/[\u0000-\u001f\u007f-\u009f\u202e]/.test(shown), shown);
});
