import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { ZapClient as ReferenceClient } from "@zap-proto/zap/node";
import {
  RpcError,
  type ServerOptions,
  Status,
  ZapClient,
  ZapPool,
  ZapServer,
} from "../../src/rpc/mod.ts";
import { serving } from "./serving.ts";
import { Builder } from "../../src/wire/builder.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const echo: ServerOptions = { call: (call) => call.payload };

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: calls answer with status, promise id and body`, async () => {
    await serving(echo, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      const { status, body } = await client.call(1, {
        payload: bytes(1, 2, 3),
      });
      assertEquals([status, ...body], [200, 1, 2, 3]);
      const named = await client.call(2, { promiseID: 7 });
      assertEquals([named.status, named.promiseID, named.body.length], [200, 7, 0]);
      assertEquals(client.pendingCalls, 0);
      client.close();
    });
  });

  test(`${framing}: a thousand calls at once, each with its own answer`, async () => {
    const options: ServerOptions = {
      call: (call) => call.method % 2 ? call.payload : Promise.resolve(call.payload),
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      const answers = await Promise.all(
        Array.from({ length: 1000 }, (_, i) => client.call(i, { payload: bytes(i & 255, i >> 8) })),
      );
      answers.forEach(({ body }, i) => assertEquals(body[0]! | body[1]! << 8, i));
      client.close();
    });
  });

  test(`${framing}: large bodies pass, too large ones are refused on both sides`, async () => {
    const options: ServerOptions = {
      call: (call) => new Uint8Array(call.method).fill(7),
      maxNodeFrameBytes: 1_000_000,
      maxMuxFrameBytes: 1_000_000,
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({
        port,
        framing,
        limits: { maxNodeFrameBytes: 900_000, maxMuxFrameBytes: 900_000 },
      });
      const { body } = await client.call(800_000, {
        payload: new Uint8Array(800_000),
      });
      assertEquals([body.length, body[799_999]], [800_000, 7]);
      assertEquals((await client.call(2_000_000)).status, Status.TooLarge);
      const error = await assertRejects(
        () => client.call(1, { payload: new Uint8Array(900_000) }),
        RpcError,
      );
      assertEquals([error.code, error.status], ["too_large", 413]);
      assertEquals((await client.call(1)).status, 200);
      client.close();
    });
  });

  test(`${framing}: an answer builds on another's on one connection`, async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => release = resolve);
    const options: ServerOptions = {
      call: async ({ method, payload }) => {
        if (method === 1) await gate;
        return bytes(...payload, method);
      },
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      const first = client.call(1, { promiseID: 1, payload: bytes(9) });
      const second = client.call(2, { promiseID: 2, target: 1 });
      const third = client.call(3, { promiseID: 3, target: 2 });
      release();
      assertEquals([...(await third).body], [9, 1, 2, 3]);
      assertEquals([...(await second).body], [9, 1, 2]);
      await first;
      assertEquals([...(await client.call(4, { target: 3 })).body], [9, 1, 2, 3, 4]);
      client.close();
    });
  });

  test(`${framing}: handlers' statuses, throws and nonsense become statuses`, async () => {
    const faults: unknown[] = [];
    const options: ServerOptions = {
      call: ({ method }) => {
        if (method === 1) return { status: 404, body: bytes(4) };
        if (method === 2) throw new Error("secret");
        if (method === 3) return Promise.reject(new Error("secret"));
        if (method === 4) {
          return Promise.resolve({ status: 403, body: bytes() });
        }
        return undefined as unknown as Uint8Array;
      },
      onError: (error) => faults.push(error),
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      const statuses = [];
      for (const method of [1, 2, 3, 4, 5]) {
        statuses.push((await client.call(method)).status);
      }
      assertEquals(statuses, [404, 500, 500, 403, 500]);
      assertEquals(faults.length, 3);
      client.close();
    });
  });

  test(`${framing}: the guard refuses before the handler runs`, async () => {
    let ran = 0;
    const options: ServerOptions = {
      guard: ({ method, cap }) => {
        if (cap.length === 0) return Status.Unauthorized;
        return method === 2 ? Promise.resolve(Status.Forbidden) : Promise.resolve(200);
      },
      call: () => {
        ran++;
        return bytes(1);
      },
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      assertEquals((await client.call(1)).status, 401);
      assertEquals((await client.call(2, { cap: bytes(1) })).status, 403);
      assertEquals((await client.call(1, { cap: bytes(1) })).status, 200);
      assertEquals(ran, 1);
      client.close();
    });
  });

  test(`${framing}: the server calls the client on the same connection`, async () => {
    const options: ServerOptions = {
      call: async (call, peer) => (await peer.call(9, { payload: call.payload })).body,
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({
        port,
        framing,
        call: ({ method, payload }) => bytes(method, ...payload),
      });
      const answers = await Promise.all(
        Array.from({ length: 300 }, (_, i) => client.call(1, { payload: bytes(i & 255) })),
      );
      // Beyond 256 at once, both ends are busy with each other: the rest is refused, not stuck.
      for (const [i, { status, body }] of answers.entries()) {
        if (status === 200) assertEquals([...body], [9, i & 255]);
        else assertEquals(status, 429);
      }
      assertEquals(answers.filter(({ status }) => status === 200).length >= 256, true);
      client.close();
    });
  });

  test(`${framing}: deadline, abort and close reject with their codes and leave nothing`, async () => {
    const options: ServerOptions = {
      call: () => new Promise<Uint8Array>(() => {}),
    };
    await serving(options, framing, async (port) => {
      const client = await ZapClient.connect({ port, framing });
      const late = await assertRejects(() => client.call(1, { timeoutMs: 20 }), RpcError);
      assertEquals([late.code, late.status, late.method], ["deadline", 408, 1]);
      const controller = new AbortController();
      const aborted = [1, 2, 3].map((method) => client.call(method, { signal: controller.signal }));
      const expected = aborted.map((call) => assertRejects(() => call, RpcError));
      controller.abort("enough");
      for (const error of await Promise.all(expected)) {
        assertEquals([error.code, error.cause], ["aborted", "enough"]);
      }
      const early = await assertRejects(
        () => client.call(1, { signal: controller.signal }),
        RpcError,
      );
      assertEquals(early.code, "aborted");
      assertEquals(client.pendingCalls, 0);
      const open = assertRejects(() => client.call(5), RpcError);
      client.close();
      assertEquals((await open).code, "closed");
      assertEquals((await assertRejects(() => client.call(6), RpcError)).code, "closed");
      assertEquals(client.pendingCalls, 0);
    });
  });

  test(`${framing}: drain answers what runs, refuses what is new, then ends`, async () => {
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => release = resolve);
    let started = (): void => {};
    const running = new Promise<void>((resolve) => started = resolve);
    const options: ServerOptions = {
      call: async () => {
        started();
        await gate;
        return bytes(1);
      },
    };
    await serving(options, framing, async (port, server) => {
      const client = await ZapClient.connect({
        port,
        framing,
        reconnect: false,
      });
      const first = client.call(1);
      await running;
      const drained = server.drain(5000);
      const second = client.call(2);
      assertEquals((await second).status, Status.ShuttingDown);
      release();
      assertEquals((await first).status, 200);
      await drained;
      await assertRejects(() => ZapClient.connect({ port, framing }), RpcError);
      client.close();
    });
  });
}

test("node: the reference's client is served", async () => {
  await serving(echo, "node", async (port) => {
    const options = { host: "127.0.0.1", port };
    const client = await ReferenceClient.connect(options, bytes(1));
    const twin = await ReferenceClient.connect(options, bytes(1));
    const { status, body } = await client.call(1, { payload: bytes(5, 6) });
    assertEquals([status, ...body], [200, 5, 6]);
    const [a, b] = await Promise.all([
      twin.call(1, { promiseID: 1, payload: bytes(8) }),
      twin.call(2, { promiseID: 2, target: 1 }),
    ]);
    assertEquals([a.status, ...b.body], [200, 8]);
    client.close();
    twin.close();
  });
});

test("node: one-way messages and messages of other types go to their handlers", async () => {
  const seen: string[] = [];
  let arrived = (): void => {};
  const done = new Promise<void>((resolve) => arrived = resolve);
  const options: ServerOptions = {
    call: () => bytes(),
    messages: {
      7: (_message, peer) => {
        seen.push(peer.nodeID);
        arrived();
      },
    },
  };
  await serving(options, "node", async (port) => {
    const client = await ZapClient.connect({ port, nodeID: "sender" });
    const builder = new Builder(64);
    builder.startObject(8).finishAsRoot();
    await client.send(builder.finishWithFlags(7 << 8));
    await done;
    assertEquals(seen, ["sender"]);
    const none = new Builder(64);
    none.startObject(8).finishAsRoot();
    await assertRejects(() => client.send(none.finish()), TypeError);
    client.close();
  });
});

test("a lost client connects again when it is called; calls under way are rejected", async () => {
  await serving(
    {
      call: ({ method, payload }, peer) => {
        if (method === 2) peer.close();
        return payload;
      },
    },
    "node",
    async (port) => {
      const client = await ZapClient.connect({ port });
      const lost = await assertRejects(() => client.call(2), RpcError);
      assertEquals(lost.code, "lost");
      assertEquals((await client.call(1, { payload: bytes(3) })).body[0], 3);
      assertEquals(client.connected, true);
      client.close();
    },
  );
});

test("without reconnecting a lost client stays closed", async () => {
  await serving(
    { call: (_call, peer) => (peer.close(), bytes()) },
    "node",
    async (port) => {
      const client = await ZapClient.connect({ port, reconnect: false });
      await assertRejects(() => client.call(2), RpcError);
      const error = await assertRejects(() => client.call(1), RpcError);
      assertEquals(error.code, "closed");
      client.close();
    },
  );
});

test("a pool spreads calls over its connections and refuses targets", async () => {
  const peers = new Set<unknown>();
  await serving(
    { call: (_call, peer) => (peers.add(peer), Promise.resolve(bytes(1))) },
    "node",
    async (port) => {
      const pool = await ZapPool.connect({ port, size: 3 });
      await Promise.all(Array.from({ length: 9 }, () => pool.call(1)));
      assertEquals([peers.size, pool.size, pool.pendingCalls], [3, 3, 0]);
      await assertRejects(() => pool.call(1, { target: 5 }), RpcError);
      pool.close();
      await assertRejects(() => pool.call(1), RpcError);
    },
  );
});

test("connecting fails with a code: refused, aborted, unknown option", async () => {
  const server = new ZapServer(echo);
  const address = await server.listen({ port: 0 });
  await server.close();
  const port = address.transport === "tcp" ? address.port : 0;
  assertEquals((await assertRejects(() => ZapClient.connect({ port }), RpcError)).code, "connect");
  const signal = AbortSignal.abort();
  const error = await assertRejects(() => ZapClient.connect({ port, signal }), RpcError);
  assertEquals(error.code, "aborted");
  const options = { prot: port } as unknown as { port: number };
  await assertRejects(() => ZapClient.connect(options), TypeError, 'did you mean "port"?');
});
