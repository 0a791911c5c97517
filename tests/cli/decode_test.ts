import { test } from "node:test";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { bool, bytesFixed, i64, list, struct, text, u8 } from "../../mod.ts";
import { runDecode } from "../../src/cli/decode.ts";
import type { TreeNode } from "../../src/cli/tree.ts";
import { concatBytes } from "../../src/base/bytes.ts";
import { Builder } from "../../src/wire/builder.ts";
import { fakeIo } from "../support/cli_io.ts";
import { fromHex, vectors } from "../support/vectors.ts";

interface Envelopes {
  requests: { hex: string; method: number; promiseID: number; target: number; payload: string }[];
  responses: { hex: string; status: number; body: string }[];
}

const envelopes = vectors<Envelopes>("envelope.json");

function u32(...values: number[]): Uint8Array {
  return new Uint8Array(new Uint32Array(values).buffer);
}

async function decode(bytes: Uint8Array | string, ...options: string[]) {
  const io = fakeIo({ file: bytes });
  const code = await runDecode(["file", ...options], io);
  return { code, io };
}

async function tree(bytes: Uint8Array, ...options: string[]): Promise<TreeNode[]> {
  const { io } = await decode(bytes, "--json", ...options);
  return JSON.parse(io.out) as TreeNode[];
}

function values(nodes: readonly TreeNode[] | undefined): string[] {
  return (nodes ?? []).map((node) => node.value ?? node.label);
}

test("decode shows a request envelope's fields at their offsets", async () => {
  for (const request of envelopes.requests) {
    const [message] = await tree(fromHex(request.hex), "--as=request");
    const [header, method, promiseID, target, , payload] = message!.children!;
    assertStringIncludes(header!.value!, "message type 200");
    assertEquals([method!.offset, method!.value], [16, String(request.method)]);
    assertEquals(promiseID!.value, String(request.promiseID));
    assertEquals(target!.value, String(request.target));
    const bytes = request.payload.length / 2;
    assert(bytes === 0 ? payload!.value === "empty" : payload!.value!.startsWith(`${bytes} bytes`));
  }
});

test("decode shows node frames: handshake, call, answer, and a cut one", async () => {
  const [handshake] = vectors<{ hex: string; nodeID: string }[]>("handshake.json");
  const hello = fromHex(handshake!.hex);
  const call = fromHex(envelopes.requests[0]!.hex);
  const answer = fromHex(envelopes.responses[0]!.hex);
  const recording = concatBytes([
    ...[u32(hello.length), hello],
    ...[u32(call.length + 8, 7, 1), call],
    ...[u32(answer.length + 8, 7, 2), answer],
    ...[u32(100), new Uint8Array(3)],
  ]);
  const nodes = await tree(recording);
  const labels = nodes.map((node) => node.label);
  assertEquals(labels, ["handshake frame", "call frame", "answer frame", "cut frame"]);
  assertEquals(nodes[1]!.value, "reqID 7");
  assertEquals(nodes[3]!.value, "it declares 100 bytes, 3 are left");
  const { code } = await decode(recording);
  assertEquals(code, 1);
});

test("decode shows mux frames: open, message, end", async () => {
  const open = fromHex(envelopes.requests[0]!.hex);
  const nodes = await tree(concatBytes([
    ...[u32(open.length + 1), Uint8Array.of(3), open],
    ...[u32(7), Uint8Array.of(4), u32(9), new TextEncoder().encode("hi")],
    ...[u32(5), Uint8Array.of(5), u32(9)],
  ]));
  assertEquals(values(nodes), ["stream open frame", 'stream 9, 2 bytes "hi"', "stream 9"]);
});

test("decode shows the elements of lists by their types", async () => {
  const All = struct("All", {
    u8s: list(u8),
    bools: list(bool),
    i64s: list(i64),
    fixed: list(bytesFixed(2)),
    texts: list(text),
  });
  const bytes = All.encode({
    u8s: [65, 7],
    bools: [true, false],
    i64s: [-1n],
    fixed: [Uint8Array.of(1, 2), Uint8Array.of(3, 4)],
    texts: ["a\u202e"],
  });
  const schema = "package p\nstruct All\n  U8s list<u8>\n  Bools list<bool>\n  I64s list<i64>\n" +
    "  Fixed list<bytes_fixed[2]>\n  Texts list<text>\n";
  const io = fakeIo({ file: bytes, "all.zap": schema });
  assertEquals(
    await runDecode(["file", "--json", "--schema=all.zap", "--struct=All"], io),
    0,
    io.err,
  );
  const [message] = JSON.parse(io.out) as TreeNode[];
  assertEquals(message!.children!.slice(1).map(({ children }) => values(children)), [
    ["65", "7"],
    ["true", "false"],
    ["-1"],
    ["0102", "0304"],
    ['"a\\u202e"'],
  ]);
});

test("decode guesses at the slots of an unknown object", async () => {
  const builder = new Builder();
  const object = builder.startObject(16);
  object.setU64(0, 7n);
  object.setText(8, "hello");
  object.finishAsRoot();
  const [message] = await tree(builder.finish());
  assertEquals(values(message!.children!.slice(1)), [
    "7  0x00000007",
    "0  0x00000000",
    '5 bytes → @32 "hello"',
  ]);
});

test("decode reads hex text and prints a table", async () => {
  const { code, io } = await decode(envelopes.responses[0]!.hex, "--hex", "--as=response");
  assertEquals(code, 0);
  assertStringIncludes(io.out, `status u32 `);
  assertEquals(io.out.split("\n")[0], "offset  bytes");
});

test("decode says what is wrong and what to do", async () => {
  const cases: [string | Uint8Array, string[], number, string][] = [
    ["nonsense", [], 1, "say what it is with --as"],
    ["xyz", ["--hex"], 1, "it is not hex"],
    ["x", ["--as=frame"], 2, "--as must be one of message, request"],
    ["x", ["--struct=A"], 2, "--schema and --struct go together"],
    ["x", ["--oops"], 2, "unknown option --oops"],
    ["x", ["second"], 2, "name one file"],
  ];
  for (const [bytes, options, exit, text] of cases) {
    const { code, io } = await decode(bytes, ...options);
    assertEquals(code, exit, options.join(" "));
    assertStringIncludes(io.err, text);
  }
  const schema = { "s.zap": "package p\nstruct A\n  X u8\n", "bad.zap": "package p\nstruct A\n" };
  const schemas: [string[], number, string][] = [
    [["--schema=s.zap", "--struct=B"], 1, 'zap decode: s.zap has no struct "B": it has A\n'],
    [["--schema=bad.zap", "--struct=A"], 1, "zap decode: bad.zap:2:8: Expected a field"],
    [["--schema=none.zap", "--struct=A"], 1, "none.zap"],
    [["--schema=s.zap", "--struct=A", "--as=mux"], 2, "--schema describes a message"],
  ];
  for (const [options, exit, text] of schemas) {
    const io = fakeIo({ file: new Builder().finish(), ...schema });
    assertEquals(await runDecode(["file", ...options], io), exit, options.join(" "));
    assertStringIncludes(io.err, text);
  }
  const io = fakeIo();
  assertEquals(await runDecode(["missing"], io), 1);
  assertStringIncludes(io.err, "cannot read missing");
  assertEquals(await runDecode(["--help"], io), 0);
  assertStringIncludes(io.out, "Usage: zap decode FILE");
});

test("decode shows so many parts of a message whose pointers circle or share", async () => {
  const builder = new Builder();
  const circle = builder.startObject(16);
  for (let i = 0; i < 4; i++) circle.setObject(4 * i, 16);
  circle.finishAsRoot();
  const schema = "package p\nstruct T\n  A T\n  B T\n  C T\n  D T\n";
  const io = fakeIo({ file: builder.finish(), "t.zap": schema });
  assertEquals(await runDecode(["file", "--schema=t.zap", "--struct=T"], io), 0);
  assert(io.out.split("\n").length < 100, io.out);
  assertStringIncludes(io.out, "the rest is not shown");

  // Twenty slots of bytes share a message that is made the same way.
  let shared = new Builder().finish();
  for (let depth = 0; depth < 12; depth++) {
    const next = new Builder();
    const root = next.startObject(8 * 20);
    root.setBytes(8 * 19, shared);
    root.finishAsRoot();
    shared = next.finish();
    const words = new DataView(shared.buffer, shared.byteOffset);
    for (let i = 0; i < 19; i++) {
      words.setUint32(16 + 8 * i, 8 * (20 - i), true);
      words.setUint32(16 + 8 * i + 4, shared.length - 16 - 8 * 20, true);
    }
  }
  const { code, io: { out } } = await decode(shared);
  assertEquals(code, 0);
  assert(out.split("\n").length < 2 * shared.length, `${out.length}`);
});

test("decode shows a recording of as many frames as it has", async () => {
  const count = 150_000;
  const end = Uint8Array.of(5, 0, 0, 0, 5, 1, 0, 0, 0);
  const frames = new Uint8Array(count * end.length);
  for (let i = 0; i < count; i++) frames.set(end, i * end.length);
  const { code, io } = await decode(frames, "--as=mux");
  assertEquals(code, 0);
  assertEquals(io.out.split("\n").length, count + 2);
});

test("decode survives any bytes", async () => {
  for (let seed = 1; seed <= 300; seed++) {
    const bytes = new Uint8Array(seed);
    for (let i = 0; i < seed; i++) bytes[i] = (seed * 2654435761 * (i + 1)) >>> 24;
    bytes.set([0x5a, 0x41, 0x50, 0, 1, 0].slice(0, seed));
    for (const as of ["message", "request", "handshake", "node", "mux"]) {
      const { code } = await decode(bytes, `--as=${as}`);
      assert(code === 0 || code === 1);
    }
  }
});
