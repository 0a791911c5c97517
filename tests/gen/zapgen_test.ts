import { test } from "node:test";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../src/base/version.ts";
import { runDiff } from "../../src/cli/diff.ts";
import { runFmt } from "../../src/cli/fmt.ts";
import { runZapgen } from "../../src/cli/gen.ts";
import { fakeIo } from "../support/cli_io.ts";

const A = "package a\nstruct A\n  X u8\ninterface I\n  get() returns (a: A)\n";
const B = "package b\nstruct B {\n  Y u8 @0\n}\n";

async function zapgen(args: string[], files: Record<string, Uint8Array | string> = {}) {
  const io = fakeIo(files);
  const code = await runZapgen(args, io);
  const written = [...io.files.keys()].filter((path) => !(path in files));
  return { code, out: io.out, err: io.err, written, files: io.files };
}

test("zapgen writes TypeScript beside the schema, by default", async () => {
  const { code, out, err, written } = await zapgen(["d/a.zap"], { "d/a.zap": A });
  assertEquals([code, out, err], [0, "zapgen: wrote d/a_zap.ts\n", ""]);
  assertEquals(written, ["d/a_zap.ts"]);
});

test("zapgen takes a folder, targets, a runtime and several files", async () => {
  const args = ["-out", "gen", "--emit=ts,openapi", "--runtime=../mod.ts", "d/a.zap", "b.zap"];
  const { code, out, files } = await zapgen(args, { "d/a.zap": A, "b.zap": B });
  assertEquals(code, 0);
  assertEquals(
    out,
    "zapgen: wrote gen/a_zap.ts\nzapgen: wrote gen/a.openapi.json\nzapgen: wrote gen/b_zap.ts\n",
  );
  const text = new TextDecoder().decode(files.get("gen/a_zap.ts")!.bytes);
  assertStringIncludes(text, 'from "../mod.ts";');
  assertStringIncludes(text, "from a.zap; do not edit.");
});

for (const spelled of [["--out=gen"], ["--out", "gen"], ["-out=gen"]]) {
  test(`zapgen ${spelled.join(" ")}`, async () => {
    const { written } = await zapgen([...spelled, "a.zap"], { "a.zap": A });
    assertEquals(written, ["gen/a_zap.ts"]);
  });
}

test("zapgen --emit=openapi writes only documents, and needs an interface", async () => {
  assertEquals((await zapgen(["--emit=openapi", "a.zap"], { "a.zap": A })).written, [
    "a.openapi.json",
  ]);
  const { code, err, written } = await zapgen(["--emit", "openapi", "b.zap"], { "b.zap": B });
  assertEquals([code, written], [1, []]);
  assertEquals(err, "b.zap: Cannot write OpenAPI: the file has no interface\n");
});

test("zapgen tells all problems of all files, and writes nothing then", async () => {
  const bad = { "a.zap": A, "b.zap": "package b\nstruct B\n  X u9\n  Y u7\n", "c.zap": "?" };
  const { code, out, err, written } = await zapgen(["a.zap", "b.zap", "c.zap", "d.zap"], bad);
  assertEquals([code, out, written], [1, "", []]);
  assertEquals(err.split("\n").map((line) => line.replace(/: .*/, "")), [
    "b.zap:3:5",
    "b.zap:4:5",
    "c.zap:1:1",
    "d.zap",
    "",
  ]);
});

test("zapgen refuses bytes that are no text, and two outputs of one name", async () => {
  const binary = await zapgen(["a.zap"], { "a.zap": new Uint8Array([0xff, 0xfe]) });
  assertEquals([binary.code, binary.err], [1, "a.zap: Cannot read schema: it is not UTF-8\n"]);
  const twice = await zapgen(["-out", "g", "x/a.zap", "y/a.zap"], { "x/a.zap": A, "y/a.zap": A });
  assertEquals([twice.code, twice.written], [1, []]);
  assertEquals(twice.err, "y/a.zap: Cannot write g/a_zap.ts: it is written for x/a.zap already\n");
});

for (
  const [args, problem] of [
    [[], "no schema file given"],
    [["--emit=go", "a.zap"], 'cannot emit "go"'],
    [["--emit", "", "a.zap"], "--emit needs a value"],
    [["a.zap", "-out"], "-out needs a value"],
    [["--frobnicate", "a.zap"], "unknown option --frobnicate"],
    [["--watch=yes", "a.zap"], "--watch takes no value"],
    [["-1", "a.zap"], "unknown option -1"],
    [["--list-scalars=none", "a.zap"], 'unknown value "none" of --list-scalars'],
  ] as const
) {
  test(`zapgen: wrong usage exits with 2: ${args.join(" ") || "no words"}`, async () => {
    const { code, err, out, written } = await zapgen([...args], { "a.zap": A });
    assertEquals([code, out, written], [2, "", []]);
    assertStringIncludes(err, problem);
  });
}

test("zapgen --help and --version", async () => {
  const help = await zapgen(["--help"]);
  assertEquals([help.code, help.err], [0, ""]);
  assertMatch(
    help.out,
    /^Usage: zapgen \[-out DIR\] \[--emit=ts,openapi\] \[--runtime=SPECIFIER\] FILE/,
  );
  assertEquals((await zapgen(["--version"])).out, `${VERSION}\n`);
});

test("zapgen tells of a file that cannot be written", async () => {
  const io = fakeIo({ "a.zap": A });
  io.writeFile = () => Promise.reject(new Error("ENOSPC: no space left"));
  assertEquals(await runZapgen(["a.zap"], io), 1);
  assertEquals([io.out, io.err], ["", "zapgen: Cannot write a_zap.ts: ENOSPC: no space left\n"]);
});

test("zapgen --watch writes again after a change, survives a bad schema, ends when interrupted", async () => {
  const io = fakeIo({ "a.zap": A });
  let change: (() => void) | undefined;
  let watched: readonly string[] = [];
  let wrote = (): void => {};
  io.watch = (paths, changed) => {
    watched = paths;
    change = () => changed("a.zap");
    wrote();
  };
  const [stdout, stderr] = [io.stdout.bind(io), io.stderr.bind(io)];
  io.stdout = (text) => (stdout(text), wrote());
  io.stderr = (text) => (stderr(text), wrote());
  const next = (): Promise<void> => new Promise((resolve) => wrote = resolve);
  const watching = next();
  const done = runZapgen(["--watch", "a.zap"], io);
  await watching; // the first output
  await next(); // watching
  assertEquals(watched, ["a.zap"]);
  await io.writeFile("a.zap", "package a\nstruct A\n  X u9\n");
  const failed = next();
  change!();
  await failed;
  assertStringIncludes(io.err, "a.zap:3:5: Unknown type");
  await io.writeFile("a.zap", A.replace("X", "Z"));
  const again = next();
  change!();
  change!(); // one change is often told twice
  await again;
  const text = new TextDecoder().decode(io.files.get("a_zap.ts")!.bytes);
  assertStringIncludes(text, "readonly z: number;");
  io.interrupt();
  assertEquals(await done, 0);
  assert(io.out.startsWith("zapgen: wrote a_zap.ts\nzapgen: wrote a_zap.ts\n"));
});

test("zap fmt prints either form, writes, and checks", async () => {
  const messy = "package b\nstruct B { Y u8 @0 }\n";
  const files = (): Record<string, string> => ({ "b.zap": messy, "ok.zap": "package ok\n" });
  const run = async (...args: string[]) => {
    const io = fakeIo(files());
    const code = await runFmt(args, io);
    return {
      code,
      out: io.out,
      err: io.err,
      b: new TextDecoder().decode(io.files.get("b.zap")!.bytes),
    };
  };
  const braces = "package b\n\nstruct B {\n  Y u8 @0\n}\n";
  assertEquals((await run("b.zap")).out, braces);
  assertEquals((await run("--indent", "b.zap")).out, "package b\n\nstruct B\n  Y u8 @0\n");
  assertEquals((await run("--braces", "b.zap")).out, braces);
  assertEquals((await run("--write", "b.zap", "ok.zap")).b, braces);
  const check = await run("--check", "b.zap", "ok.zap");
  assertEquals([check.code, check.out, check.b], [1, "b.zap\n", messy]);
  assertEquals((await run("--check", "ok.zap")).code, 0);
  for (const args of [[], ["--braces", "--indent", "b.zap"], ["--fast", "b.zap"]]) {
    assertEquals((await run(...args)).code, 2);
  }
  assertEquals((await run("none.zap")).code, 1);
});

test("zap diff prints the changes and exits with 1 if one breaks", async () => {
  const run = async (...args: string[]) => {
    const io = fakeIo({
      "old.zap": "package p\nstruct A\n  X u8\ninterface I\n  a()\n",
      "ok.zap": "package p\nstruct A\n  X u8\ninterface I\n  a()\n  b()\n",
      "bad.zap": "package p\nstruct A\n  X u16\ninterface I\n  a()\n",
    });
    return { code: await runDiff(args, io), out: io.out, err: io.err };
  };
  assertEquals(await run("old.zap", "old.zap"), { code: 0, out: "No changes\n", err: "" });
  const ok = await run("old.zap", "ok.zap");
  assertEquals([ok.code, ok.out], [
    0,
    "ok      I.b: method added, ordinal 2: an old server answers 404\n",
  ]);
  const bad = await run("old.zap", "bad.zap");
  assertEquals([bad.code, bad.out], [
    1,
    "BREAKS  A.X: type u8 became u16, breaks old readers and new readers\n",
  ]);
  const json = await run("--json", "old.zap", "bad.zap");
  assertEquals([json.code, JSON.parse(json.out)], [1, {
    breaking: true,
    changes: [{
      where: "A.X",
      what: "type u8 became u16",
      breaks: ["old readers", "new readers"],
    }],
  }]);
  const none = await run("old.zap", "old.zap", "--json");
  assertEquals([none.code, JSON.parse(none.out)], [0, { breaking: false, changes: [] }]);
  assertEquals((await run("old.zap")).code, 2);
  assertEquals((await run("--yaml", "old.zap", "bad.zap")).code, 2);
  assertEquals((await run("old.zap", "none.zap")).code, 1);
  assertEquals((await run("--help")).code, 0);
});
