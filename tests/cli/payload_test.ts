import { test } from "node:test";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { encodeHex } from "../../src/base/bytes.ts";
import { formatBody, readPayload } from "../../src/cli/payload.ts";
import { Builder } from "../../src/wire/builder.ts";
import { fakeIo } from "../support/cli_io.ts";

test("payloads are text, hex or a file", async () => {
  const io = fakeIo({ "p.bin": Uint8Array.of(1, 2), "-": "stdin" });
  const cases: [string | undefined, string][] = [
    [undefined, ""],
    ["hi", "6869"],
    ["hex:48 69", "4869"],
    ["0x4869", "4869"],
    ["text:0x48", "30783438"],
    ["@p.bin", "0102"],
    ["@-", "737464696e"],
    ["é", "c3a9"],
  ];
  for (const [text, hex] of cases) assertEquals(encodeHex(await readPayload(text, io)), hex);
  await assertRejects(() => readPayload("hex:4", io), TypeError, "hex is pairs");
  await assertRejects(() => readPayload("@none", io), Error, "no such file");
});

test("bodies read as text, as a message's tree, or as a hex dump", () => {
  assertEquals(formatBody(new Uint8Array(0)), "");
  assertEquals(formatBody(new TextEncoder().encode("hello")), "hello\n");
  const builder = new Builder();
  builder.startObject(8).finishAsRoot();
  assertStringIncludes(formatBody(builder.finish()), "message");
  const dump = formatBody(Uint8Array.from({ length: 20 }, (_, i) => i + 60));
  assertEquals(dump, "<=>?@ABCDEFGHIJKLMNO\n");
  const binary = formatBody(Uint8Array.from({ length: 17 }, (_, i) => i));
  assertStringIncludes(binary, "00000000  00 01 02");
  assertStringIncludes(binary, "00000010  10   ");
  assertStringIncludes(formatBody(new Uint8Array(5000)), "more bytes; --raw > FILE");
});
