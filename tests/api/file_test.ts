import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { Api, file } from "../../src/api/mod.ts";

const base = mkdtempSync(join(tmpdir(), "zap-file-"));
const root = join(base, "root");
mkdirSync(join(root, "sub"), { recursive: true });
writeFileSync(join(root, "a.txt"), "0123456789");
writeFileSync(join(root, "empty.bin"), "");
writeFileSync(join(root, "sub", "ü b.html"), "<p>");
writeFileSync(join(root, "sub", "page.html"), "<p>");
const large = new Uint8Array(1_000_003).map((_, i) => i * 7 % 251);
writeFileSync(join(root, "large.bin"), large);
writeFileSync(join(base, "secret.txt"), "secret");
writeFileSync(join(base, "rootsecret.txt"), "secret");
symlinkSync(join(base, "secret.txt"), join(root, "link.txt"));
symlinkSync(base, join(root, "up"));
symlinkSync(join(root, "a.txt"), join(root, "inside.txt"));
utimesSync(join(root, "a.txt"), 1_700_000_000, 1_700_000_000);
after(() => rmSync(base, { recursive: true }));

const api = new Api();
api.get("/f/*path", (c) => file(c.path.path, { root }));
api.get("/weak", () => file("a.txt", { root, etag: "weak" }));
api.get(
  "/cached",
  () => file("a.txt", { root, maxAge: 60, immutable: true, range: false, etag: false }),
);
api.get("/named", () => file("a.txt", { root, filename: 'Über "x".txt' }));
api.get("/status", { status: 203 }, () => file(join(root, "a.txt")));

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  api.request(path, { headers, method });

test("a file has type, length, ETag and date", async () => {
  const response = await get("/f/a.txt");
  assertEquals([response.status, await response.text()], [200, "0123456789"]);
  assertEquals(response.headers.get("content-type"), "text/plain; charset=utf-8");
  assertEquals(response.headers.get("content-length"), "10");
  assertEquals(response.headers.get("accept-ranges"), "bytes");
  assertEquals(response.headers.get("last-modified"), "Tue, 14 Nov 2023 22:13:20 GMT");
  assertMatch(response.headers.get("etag")!, /^"a-[0-9a-f]+"$/);
  assertMatch((await get("/weak")).headers.get("etag")!, /^W\/"a-[0-9a-f]+"$/);
  assertEquals((await get("/status")).status, 203);
  assertEquals((await (await get("/f/empty.bin")).bytes()).length, 0);
  assertEquals(await (await get("/f/inside.txt")).text(), "0123456789");
  assertEquals(await (await get("/f/sub/%C3%BC%20b.html")).text(), "<p>");
});

test("HEAD has the same fields and no body", async () => {
  const response = await get("/f/large.bin", {}, "HEAD");
  assertEquals([response.status, await response.text()], [200, ""]);
  assertEquals(response.headers.get("content-length"), String(large.length));
});

test("a large file is streamed whole, and closed when the client leaves", async () => {
  assertEquals(await (await get("/f/large.bin")).bytes(), large);
  const reader = (await get("/f/large.bin")).body!.getReader();
  assert((await reader.read()).value!.length > 0);
  await reader.cancel();
});

test("cache and download options are header fields", async () => {
  const cached = await get("/cached", { range: "bytes=0-1" });
  assertEquals([cached.status, cached.headers.get("cache-control")], [
    200,
    "public, max-age=60, immutable",
  ]);
  assertEquals([cached.headers.get("etag"), cached.headers.get("accept-ranges")], [null, null]);
  assertEquals(
    (await get("/named")).headers.get("content-disposition"),
    `attachment; filename="_ber _x_.txt"; filename*=UTF-8''%C3%9Cber%20%22x%22.txt`,
  );
});

test("conditional requests (RFC 9110 §13)", async () => {
  const { headers } = await get("/f/a.txt");
  const [etag, modified] = [headers.get("etag")!, headers.get("last-modified")!];
  const table: [Record<string, string>, number][] = [
    [{ "if-none-match": etag }, 304],
    [{ "if-none-match": `"x", W/${etag}` }, 304],
    [{ "if-none-match": "*" }, 304],
    [{ "if-none-match": '"x"' }, 200],
    [{ "if-modified-since": modified }, 304],
    [{ "if-modified-since": "Tue, 14 Nov 2023 22:13:19 GMT" }, 200],
    [{ "if-modified-since": "nonsense" }, 200],
    [{ "if-none-match": '"x"', "if-modified-since": modified }, 200],
    [{ range: "bytes=0-1", "if-range": etag }, 206],
    [{ range: "bytes=0-1", "if-range": modified }, 206],
    [{ range: "bytes=0-1", "if-range": '"x"' }, 200],
    [{ range: "bytes=0-1", "if-range": `W/${etag}` }, 200],
    [{ range: "bytes=0-1", "if-range": "Tue, 14 Nov 2023 22:13:21 GMT" }, 200],
  ];
  for (const [fields, status] of table) {
    const response = await get("/f/a.txt", fields);
    assertEquals([fields, response.status], [fields, status]);
    await response.body?.cancel();
  }
});

test("ranges: single, suffix, open, beyond, reversed, overflowing", async () => {
  const table: [string, number, string, string | null][] = [
    ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
    ["bytes=8-", 206, "89", "bytes 8-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=5-99999999999999999999", 206, "56789", "bytes 5-9/10"],
    ["bytes=9-9", 206, "9", "bytes 9-9/10"],
    ["bytes=0-2,1-4,5-5", 206, "012345", "bytes 0-5/10"],
    ["bytes=10-", 416, "", "bytes */10"],
    ["bytes=99999999999999999999-", 416, "", "bytes */10"],
    ["bytes=-0", 416, "", "bytes */10"],
    ["bytes=5-4", 200, "0123456789", null],
    ["bytes=-", 200, "0123456789", null],
    ["bytes=a-b", 200, "0123456789", null],
    ["lines=0-1", 200, "0123456789", null],
    [
      "bytes=" + Array.from({ length: 50 }, (_, i) => `${i}-${i}`).join(","),
      200,
      "0123456789",
      null,
    ],
  ];
  for (const [range, status, text, contentRange] of table) {
    const response = await get("/f/a.txt", { range });
    assertEquals([range, response.status, await response.text()], [range, status, text]);
    assertEquals(response.headers.get("content-range"), contentRange);
    if (status !== 416) assertEquals(response.headers.get("content-length"), String(text.length));
  }
  // Dropped unread: no file stays open.
  assertEquals((await get("/f/large.bin", { range: "bytes=100000-299999" })).status, 206);
  const part = await (await get("/f/large.bin", { range: "bytes=100000-299999" })).bytes();
  assertEquals(part, large.subarray(100_000, 300_000));
});

test("several ranges are multipart/byteranges, with the right length", async () => {
  const response = await get("/f/a.txt", { range: "bytes=0-1,4-5,-1" });
  assertEquals(response.status, 206);
  const type = response.headers.get("content-type")!;
  const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(type)![1]!;
  const body = await response.text();
  assertEquals(String(body.length), response.headers.get("content-length"));
  const part = (range: string, text: string) =>
    `--${boundary}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-range: bytes ${range}/10\r\n\r\n${text}\r\n`;
  assertEquals(
    body,
    part("0-1", "01") + part("4-5", "45") + part("9-9", "9") + `--${boundary}--\r\n`,
  );
});

test("a path that leaves the root is 404, in every spelling", async () => {
  const spellings = [
    "../secret.txt",
    "%2e%2e/secret.txt",
    "..%2fsecret.txt",
    "%2e%2e%2fsecret.txt",
    "..%2Fsecret.txt",
    "sub/../../secret.txt",
    "sub%2f..%2f..%2fsecret.txt",
    "./../secret.txt",
    ".%2f..%2fsecret.txt",
    "..\\secret.txt",
    "..%5csecret.txt",
    "%2e%2e%5csecret.txt",
    "%252e%252e%252fsecret.txt",
    "..%252fsecret.txt",
    "..%c0%afsecret.txt",
    "%c0%ae%c0%ae/secret.txt",
    "..%00/secret.txt",
    "a.txt%00.html",
    "link.txt",
    "up/secret.txt",
    "up%2fsecret.txt",
    "../rootsecret.txt",
    "..%2frootsecret.txt",
    "/../../secret.txt",
    "%2f" + base.slice(1) + "/secret.txt",
    "....//secret.txt",
    "..;/secret.txt",
    "sub",
    "",
    "nothing.txt",
    "a.txt/",
    "a.txt/b",
    "a".repeat(5000),
  ];
  for (const spelling of spellings) {
    const response = await get(`/f/${spelling}`);
    const body = await response.text();
    assert(!body.includes("secret") || response.status >= 400, spelling);
    assert(response.status === 404 || response.status === 422, `${spelling}: ${response.status}`);
    assertStringIncludes(body, "detail");
  }
  // Handed to the helper as they are, without a URL in between.
  const raw = new Api();
  raw.get("/", (c) => file(c.request.headers.get("x-path")!, { root }));
  for (
    const path of [
      "../secret.txt",
      "..",
      ".",
      "",
      "/etc/passwd",
      "sub/../../secret.txt",
      "up/secret.txt",
      "..\\secret.txt",
    ]
  ) {
    const response = await raw.request("/", { headers: { "x-path": path } });
    assertEquals([path, response.status], [path, 404]);
  }
});
