import { assert, assertEquals, assertRejects } from "@std/assert";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { RpcError, ZapClient, ZapServer } from "../../src/rpc/mod.ts";

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
