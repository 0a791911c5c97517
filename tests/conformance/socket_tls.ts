import { assert, assertEquals, assertRejects } from "@std/assert";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { SocketError } from "../../src/base/socket_error.ts";
import type {
  ConnectOptions,
  ListenOptions,
  Network,
  ServerTlsOptions,
} from "../../src/runtime/types.ts";
import { bytes, dial, pattern, reach, Recorder, turns, withPair } from "./socket_harness.ts";

const CERTS = new URL("../support/certs/", import.meta.url);
const pem = (name: string): string => readFileSync(new URL(name, CERTS), "utf8");
const identity = (name: string): { cert: string; key: string } => ({
  cert: pem(`${name}.pem`),
  key: pem(`${name}.key`),
});
const CA = pem("ca.pem");
/** A certificate's bytes (DER). */
const der = (name: string): Uint8Array =>
  Uint8Array.from(
    atob(pem(name).replace(/-----[A-Z ]+-----/g, "").replace(/\s/g, "")),
    (c) => c.charCodeAt(0),
  );

/** TLS: who is believed, who is refused, and what the others notice of it. */
export function tlsTests(network: Network): void {
  /** Runs `body` with an echo listener over TLS. */
  async function withEcho(
    tls: ServerTlsOptions,
    body: (
      where: ConnectOptions,
      faults: SocketError[],
      listener: Awaited<ReturnType<Network["listen"]>>,
      servers: Recorder[],
      watch: Recorder,
    ) => Promise<void>,
    more: ListenOptions = {},
  ): Promise<void> {
    const faults: SocketError[] = [];
    const servers: Recorder[] = [];
    const watch = new Recorder();
    const onError = (error: SocketError): void => {
      faults.push(error);
      watch.changed();
    };
    const listener = await network.listen({ tls, onError, ...more }, (socket) => {
      const server = new Recorder();
      server.socket = socket;
      server.onData = (chunk) => socket.write(chunk);
      server.onEnd = () => socket.end();
      servers.push(server);
      watch.changed();
      return server;
    });
    try {
      await body(reach(listener), faults, listener, servers, watch);
    } finally {
      await listener.close();
    }
    for (const server of servers) {
      await server.gone();
      server.check();
    }
  }

  async function answers(options: ConnectOptions): Promise<Recorder> {
    const client = await dial(network, options);
    client.socket.write(bytes("x"));
    await client.until(() => client.received === 1, "the echo");
    client.socket.end();
    await client.gone();
    client.check();
    assertEquals(client.error, undefined);
    return client;
  }

  async function refuses(options: ConnectOptions): Promise<void> {
    const error = await assertRejects(
      () => network.connect(options, () => new Recorder()),
      SocketError,
    );
    assertEquals(error.code, "tls", `${error.message} ${String(error.cause)}`);
  }

  test("socket: TLS echoes, with ALPN's choice at both ends", () =>
    withEcho(
      { ...identity("server"), alpnProtocols: ["zap", "http/1.1"] },
      async (where, _, __, servers) => {
        const client = await answers({ ...where, tls: { ca: CA, alpnProtocols: ["h2", "zap"] } });
        assertEquals(client.socket.tls?.alpnProtocol, "zap");
        assertEquals(servers[0]?.socket.tls?.alpnProtocol, "zap");
        const plain = await answers({ ...where, tls: { ca: CA } });
        assert(plain.socket.tls !== undefined);
        assertEquals(plain.socket.tls.alpnProtocol, undefined);
      },
    ));

  test("socket: TLS without a protocol in common fails the handshake", () =>
    withEcho(
      { ...identity("server"), alpnProtocols: ["zap"] },
      async (where, faults, _, __, watch) => {
        await refuses({ ...where, tls: { ca: CA, alpnProtocols: ["h2"] } });
        await watch.until(() => faults.length === 1, "the listener's report");
        assertEquals(faults[0]?.code, "tls", faults[0]?.message ?? "");
      },
    ));

  test("socket: a certificate of an unknown authority is refused, the listener goes on", () =>
    withEcho(identity("untrusted"), async (where, faults, _, __, watch) => {
      await refuses({ ...where, tls: { ca: CA } });
      // Node drops a connection that is gone when its handshake is done, and tells nobody.
      if (network.name !== "node") {
        await watch.until(() => faults.length === 1, "the listener's report");
        assertEquals(faults[0]?.code, "tls", faults[0]?.message ?? "");
      }
      await answers({ ...where, tls: { ca: pem("other_ca.pem") } });
    }));

  test("socket: without an authority given the system's are asked, which know nothing of ours", () =>
    withEcho(identity("server"), (where) => refuses({ ...where, tls: true })));

  test("socket: a certificate for another name is refused", () =>
    withEcho(identity("server_other_name"), async (where) => {
      await refuses({ ...where, tls: { ca: CA } });
      await refuses({ ...where, tls: { ca: CA, serverName: "localhost" } });
      await answers({ ...where, tls: { ca: CA, serverName: "elsewhere.test" } });
    }));

  test("socket: names and addresses of a certificate are all good", () =>
    withEcho(identity("server"), async (where) => {
      await answers({ ...where, tls: { ca: CA } });
      await answers({ ...where, hostname: "localhost", tls: { ca: CA } });
      await answers({ ...where, tls: { ca: CA, serverName: "localhost" } });
    }));

  test("socket: mTLS takes the known client and refuses the others", () =>
    withEcho({ ...identity("server"), clientCa: CA }, async (where, faults, _, servers, watch) => {
      const client = await answers({ ...where, tls: { ca: CA, ...identity("client") } });
      assertEquals(new Uint8Array(servers[0]!.socket.tls!.peerCertificate!), der("client.pem"));
      assert(client.socket.tls !== undefined);
      // In TLS 1.3 the client believes itself connected before the server has judged it.
      for (const tls of [{ ca: CA }, { ca: CA, ...identity("untrusted_client") }]) {
        const before = faults.length;
        let refused: Recorder | undefined;
        try {
          refused = await dial(network, { ...where, tls });
        } catch (error) {
          assert(error instanceof SocketError, String(error));
        }
        if (refused) {
          refused.onEnd = () => refused!.socket.end();
          await refused.gone();
          refused.check();
          assertEquals(refused.received, 0);
        }
        await watch.until(() => faults.length > before, "the listener's report");
        assertEquals(faults.at(-1)?.code, "tls", faults.at(-1)?.message ?? "");
      }
      assertEquals(servers.length, 1, "no refused client was accepted");
      await answers({ ...where, tls: { ca: CA, ...identity("client") } });
    }));

  test("socket: a client that speaks no TLS is reported, the listener goes on", () =>
    withEcho(identity("server"), async (where, faults, _, servers, watch) => {
      const client = await dial(network, where);
      client.onEnd = () => client.socket.end();
      client.socket.write(bytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"));
      await client.gone();
      client.check();
      await watch.until(() => faults.length === 1, "the listener's report");
      assertEquals(faults[0]?.code, "tls", faults[0]?.message ?? "");
      assertEquals(servers.length, 0);
      await answers({ ...where, tls: { ca: CA } });
    }));

  test("socket: a TLS client at a silent plain listener fails within its timeout", async () => {
    const server = new Recorder();
    const listener = await network.listen({}, (socket) => {
      server.socket = socket;
      server.onEnd = () => socket.end();
      return server;
    });
    const error = await assertRejects(
      () =>
        network.connect(
          { ...reach(listener), tls: { ca: CA }, connectTimeoutMs: 250 },
          () => new Recorder(),
        ),
      SocketError,
    );
    assertEquals(error.code, "timeout", error.message);
    await server.gone();
    server.check();
    await listener.close();
  });

  test("socket: a client that stays silent is dropped when the handshake's time is up", () =>
    withEcho(identity("server"), async (where, faults, _, servers, watch) => {
      const client = await dial(network, where);
      client.onEnd = () => client.socket.end();
      await watch.until(() => faults.length === 1, "the listener's report");
      assertEquals(faults[0]?.code, "timeout", faults[0]?.message ?? "");
      await client.gone();
      client.check();
      assertEquals(servers.length, 0);
      await answers({ ...where, tls: { ca: CA } });
    }, { tlsHandshakeTimeoutMs: 200 }));

  test("socket: a client that leaves in the handshake is reported, the listener goes on", () =>
    withEcho(identity("server"), async (where, faults, _, __, watch) => {
      const client = await dial(network, where);
      // The first bytes of a record that says 512 bytes, and no more.
      client.socket.write(Uint8Array.of(0x16, 3, 1, 2, 0, 1));
      await turns();
      client.socket.destroy();
      await client.gone();
      await watch.until(() => faults.length === 1, "the listener's report");
      await answers({ ...where, tls: { ca: CA } });
    }));

  test("socket: TLS half-close, 8 MiB each way, and backpressure", () =>
    withPair(
      network,
      async ({ client, server }) => {
        const length = 8 * 1024 * 1024;
        server.pause();
        const big = pattern(length);
        assertEquals(client.socket.write(big), false);
        client.act((socket) => socket.end());
        server.resume();
        await server.until(() => server.ends === 1, "the client's end");
        assertEquals(server.received, length);
        server.socket.write(big);
        server.act((socket) => socket.end());
        await client.until(() => client.ends === 1, "the server's end");
        assertEquals(client.received, length);
        await client.gone();
        await server.gone();
        assertEquals([client.error, server.error], [undefined, undefined]);
      },
      { tls: identity("server") },
      { tls: { ca: CA } },
    ));

  test("socket: TLS destroy with unsent bytes", () =>
    withPair(
      network,
      async ({ client, server }) => {
        client.pause();
        while (server.socket.write(pattern(256 * 1024)));
        server.act((socket) => socket.destroy());
        await server.gone();
        assertEquals(server.error, undefined);
      },
      { tls: identity("server") },
      { tls: { ca: CA } },
    ));

  test("socket: reload gives new connections the new certificate and keeps the old ones", () =>
    withEcho(identity("server"), async (where, _, listener, servers) => {
      const before = await dial(network, { ...where, tls: { ca: CA } });
      await listener.reload(identity("untrusted"));
      await refuses({ ...where, tls: { ca: CA } });
      await answers({ ...where, tls: { ca: pem("other_ca.pem") } });
      await listener.reload(identity("server_next"));
      await answers({ ...where, tls: { ca: CA } });
      before.socket.write(bytes("still here"));
      await before.until(() => before.received === 10, "the old connection's echo");
      before.socket.end();
      await before.gone();
      before.check();
      assertEquals(servers.length, 3);
    }));

  test("socket: reload under load drops no connection", () =>
    withEcho(identity("server"), async (where, faults, listener) => {
      let going = true;
      const visitors = Array.from({ length: 4 }, async () => {
        let visits = 0;
        while (going) {
          await answers({ ...where, tls: { ca: CA } });
          visits++;
        }
        return visits;
      });
      for (let i = 0; i < 10; i++) {
        await listener.reload(identity(i % 2 === 0 ? "server_next" : "server"));
        await answers({ ...where, tls: { ca: CA } });
      }
      going = false;
      for (const visits of await Promise.all(visitors)) assert(visits > 0);
      assertEquals(faults, []);
    }));

  test("socket: a certificate that cannot be read is refused, at listen and at reload", async () => {
    const broken: ServerTlsOptions[] = [
      { ...identity("server"), cert: "no PEM" },
      { ...identity("server"), key: "no PEM" },
      { ...identity("server"), key: pem("client.key") },
      { ...identity("server"), clientCa: "no PEM" },
    ];
    const accept = (): Recorder => new Recorder();
    await withEcho(identity("server"), async (where, _, listener) => {
      for (const tls of broken) {
        for (const use of [() => network.listen({ tls }, accept), () => listener.reload(tls)]) {
          const error = await assertRejects<SocketError>(use, SocketError);
          assertEquals(error.code, "tls", error.message);
        }
      }
      await answers({ ...where, tls: { ca: CA } });
    });
  });
}
