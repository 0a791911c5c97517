/**
 * Proxies that lie, stutter or are none, over real sockets: the PROXY protocol's header whole and
 * byte by byte, and forwarding headers as clients send them. Whom a connection or a request is for
 * comes from who is trusted, or the connection ends.
 */

import { test } from "node:test";
import { readFileSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import type { ServeOptions } from "../../src/http/options.ts";
import type { Handler } from "../../src/http/types.ts";
import { RawClient, served, statuses, tick } from "../support/http_raw.ts";

const REQUEST = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
const SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";
const ADDRESSES = "\xc0\x00\x02\x01\xc6\x33\x64\x02\xdc\x04\x01\xbb";

function v2(command: number, family: number, body: string): string {
  const numbers = [command, family, body.length >> 8, body.length & 255];
  return SIGNATURE + String.fromCharCode(...numbers) + body;
}

/** Headers, and for whom the request behind one is, or `undefined`: dropped without an answer. */
const HEADERS: readonly (readonly [string, string, string | undefined])[] = [
  ["v1", "PROXY TCP4 192.0.2.1 198.51.100.2 4711 80\r\n", "192.0.2.1"],
  ["v1, IPv6", "PROXY TCP6 2001:DB8::7 2001:db8::1 4711 80\r\n", "2001:db8::7"],
  ["v1 UNKNOWN: the proxy itself", "PROXY UNKNOWN\r\n", "127.0.0.1"],
  ["v2", v2(0x21, 0x11, ADDRESSES), "192.0.2.1"],
  ["v2, values up to the bound", v2(0x21, 0x11, ADDRESSES + tlv(4096 - 12 - 3)), "192.0.2.1"],
  ["v2 LOCAL: the proxy itself", v2(0x20, 0x00, ""), "127.0.0.1"],
  ["v2 Unix stream: no address", v2(0x21, 0x31, "\0".repeat(216)), "127.0.0.1"],
  ["no header", "", undefined],
  ["v1, two in a row", "PROXY UNKNOWN\r\nPROXY UNKNOWN\r\n", "400"],
  ["v1, then v2", "PROXY UNKNOWN\r\n" + v2(0x20, 0, ""), "400"],
  ["v1 with a name", "PROXY TCP4 localhost 198.51.100.2 4711 80\r\n", undefined],
  ["v1 with a zone", "PROXY TCP6 fe80::1%eth0 ::1 4711 80\r\n", undefined],
  ["v1 with a leading zero", "PROXY TCP4 192.0.02.1 198.51.100.2 4711 80\r\n", undefined],
  ["v1 cut by LF alone", "PROXY TCP4 192.0.2.1 198.51.100.2 4711 80\n", undefined],
  ["v1 without an end", "PROXY TCP4 " + "1".repeat(200), undefined],
  ["v1 after a space", " PROXY UNKNOWN\r\n", undefined],
  ["v2 with values beyond the bound", v2(0x21, 0x11, ADDRESSES + tlv(4096 - 12 - 2)), undefined],
  ["v2 that says 65,535 bytes", SIGNATURE + "\x21\x11\xff\xff", undefined],
  ["v2 with a wrong checksum", v2(0x21, 0x11, ADDRESSES + "\x03\0\x04abcd"), undefined],
  ["v2 with a value beyond its end", v2(0x21, 0x11, ADDRESSES + "\x04\0\x05ab"), undefined],
  ["v2 shorter than its addresses", v2(0x21, 0x21, ADDRESSES), undefined],
  ["v2, an unknown command", v2(0x2f, 0x11, ADDRESSES), undefined],
  ["v2, datagrams", v2(0x21, 0x12, ADDRESSES), undefined],
  ["a signature with one wrong byte", SIGNATURE.slice(0, -1) + "\r" + "\x20\0\0\0", undefined],
];

function tlv(length: number): string {
  return String.fromCharCode(4, length >> 8, length & 255) + "\0".repeat(length);
}

const whoAsks: Handler = (request, info) =>
  Response.json([info.client.address, new URL(request.url).origin]);

async function withServer(
  options: ServeOptions,
  body: (port: number, faults: string[]) => Promise<void>,
): Promise<void> {
  const faults: string[] = [];
  const { server, port } = await served(whoAsks, {
    ...options,
    events: { listenerFault: (error) => void faults.push(error.message) },
  });
  try {
    await body(port, faults);
  } finally {
    await server.stop(); // resolves only if no connection was lost
  }
  assertEquals(server.metrics.accepted, server.metrics.closedTotal);
}

async function send(port: number, pieces: Iterable<string>): Promise<string> {
  const client = await RawClient.open(port).catch((error: Error) => {
    if (!error.message.includes("ECONNRESET")) throw error;
  });
  if (!client) return ""; // dropped before this side knew that it was connected
  for (const piece of pieces) {
    client.send(piece);
    if (client.closed !== "no") break;
  }
  await client.until((c) => c.ended || c.closed !== "no", "the end");
  client.end();
  return client.received;
}

test("PROXY headers: who is named is the client, or nothing is answered; whole and byte by byte", async () => {
  await withServer({ proxyProtocol: ["loopback"], lingerMs: 50 }, async (port, faults) => {
    for (const [name, header, outcome] of HEADERS) {
      for (const pieces of [[header + REQUEST], header + REQUEST]) {
        faults.length = 0;
        const answer = await send(port, pieces);
        if (outcome === "400") assertEquals(statuses(answer), [400], name);
        else if (outcome === undefined) assertEquals(answer, "", name);
        else assert(answer.endsWith(`["${outcome}","http://a"]`), `${name}: ${answer}`);
        const told = outcome === undefined ? ["PROXY header is malformed"] : [];
        assertEquals(faults, told, name);
      }
    }
  });
});

test("PROXY headers: a dripped one has headersTimeoutMs, a silent one too, and all are let go", async () => {
  await withServer({ proxyProtocol: ["loopback"], headersTimeoutMs: 150 }, async (port, faults) => {
    const silent = await RawClient.open(port);
    const dripping = await RawClient.open(port);
    for (const byte of "PROXY TCP4 192.0.2.1 198.51.100.2 4711 80") {
      if (dripping.closed !== "no" || dripping.ended) break;
      dripping.send(byte);
      await tick(20);
    }
    for (const client of [silent, dripping]) {
      await client.until((c) => c.ended || c.closed !== "no", "the end");
      assertEquals(client.received, "");
      client.destroy();
    }
    assertEquals(faults, ["PROXY header is timeout", "PROXY header is timeout"]);
  });
});

test("PROXY headers: nobody but the proxy is heard, whatever it says", async () => {
  await withServer({ proxyProtocol: ["10.0.0.1", "unix"] }, async (port, faults) => {
    for (const [, header] of HEADERS.slice(0, 8)) {
      assertEquals(await send(port, [header + REQUEST]), "");
    }
    assertEquals(new Set(faults), new Set(["PROXY header is untrusted"]));
  });
});

test("PROXY headers: limits count the clients that are named, not the proxy", async () => {
  await withServer(
    { proxyProtocol: ["loopback"], maxConnectionsPerAddress: 1 },
    async (port) => {
      const clients: RawClient[] = [];
      for (const address of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
        const client = await RawClient.open(port);
        client.send(`PROXY TCP4 ${address} 198.51.100.2 1 80\r\n${REQUEST.replace("close", "x")}`);
        await client.until((c) => statuses(c.received).length > 0, "an answer");
        clients.push(client);
      }
      assertEquals(clients.flatMap((client) => statuses(client.received)), [200, 200, 503]);
      for (const client of clients) client.destroy();
    },
  );
});

test("PROXY headers: who has not sent one yet counts towards the sockets that a server takes", async () => {
  const { server, port } = await served(() => new Response("x"), {
    proxyProtocol: ["loopback"],
    maxConnections: 8,
  });
  const clients: RawClient[] = [];
  const open = async (text: string) => {
    const client = await RawClient.open(port);
    client.send(text);
    clients.push(client);
    return client;
  };
  for (let i = 0; i < 8; i++) await open("PROXY UNKNOWN\r\nGET / HT");
  while (server.stats.connections < 8) await tick(5);
  const waiting = await open("P"); // may become one that is told 503
  const dropped = await open("P").catch(() => undefined); // it may be before it is known to be open
  await dropped?.until((c) => c.ended || c.closed !== "no", "its end");
  assert(!waiting.ended && waiting.closed === "no");
  waiting.send("ROXY UNKNOWN\r\n" + REQUEST);
  assertEquals(statuses(await waiting.finish()), [503]);
  for (const client of clients) client.destroy();
  await server.stop({ now: true });
});

/** Header lines of a request through a trusted proxy, and its client and origin. */
const FORWARDED: readonly (readonly ["forwarded" | "x-forwarded", string, string, string])[] = [
  ["x-forwarded", "X-Forwarded-For: 1.1.1.1, 203.0.113.7", "203.0.113.7", "http://a"],
  ["x-forwarded", "X-Forwarded-For: 203.0.113.7:4711", "203.0.113.7", "http://a"],
  ["x-forwarded", "X-Forwarded-For:\t 2001:DB8::7 \t", "2001:db8::7", "http://a"],
  ["x-forwarded", "X-Forwarded-For: [2001:db8::7]:4711", "2001:db8::7", "http://a"],
  ["x-forwarded", "X-Forwarded-For: ::ffff:203.0.113.7", "::ffff:203.0.113.7", "http://a"],
  // A proxy that adds a line of its own, as HAProxy does: the last line is the nearest.
  [
    "x-forwarded",
    "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 203.0.113.7",
    "203.0.113.7",
    "http://a",
  ],
  [
    "x-forwarded",
    "X-Forwarded-For: 203.0.113.7\r\nForwarded: for=6.6.6.6;proto=https",
    "203.0.113.7",
    "http://a",
  ],
  [
    "forwarded",
    "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=203.0.113.7;proto=https",
    "203.0.113.7",
    "https://a",
  ],
  ["forwarded", "Forwarded: for=6.6.6.6\r\nForwarded: for=203.0.113.7", "203.0.113.7", "http://a"],
  ["forwarded", 'Forwarded: for="6.6.6.6, for=203.0.113.7', "203.0.113.7", "http://a"],
  [
    "forwarded",
    'Forwarded: for=203.0.113.7;host="b\\.example:81";proto=http',
    "203.0.113.7",
    "http://b.example:81",
  ],
  ["forwarded", 'Forwarded: for=203.0.113.7;host="b/../c"', "203.0.113.7", "http://a"],
  ["forwarded", "Forwarded: for=_hidden, for=127.0.0.9", "_hidden", "http://a"],
  ["forwarded", "Forwarded: for=unknown;proto=https", "unknown", "https://a"],
  ["forwarded", 'Forwarded: For="[2001:db8::7]:_port" ; Proto=https', "2001:db8::7", "https://a"],
  ["forwarded", "Forwarded: for=6.6.6.6, for=evil, for=127.0.0.3", "127.0.0.3", "http://a"],
  ["x-forwarded", `X-Forwarded-For: 6.6.6.6${", 127.0.0.2".repeat(700)}`, "6.6.6.6", "http://a"],
  ["x-forwarded", `X-Forwarded-For: ${",".repeat(8000)}203.0.113.7`, "203.0.113.7", "http://a"],
  ["x-forwarded", "X-Forwarded-For: \x9b2J", "127.0.0.1", "http://a"],
  [
    "x-forwarded",
    "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Proto: javascript",
    "203.0.113.7",
    "http://a",
  ],
  [
    "x-forwarded",
    "X-Forwarded-For: 203.0.113.7\r\nX-Forwarded-Host: u@evil",
    "203.0.113.7",
    "http://a",
  ],
];

test("forwarding headers over sockets: the client and the origin are the trusted proxy's word", async () => {
  for (const header of ["forwarded", "x-forwarded"] as const) {
    await withServer({ trustedProxies: { addresses: ["loopback"], header } }, async (port) => {
      for (const [family, lines, client, origin] of FORWARDED) {
        if (family !== header) continue;
        const answer = await send(port, [REQUEST.replace("\r\n\r\n", `\r\n${lines}\r\n\r\n`)]);
        const body = answer.slice(answer.indexOf("\r\n\r\n") + 4);
        assertEquals(body, JSON.stringify([client, origin]), lines.slice(0, 100));
      }
    });
  }
  await withServer(
    { trustedProxies: { addresses: ["10.0.0.0/8"], header: "forwarded" } },
    async (port) => {
      for (const [, lines] of FORWARDED) {
        const answer = await send(port, [REQUEST.replace("\r\n\r\n", `\r\n${lines}\r\n\r\n`)]);
        assert(answer.endsWith('["127.0.0.1","http://a"]'), lines.slice(0, 100));
      }
    },
  );
});

test("TLS: a handshake that never comes, or drips, ends after headersTimeoutMs and is told", async () => {
  const pem = (name: string) =>
    readFileSync(new URL(`../support/certs/${name}`, import.meta.url), "utf8");
  const tls = { cert: pem("server.pem"), key: pem("server.key") };
  await withServer({ tls, headersTimeoutMs: 200 }, async (port, faults) => {
    const silent = await RawClient.open(port);
    const dripping = await RawClient.open(port);
    for (const byte of "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\0".repeat(200)) {
      if (dripping.closed !== "no" || dripping.ended) break;
      dripping.send(byte);
      await tick(20);
    }
    for (const client of [silent, dripping]) {
      await client.until((c) => c.ended || c.closed !== "no", "the end");
      client.destroy();
    }
    while (faults.length < 2) await tick(5);
  });
});
