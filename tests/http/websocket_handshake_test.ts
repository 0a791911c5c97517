import { test } from "node:test";
import { assert, assertEquals } from "@std/assert";
import {
  acceptHeaders,
  acceptKey,
  checkHandshake,
  type HandshakePolicy,
  isRefusal,
} from "../../src/http/websocket/handshake.ts";

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
const GOOD: Record<string, string> = {
  host: "example.com",
  upgrade: "websocket",
  connection: "keep-alive, Upgrade",
  "sec-websocket-version": "13",
  "sec-websocket-key": KEY,
};

function check(changes: Record<string, string | undefined>, policy?: HandshakePolicy) {
  const headers = new Headers();
  for (const [name, value] of Object.entries({ ...GOOD, ...changes })) {
    if (value !== undefined) headers.set(name, value);
  }
  return checkHandshake("GET", headers, policy);
}

function status(changes: Record<string, string | undefined>, policy?: HandshakePolicy): number {
  const outcome = check(changes, policy);
  return isRefusal(outcome) ? outcome.status : 101;
}

test("the accept key of RFC 6455 §1.3", async () => {
  assertEquals(await acceptKey(KEY), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
});

test("a good handshake is accepted, and what it lacks refused", () => {
  assertEquals(status({}), 101);
  assertEquals(status({ upgrade: "WebSocket" }), 101);
  assertEquals(status({ upgrade: "h2c" }), 426);
  assertEquals(status({ upgrade: undefined }), 426);
  assertEquals(status({ connection: "keep-alive" }), 426);
  assertEquals(status({ "sec-websocket-version": "8" }), 426);
  assertEquals(status({ "sec-websocket-version": undefined }), 426);
  for (
    const key of [undefined, "", "short", KEY.slice(0, -2), KEY + "A", "dGhlIHNhbXBsZSBub25jZR=="]
  ) {
    assertEquals(status({ "sec-websocket-key": key }), 400, `${key}`);
  }
  const post = checkHandshake("POST", new Headers(GOOD));
  assert(isRefusal(post) && post.status === 405);
});

test("a page of another host may not connect unless it is allowed", () => {
  assertEquals(status({ origin: "https://example.com" }), 101);
  assertEquals(status({ origin: "http://example.com:80" }), 101);
  assertEquals(status({ origin: "https://evil.example" }), 403);
  assertEquals(status({ origin: "https://example.com:444" }), 403);
  assertEquals(status({ origin: "null" }), 403);
  assertEquals(status({ origin: "https://example.com.evil.example" }), 403);
  const allowed = { origins: ["https://app.example"] };
  assertEquals(status({ origin: "https://app.example" }, allowed), 101);
  assertEquals(status({ origin: "https://example.com" }, allowed), 403);
  assertEquals(status({ origin: "https://evil.example" }, { origins: "any" }), 101);
});

test("the client's first known subprotocol is chosen", async () => {
  const outcome = check({ "sec-websocket-protocol": "x, zap.2, zap.1" }, {
    protocols: ["zap.1", "zap.2"],
  });
  assert(!isRefusal(outcome));
  assertEquals(outcome.protocol, "zap.2");
  assert(
    (await acceptHeaders(outcome)).some(([n, v]) =>
      n === "Sec-WebSocket-Protocol" && v === "zap.2"
    ),
  );
  const none = check({ "sec-websocket-protocol": "x" });
  assert(!isRefusal(none));
  assertEquals(none.protocol, undefined);
  assertEquals(status({ "sec-websocket-protocol": "a, a" }), 400);
  assertEquals(status({ "sec-websocket-protocol": "a,,b" }), 400);
  assertEquals(status({ "sec-websocket-protocol": "a b" }), 400);
});

test("permessage-deflate is agreed to only where asked, and never with a window to keep", async () => {
  const offer = { "sec-websocket-extensions": "permessage-deflate; client_max_window_bits" };
  const refused = check(offer);
  assert(!isRefusal(refused) && !refused.deflate);
  const agreed = check(offer, { deflate: true });
  assert(!isRefusal(agreed) && agreed.deflate);
  const headers = new Headers(await acceptHeaders(agreed));
  assertEquals(
    headers.get("sec-websocket-extensions"),
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover",
  );
  for (
    const bad of [
      "permessage-deflate; server_max_window_bits=10",
      "permessage-deflate; client_max_window_bits=7",
      "permessage-deflate; nonsense",
      "x-webkit-deflate-frame",
    ]
  ) {
    const outcome = check({ "sec-websocket-extensions": bad }, { deflate: true });
    assert(!isRefusal(outcome) && !outcome.deflate, bad);
  }
  const second = "permessage-deflate; server_max_window_bits=10, permessage-deflate";
  const fallback = check({ "sec-websocket-extensions": second }, { deflate: true });
  assert(!isRefusal(fallback) && fallback.deflate);
});
