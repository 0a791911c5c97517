import { test } from "node:test";
import { assertEquals, assertThrows } from "@std/assert";
import { formatAddress, parseAddress } from "../../src/cli/address.ts";

test("addresses are read in all their forms", () => {
  const cases: [string, string][] = [
    ["127.0.0.1:9999", "zap://127.0.0.1:9999"],
    ["localhost", "zap://localhost:9999"],
    ["9000", "zap://127.0.0.1:9000"],
    [":9000", "zap://127.0.0.1:9000"],
    ["[::1]:9000", "zap://[::1]:9000"],
    ["[::1]", "zap://[::1]:9999"],
    ["zap://example.com/", "zap://example.com:9999"],
    ["zaps://example.com:443", "zaps://example.com:443"],
    ["unix:/run/zap.sock", "unix:/run/zap.sock"],
    ["unix:///run/zap.sock", "unix:/run/zap.sock"],
  ];
  for (const [text, expected] of cases) assertEquals(formatAddress(parseAddress(text)), expected);
});

test("what is no address is refused with the forms that are", () => {
  for (
    const text of ["", "a b", "host:0", "host:65536", "host:x", "::1", "http://host", "a:1:2", "/"]
  ) {
    assertThrows(() => parseAddress(text), TypeError, "write host:port");
  }
});
