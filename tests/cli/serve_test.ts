import { test } from "node:test";
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { encodeHex } from "../../src/base/bytes.ts";
import { CapKind, Ed25519Signer, encodeChain, issue } from "../../cap.ts";
import { encodeBase64url } from "../../src/cap/base64url.ts";
import { ZapServer } from "../../src/rpc/mod.ts";
import { runCall } from "../../src/cli/call.ts";
import { runServe } from "../../src/cli/serve.ts";
import { buildHandshake } from "../../src/rpc/handshake.ts";
import { frame, join as joined, RawPeer } from "../hostile/rpc_support.ts";
import { startProgram } from "../http/program_support.ts";
import { fakeIo } from "../support/cli_io.ts";
import { start } from "../support/runtime.ts";
import { certificateName } from "../support/tls.ts";

/** Starts `zap serve` on free ports; answers the program and its ZAP address. */
async function serve(...options: string[]) {
  const args = ["src/cli/zap.ts", "serve", "examples/echo.ts", "--zap=127.0.0.1:0", "--json"];
  const program = start([...args, ...options]);
  const [line] = await program.printed(/^\{"kind":"zap.*$/m);
  return { program, address: (JSON.parse(line) as { address: string }).address };
}

async function call(...args: string[]) {
  const io = fakeIo({ "p.txt": "from a file" });
  return { code: await runCall(args, io), io };
}

test("zap serve answers zap call, and SIGTERM ends it with 0", async () => {
  const { program, address } = await serve();
  const echo = await call(address, "1", "hello");
  assertEquals([echo.code, echo.io.out], [0, "200 OK, 5 bytes\nhello\n"]);
  const upper = await call(address, "2", "@p.txt", "--json");
  assertEquals((JSON.parse(upper.io.out) as { body: object }).body, {
    hex: "46524f4d20412046494c45",
    text: "FROM A FILE",
  });
  const raw = await call(address, "1", "0x00ff41", "--raw");
  assertEquals(raw.io.out, new TextDecoder().decode(Uint8Array.of(0, 255, 65)));
  const unknown = await call(address, "77");
  assertEquals(unknown.code, 1);
  assertStringIncludes(unknown.io.out, "404");
  program.signal("SIGTERM");
  assertEquals(await program.exited, 0);
  assertEquals(program.err, "");
});

test("one Ctrl-C that arrives twice stops in order", async () => {
  const { program } = await serve();
  program.signal("SIGINT");
  program.signal("SIGTERM");
  assertEquals(await program.exited, 0);
});

test("zap serve speaks mux framing where it is told to", async () => {
  const { program, address } = await serve("--framing=mux");
  const { code, io } = await call(address, "1", "hi", "--framing=mux");
  assertEquals([code, io.out], [0, "200 OK, 2 bytes\nhi\n"]);
  program.signal("SIGINT");
  assertEquals(await program.exited, 0);
});

test("SIGHUP gives ZAP and HTTP the certificate that the files hold by then", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-hup-"));
  const file = (name: string): string => join(folder, name);
  const use = (name: string): void => {
    for (const kind of ["pem", "key"]) {
      copyFileSync(`tests/support/certs/${name}.${kind}`, file(kind));
    }
  };
  try {
    use("server");
    writeFileSync(
      file("app.ts"),
      "export default { fetch: () => new Response(), rpc: { call: (call) => call.payload } };",
    );
    const program = start([
      "src/cli/zap.ts",
      "serve",
      file("app.ts"),
      "--zap=127.0.0.1:0",
      "--http=127.0.0.1:0",
      "--json",
      `--tls-cert=${file("pem")}`,
      `--tls-key=${file("key")}`,
    ]);
    const portOf = async (kind: string): Promise<number> => {
      const [line] = await program.printed(new RegExp(`^\\{"kind":"${kind}.*$`, "m"));
      return Number((JSON.parse(line) as { address: string }).address.split(":").at(-1));
    };
    const ports = [await portOf("zap"), await portOf("http")];
    for (const port of ports) assertEquals(await certificateName(port), "localhost");
    use("server_next");
    program.signal("SIGHUP");
    await program.printed(/ZAP .*the certificate has been replaced/);
    await program.printed(/HTTP.*the certificate has been replaced/);
    for (const port of ports) assertMatch(await certificateName(port), /after a rotation/);
    program.signal("SIGTERM");
    assertEquals(await program.exited, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what a peer calls itself cannot write lines of the log", async () => {
  const { program, address } = await serve();
  const peer = await RawPeer.connect(Number(address.split(":").at(-1)));
  await peer.send(
    joined(frame(buildHandshake("x\nZAP: forged\u001b[2J")), frame(new Uint8Array(20))),
  );
  await peer.closed;
  await program.complained(/neither a call/);
  await program.complained(/peer "x\\nZAP: forged\\u001b\[2J"/);
  program.signal("SIGTERM");
  assertEquals(await program.exited, 0);
});

test("what a handler throws cannot forge lines of the log, nor command the terminal", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-log-"));
  try {
    const file = join(folder, "app.ts");
    writeFileSync(
      file,
      `const fail = (text) => { throw new Error(text); };
      export default {
        fetch: async (request) => fail(await request.text()),
        rpc: { call: ({ payload }) => fail(new TextDecoder().decode(payload)) },
      };`,
    );
    const options = ["--zap=127.0.0.1:0", "--http=127.0.0.1:0", "--json"];
    const program = start(["src/cli/zap.ts", "serve", file, ...options]);
    const addressOf = async (kind: string): Promise<string> => {
      const [line] = await program.printed(new RegExp(`^\\{"kind":"${kind}.*$`, "m"));
      return (JSON.parse(line) as { address: string }).address;
    };
    const [zap, http] = [await addressOf("zap"), await addressOf("http")];
    const text = "first\nZAP: forged\rHTTP: forged\u001b[2J\u009b31m";
    assertEquals((await fetch(http, { method: "POST", body: text })).status, 500);
    await program.complained(/^HTTP: .*first/m);
    assertEquals((await call(zap, "1", text)).code, 1);
    await program.complained(/^ZAP .*first/m);
    assertEquals(program.err.match(/^(ZAP|HTTP): forged/gm), null);
    // deno-lint-ignore no-control-regex
    assertEquals(program.err.match(/[\r\u001b\u009b]/), null);
    program.signal("SIGTERM");
    assertEquals(await program.exited, 0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("zap call says what to do when there is no answer", async () => {
  const { code, io } = await call("127.0.0.1:1", "1", "--timeout=2000");
  assertEquals(code, 1);
  assertMatch(io.err, /Is a server running at zap:\/\/127\.0\.0\.1:1/);
  const json = await call("127.0.0.1:1", "1", "--timeout=2000", "--json");
  const { error } = JSON.parse(json.io.out) as { error: { code: string } };
  assertEquals(error.code, "connect");
});

const SCHEMA = `package echo
struct Text
  Text text
interface Echo
  same(text: Text) returns (text: Text)
  upper(text: Text) returns (text: Text)
  time() returns (text: Text)
interface Other
  upper(text: Text)
struct Bits
  X u64
struct Number
  X f64
interface Numbers
  ofBits(bits: Bits) returns (number: Number)
`;

test("zap call takes a method's name and JSON where a schema tells them", async () => {
  const { program, address } = await serve();
  const files = { "echo.zap": SCHEMA, "p.json": '{"text":"from a file"}' };
  const cases: [string[], number, string][] = [
    [["Echo.same", '{"text":"hi"}'], 0, '"text": "hi"'],
    [["same", "@p.json"], 0, '"text": "from a file"'],
    [["same", '{"text":"hi"}', "--json"], 0, '"body":{"value":{"text":"hi"}}'],
    [["1", "raw"], 0, "raw"],
    [["upper"], 2, "in several interfaces: write one of Echo.upper, Other.upper"],
    [["sane", "{}"], 2, `did you mean "same"?`],
    [["same", '{"txt":1}'], 2, "/txt"],
    [["same", "1"], 2, "the value: expected an object"],
    [["same", '{"text":"\\u009b31m\u202e"}'], 0, '"text": "\\u009b31m\\u202e"'],
    [["time"], 1, "the answer of Echo.time is not what the schema says: Cannot parse message"],
    [["time"], 1, "200 OK, 24 bytes"],
    [["time", "--json"], 1, '"body":{"hex":"'],
    [["ofBits", '{"x":"4607182418800017408"}'], 0, '"x": 1'],
    [["ofBits", '{"x":"9221120237041090560"}'], 1, "Cannot write JSON: /x: JSON has no NaN"],
    [["same", "{"], 2, "is not JSON"],
  ];
  for (const [args, exit, text] of cases) {
    const io = fakeIo(files);
    const code = await runCall([address, ...args, "--schema=echo.zap"], io);
    assertEquals(code, exit, args.join(" ") + io.err);
    assertStringIncludes(io.out + io.err, text);
  }
  program.signal("SIGTERM");
  assertEquals(await program.exited, 0);
});

test("zap serve serves HTTP beside ZAP, with metrics and health", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-serve-"));
  try {
    const file = join(folder, "app.mjs");
    writeFileSync(
      file,
      `let up = 0;
export default {
  startup: () => { up = 1; },
  shutdown: () => console.log("shut down"),
  fetch: (request) => new Response(request.method + " " + up),
  rpc: { call: (call) => call.payload },
  onListening: (addresses, { framing }) =>
    ["listening at " + Object.keys(addresses).sort().join(" and ") + " with " + framing],
  fixedResponses: () => [["GET", "/fixed", { status: 203, headers: {}, body: "fixed" }]],
};`,
    );
    const program = start([
      ...["src/cli/zap.ts", "serve", file, "--zap=127.0.0.1:0", "--http=127.0.0.1:0"],
      ...["--metrics", "--health", "--limit=maxBodyBytes=4", "--framing=mux"],
    ]);
    const [, url] = await program.printed(/^HTTP on (http:\S+)/m);
    await program.printed(/^listening at http and zap with mux$/m);
    const get = async (path: string, init?: RequestInit) => {
      const response = await fetch(url + path, init);
      return `${response.status} ${await response.text()}`;
    };
    assertEquals(await get("/"), "200 GET 1");
    assertEquals(await get("/fixed"), "203 fixed");
    assertStringIncludes(await get("/metrics"), "zap_http_connections_accepted_total");
    assertMatch(await get("/readyz"), /^200/);
    assertMatch(await get("/", { method: "POST", body: "12345" }), /^413/);
    program.signal("SIGTERM");
    assertEquals(await program.exited, 0, program.err);
    assertStringIncludes(program.out, "shut down");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("zap serve lets through what a module's routes take, unless the command line says otherwise", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-serve-"));
  try {
    const file = join(folder, "app.mjs");
    writeFileSync(
      file,
      `export default {
  bodyLimitOf: (method, path) => path.startsWith("/large") ? 3_000_000 : undefined,
  fetch: async (request) => new Response(String((await request.arrayBuffer()).byteLength)),
};`,
    );
    for (
      const [options, large, small] of [[[], 200, 413], [
        ["--limit=maxBodyBytes=9"],
        413,
        413,
      ]] as const
    ) {
      const program = start(["src/cli/zap.ts", "serve", file, "--http=127.0.0.1:0", ...options]);
      const [, url] = await program.printed(/^HTTP on (http:\S+)/m);
      const post = async (path: string) => {
        const response = await fetch(url + path, { method: "POST", body: "x".repeat(2_000_000) });
        await response.text();
        return response.status;
      };
      assertEquals([await post("/large?x"), await post("/small")], [large, small]);
      program.signal("SIGTERM");
      assertEquals(await program.exited, 0, program.err);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("zap call refuses wrong words before it connects", async () => {
  const cases: [string[], string][] = [
    [[], "name an address"],
    [["host"], "name an address"],
    [["host", "zero"], `method "zero" is not an ordinal`],
    [["host", "0"], `method "0" is not an ordinal`],
    [["host", "1", "a", "b"], "at most one payload"],
    [["a b", "1"], "write host:port"],
    [["host", "1", "hex:0"], "hex is pairs"],
    [["host", "1", "--framing=http"], "neither node nor mux"],
    [["host", "1", "--cap=hex:5a415000"], "--cap takes @FILE"],
    [["host", "1", "--timeout=soon"], "not a whole number"],
    [["host", "1", "--timeout=2147483648"], "from 1 to 2147483647"],
    [["host", "1", "--oops"], "unknown option --oops"],
    [["host", "1", "--timeot=5"], "did you mean --timeout?"],
    [["host", "1", "--timeout"], "--timeout needs a value"],
    [["host", "1", "--json=yes"], "--json takes no value"],
  ];
  for (const [args, text] of cases) {
    const { code, io } = await call(...args);
    assertEquals(code, 2, args.join(" "));
    assertStringIncludes(io.err, text);
    assertStringIncludes(io.err, `Run "zap call --help"`);
  }
});

test("zap call ends with 1, as every command, for a file that is not there or not what it should be", async () => {
  const files = {
    "bad.zap": "struct",
    empty: "",
    text: "no capability",
    short: "5a41",
    message: "",
  };
  const cases: [string[], Record<string, string>, string][] = [
    [["@none"], {}, "no such file"],
    [["--ca=none"], {}, "no such file"],
    [["--schema=none"], {}, "no such file"],
    [["--schema=bad.zap"], {}, "bad.zap"],
    [["--cap=@none"], {}, "no such file"],
    [["--cap=@empty"], {}, "empty holds no capability"],
    [["--cap=@text"], {}, "text holds no capability"],
    [["--cap=@short"], {}, "short holds no capability"],
    [[], { ZAP_CAP: "@none" }, "no such file"],
    [[], { ZAP_CAP: "AAAA" }, "ZAP_CAP holds no capability"],
    [[], { ZAP_CAP: "hex:5a415000secret" }, "ZAP_CAP holds no capability"],
    [[], { ZAP_CAP: "0xab" }, "ZAP_CAP holds no capability"],
  ];
  for (const [args, environment, text] of cases) {
    const io = fakeIo(files, environment);
    const method = args[0]?.startsWith("--schema") ? "Notes.get" : "1";
    assertEquals(await runCall(["127.0.0.1:1", method, ...args], io), 1, text);
    assertStringIncludes(io.err, text);
    assert(!io.err.includes("--help") && !io.err.includes("secret"), io.err);
  }
});

test("zap call sends a capability in whatever form zap cap writes it", async () => {
  const cap = encodeChain(
    await issue({ kind: CapKind.Stake, permissions: 1n }, await Ed25519Signer.generate()),
    [],
  );
  const token = encodeBase64url(cap);
  const hex = encodeHex(cap);
  const seen: string[] = [];
  const server = new ZapServer({ call: (call) => (seen.push(encodeHex(call.cap)), call.payload) });
  const { port } = await server.listen({ port: 0 });
  const files = {
    bytes: cap,
    token: `${token}\n`,
    header: `Authorization: Zap ${token}\n`,
    hex: `${hex}\n`,
    HEX: hex.toUpperCase(),
  };
  const address = `127.0.0.1:${port}`;
  for (const name of Object.keys(files)) {
    assertEquals(await runCall([address, "1", `--cap=@${name}`], fakeIo(files)), 0, name);
  }
  for (const ZAP_CAP of [token, `hex:${hex}`, `0x${hex}`, hex, "@hex"]) {
    assertEquals(await runCall([address, "1"], fakeIo(files, { ZAP_CAP })), 0, ZAP_CAP);
  }
  assertEquals(seen, Array(10).fill(hex));
  await server.close();
});

test("zap serve says what is wrong with a module or an option", async () => {
  const folder = mkdtempSync(join(tmpdir(), "zap-edge-serve-"));
  try {
    writeFileSync(join(folder, "empty.mjs"), "export default {};");
    writeFileSync(join(folder, "broken.mjs"), "throw new Error('at load');");
    writeFileSync(join(folder, "typo.mjs"), "export default { rpc: { cal: () => {} } };");
    const cases: [string[], number, string][] = [
      [[], 2, "name one module"],
      [["a", "b"], 2, "name one module"],
      [["a", "--tls-cert=x"], 2, "go together"],
      [["a", "--framing=h2"], 2, "neither node nor mux"],
      [["a", "--drain=-1"], 2, "not a whole number"],
      [["a", "--zap=::"], 2, "write host:port"],
      [["a", "--workers=0"], 2, "at least 1"],
      [["a", "--workers=2", "--http=0"], 2, "needs fixed ports"],
      [["a", "--limit=maxBodyByte=1"], 2, `did you mean "maxBodyBytes"?`],
      [["a", "--limit=maxBodyBytes=x"], 2, "not a whole number"],
      [["a", "--limit=maxBodyBytes=1=2"], 2, "not a whole number"],
      [["a", "--http=https://127.0.0.1:1"], 2, "--tls-cert"],
      [["a", "--http=zaps://127.0.0.1:1"], 2, "--tls-cert"],
      [["a", "--zap=zaps://127.0.0.1:1"], 2, "--tls-cert"],
      [[join(folder, "none.ts")], 1, "no such file: "],
      [[folder], 1, "is a folder"],
      [["a", "--limt=maxBodyBytes=1"], 2, "did you mean --limit?"],
      [[join(folder, "empty.mjs")], 1, "has nothing to serve"],
      [[join(folder, "broken.mjs")], 1, "at load"],
      [[join(folder, "typo.mjs"), "--zap=0"], 1, `did you mean "call"`],
    ];
    for (const [args, exit, text] of cases) {
      const io = fakeIo();
      assertEquals(await runServe(args, io), exit, args.join(" "));
      assertStringIncludes(io.err, text);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an address in use is said, with what to do", async () => {
  const { program, address } = await serve();
  const io = fakeIo();
  const code = await runServe(["examples/echo.ts", `--zap=${address.slice(6)}`], io);
  assertEquals(code, 1);
  assertStringIncludes(io.err, "choose another address");
  program.signal("SIGTERM");
  assert(await program.exited === 0);
});

test("start-up tells the limits in force, those of the machine included", async () => {
  const zap = new URL("../../src/cli/zap.ts", import.meta.url).href;
  const folder = mkdtempSync(join(tmpdir(), "zap-limits-"));
  const app = join(folder, "app.ts");
  writeFileSync(app, "export default { fetch: () => new Response('hi') };\n");
  const program = startProgram(zap, {}, 1_000, [
    "serve",
    app,
    "--http=0",
    "--limit=maxBodyBytes=77",
    "--drain=1500",
  ]);
  try {
    const line = await program.line((each) => each.includes("Limits:"));
    // Where the descriptor limit is known, four fifths of it may be connections.
    const most = existsSync("/proc/self/limits") ? 800 : 10_000;
    assertStringIncludes(line, `Limits: ${most} connections, `);
    assertStringIncludes(line, "body 77 bytes, ");
    assertStringIncludes(line, "drain 1.5 s");
  } finally {
    program.child.kill("SIGKILL");
    await program.exit;
    rmSync(folder, { recursive: true });
  }
});
