import { assert, assertEquals, assertRejects } from "@std/assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { RpcError, SocketError, ZapClient, ZapServer } from "../../src/rpc/mod.ts";
import { eventually, RawPeer } from "../hostile/rpc_support.ts";
import { certificateName } from "../support/tls.ts";

const pem = (name: string): string =>
  readFileSync(new URL(`../support/certs/${name}.pem`, import.meta.url), "utf8");
const key = (name: string): string =>
  readFileSync(new URL(`../support/certs/${name}.key`, import.meta.url), "utf8");
const payload = new Uint8Array([1, 2, 3]);

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: calls pass over a Unix socket`, async () => {
    const folder = mkdtempSync(join(tmpdir(), "zap-rpc-"));
    const path = join(folder, "zap.sock");
    const server = new ZapServer({ call: (call) => call.payload });
    try {
      assertEquals(await server.listen({ path, framing }), { transport: "unix", path });
      const client = await ZapClient.connect({ path, framing });
      assertEquals([...(await client.call(1, { payload })).body], [1, 2, 3]);
      client.close();
    } finally {
      await server.close();
      rmSync(folder, { recursive: true });
    }
  });

  test(`${framing}: calls pass over TLS; an unknown authority is refused`, async () => {
    const server = new ZapServer({ call: (call) => call.payload });
    const tls = { cert: pem("server"), key: key("server") };
    const address = await server.listen({ port: 0, framing, tls });
    assert(address.transport === "tcp");
    const target = { host: "localhost", port: address.port, framing };
    try {
      const client = await ZapClient.connect({
        ...target,
        tls: { ca: pem("ca") },
      });
      assertEquals([...(await client.call(1, { payload })).body], [1, 2, 3]);
      client.close();
      const strict = { ...target, tls: { ca: pem("other_ca") } };
      assertEquals(
        (await assertRejects(() => ZapClient.connect(strict), RpcError)).code,
        "connect",
      );
    } finally {
      await server.close();
    }
  });
}

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: TLS handshakes under way count as connections, and the last place taken is told of`, async () => {
    const told: unknown[] = [];
    const server = new ZapServer({
      call: (call) => call.payload,
      maxConnections: 4,
      onError: (error) => told.push((error as SocketError).code),
    });
    const tls = { cert: pem("server"), key: key("server") };
    const { port } = await server.listen({ port: 0, framing, tls });
    const client = await ZapClient.connect({
      host: "localhost",
      port,
      framing,
      tls: { ca: pem("ca") },
    });
    const flood = await Promise.all(Array.from({ length: 20 }, () => RawPeer.connect(port)));
    let dropped = 0;
    for (const peer of flood) peer.closed.then(() => dropped++);
    await eventually(() => dropped === 17);
    await eventually(() => told.length > 0);
    assertEquals((await client.call(1)).status, 200);
    assertEquals([dropped, told], [17, ["full"]]);
    client.close();
    // Those under way do not keep the server.
    await server.close();
    await Promise.all(flood.map((peer) => peer.closed));
    assertEquals(told, ["full"]);
  });

  test(`${framing}: the first connection of a row that is one too many is told of`, async () => {
    const told: unknown[] = [];
    const server = new ZapServer({
      maxConnections: 1,
      onError: (error) => told.push((error as Error).message),
    });
    const { port } = await server.listen({ port: 0, framing });
    for (const round of [1, 2]) {
      const first = await RawPeer.connect(port);
      await eventually(() => server.connections === 1);
      for (let i = 0; i < 5; i++) await (await RawPeer.connect(port)).closed;
      const why = "Cannot accept: all 1 connections are taken, and more are dropped";
      assertEquals(told, Array(round).fill(why));
      first.socket.destroy();
      await eventually(() => server.connections === 0);
      (await RawPeer.connect(port)).socket.destroy();
      await eventually(() => server.connections === 0);
    }
    await server.close();
  });
}

test("a new certificate is for connections to come, and drops none", async () => {
  const server = new ZapServer({ call: (call) => call.payload });
  const tls = { cert: pem("server"), key: key("server") };
  const { port } = await server.listen({ port: 0, tls });
  const target = { host: "localhost", port };
  const before = await ZapClient.connect({ ...target, tls: { ca: pem("ca") } });
  assertEquals(await certificateName(port), "localhost");
  await assertRejects(() => server.reload({ cert: "x", key: "y" }), SocketError, "cannot be read");
  await server.reload({ cert: pem("server_next"), key: key("server_next") });
  assertEquals(await certificateName(port), "localhost, the certificate after a rotation");
  assertEquals([...(await before.call(1, { payload })).body], [1, 2, 3]);
  before.close();
  await server.close();
});

test("a misspelt option of TLS is refused: clients would not be asked for their certificate", async () => {
  const server = new ZapServer({});
  const tls = { cert: pem("server"), key: key("server"), clientCA: pem("ca") };
  await assertRejects(() => server.listen({ port: 0, tls }), TypeError, '"clientCa"');
});

test("one server serves both framings, each on its port", async () => {
  const server = new ZapServer({ call: (call) => call.payload });
  for (const framing of ["node", "mux"] as const) {
    const address = await server.listen({ port: 0, framing });
    assert(address.transport === "tcp");
    const client = await ZapClient.connect({ port: address.port, framing });
    assertEquals((await client.call(1)).status, 200);
    client.close();
  }
  await server.close();
  await assertRejects(() => server.listen({ port: 0 }), TypeError, "closed");
});

test("a server refuses unknown options and limits out of range", () => {
  const misspelt = { maxInflight: 3 } as object;
  for (
    const options of [misspelt, { maxInFlight: 0 }, { maxAnswers: 1.5 }, {
      idleTimeoutMs: -1,
    }]
  ) {
    let thrown: unknown;
    try {
      new ZapServer(options);
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof TypeError || thrown instanceof RangeError, JSON.stringify(options));
  }
});
