/** How frames leave, seen from a network that is no network. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { RpcError, ZapClient, ZapServer } from "../../src/rpc/mod.ts";
import type { Accept, Network, Socket, SocketHandlers } from "../../src/runtime/types.ts";

/** One end of a pair; what it writes arrives at the other end in a later turn. */
class FakeSocket implements Socket {
  readonly localAddress = { transport: "unix", path: "fake" } as const;
  readonly remoteAddress = { transport: "unix", path: "fake" } as const;
  readonly tls = undefined;
  bufferedBytes = 0;
  other!: FakeSocket;
  handlers!: SocketHandlers;
  writes = 0;
  paused = false;
  /** While set, `write` asks to wait and nothing arrives. */
  stuck = false;

  write(bytes: Uint8Array): boolean {
    this.writes++;
    if (this.stuck) {
      this.bufferedBytes += bytes.length;
      return false;
    }
    const copy = bytes.slice();
    setTimeout(() => this.other.handlers.data(copy));
    return true;
  }

  end(): void {
    setTimeout(() => this.other.handlers.end());
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  destroy(): void {
    setTimeout(() => this.handlers.close());
    setTimeout(() => this.other.handlers.close());
  }
}

/** Connects to the one listener it has, in memory. */
class FakeNetwork implements Network {
  readonly name = "node";
  #accept: Accept = () => {
    throw new Error("Nobody listens");
  };
  client!: FakeSocket;
  server!: FakeSocket;

  listen(_options: unknown, accept: Accept): ReturnType<Network["listen"]> {
    this.#accept = accept;
    return Promise.resolve({
      address: { transport: "unix", path: "fake" } as const,
      reload: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  }

  connect(_options: unknown, opened: Accept): Promise<Socket> {
    const [client, server] = [new FakeSocket(), new FakeSocket()];
    [client.other, server.other] = [server, client];
    this.client = client;
    this.server = server;
    server.handlers = this.#accept(server);
    client.handlers = opened(client);
    return Promise.resolve(client);
  }
}

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: calls of one turn leave in one write, and so do their answers`, async () => {
    const network = new FakeNetwork();
    const server = new ZapServer({
      call: ({ method, payload }) => method === 1 ? payload : Promise.resolve(payload),
    }, network);
    await server.listen({ path: "fake", framing });
    const client = await ZapClient.connect({ network, path: "fake", framing });
    for (const method of [1, 2]) {
      network.client.writes = network.server.writes = 0;
      const payload = new Uint8Array(3);
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => client.call(method, { payload })),
      );
      assert(answers.every(({ status, body }) => status === 200 && body.length === 3));
      assertEquals([network.client.writes, network.server.writes], [1, 1]);
    }
    client.close();
    await server.close();
  });

  test(`${framing}: a peer that takes nothing is felt by callers, at a bound`, async () => {
    const network = new FakeNetwork();
    const server = new ZapServer({ call: () => new Uint8Array(0) }, network);
    await server.listen({ path: "fake", framing });
    const client = await ZapClient.connect({
      network,
      path: "fake",
      framing,
      maxQueuedBytes: 100_000,
    });
    network.client.stuck = true;
    const codes: string[] = [];
    const calls: Promise<unknown>[] = [];
    for (let i = 0; i < 50; i++) {
      calls.push(
        client.call(1, { payload: new Uint8Array(10_000) })
          .catch((error: RpcError) => codes.push(error.code)),
      );
      await Promise.resolve();
    }
    await Promise.resolve();
    const refused = codes.splice(0);
    assert(refused.length > 30, `${refused.length} of 50 were refused`);
    assertEquals(new Set(refused), new Set(["busy"]));
    client.close();
    await Promise.all(calls);
    assertEquals(new Set(codes), new Set(["closed"]));
    assertEquals(codes.length + refused.length, 50);
    await server.close();
  });
}

test("node: one-way messages of one turn leave in one write", async () => {
  const network = new FakeNetwork();
  const got: number[] = [];
  const server = new ZapServer(
    { messages: { 7: (message) => void got.push(message[16]!) } },
    network,
  );
  await server.listen({ path: "fake" });
  const client = await ZapClient.connect({ network, path: "fake" });
  network.client.writes = 0;
  const sent: Promise<void>[] = [];
  for (let i = 0; i < 20; i++) {
    sent.push(client.send(Uint8Array.of(
      ...[0x5a, 0x41, 0x50, 0, 2, 0, 0, 7],
      ...[16, 0, 0, 0, 24, 0, 0, 0],
      ...[i, 0, 0, 0, 0, 0, 0, 0],
    )));
  }
  await Promise.all(sent);
  assertEquals(network.client.writes, 1);
  while (got.length < 20) await new Promise((resolve) => setTimeout(resolve));
  assertEquals(got, Array.from({ length: 20 }, (_, i) => i));
  client.close();
  await server.close();
});

test("mux: messages of streams of one turn leave in one write, large ones as soon as they fill the link", async () => {
  const network = new FakeNetwork();
  let got = 0;
  const server = new ZapServer({
    stream: async (stream) => {
      for await (const message of stream) got += message.length;
    },
  }, network);
  await server.listen({ path: "fake", framing: "mux" });
  const client = await ZapClient.connect({ network, path: "fake", framing: "mux" });
  const streams = [client.stream(1), client.stream(2)];
  await Promise.resolve();
  network.client.writes = 0;
  const written = Array.from({ length: 20 }, (_, i) => streams[i % 2]!.write(new Uint8Array(10)));
  await Promise.all(written);
  assertEquals(network.client.writes, 1);
  network.client.writes = 0;
  await Promise.all(Array.from({ length: 4 }, () => streams[0]!.write(new Uint8Array(70_000))));
  assertEquals(network.client.writes, 4);
  for (const stream of streams) stream.end();
  while (got < 280_200) await new Promise((resolve) => setTimeout(resolve));
  client.close();
  await server.close();
});

test("node: no more calls wait than may", async () => {
  const network = new FakeNetwork();
  const server = new ZapServer({
    call: () => new Promise<Uint8Array>(() => {}),
  }, network);
  await server.listen({ path: "fake" });
  const client = await ZapClient.connect({
    network,
    path: "fake",
    maxPendingCalls: 3,
  });
  const calls = [1, 2, 3].map((method) => assertRejects(() => client.call(method), RpcError));
  const busy = await assertRejects(() => client.call(4), RpcError);
  assertEquals([busy.code, busy.status, client.pendingCalls], ["busy", 429, 3]);
  client.close();
  await Promise.all(calls);
  await server.close();
});
