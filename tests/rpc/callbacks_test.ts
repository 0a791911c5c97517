/** What users hand in may throw, reject and close at the worst moment: it ends at our edge. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import process from "node:process";
import { test } from "node:test";
import {
  type Peer,
  RpcError,
  type ServerOptions,
  ZapClient,
  ZapServer,
} from "../../src/rpc/mod.ts";
import { eventually } from "../hostile/rpc_support.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);
const framings = ["node", "mux"] as const;

/** Serves, uses, closes; fails if a promise was rejected that nobody looked at. */
async function serving(
  options: ServerOptions,
  framing: "node" | "mux",
  use: (port: number, server: ZapServer) => Promise<void>,
): Promise<void> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  const server = new ZapServer(options);
  const address = await server.listen({ port: 0, framing });
  assert(address.transport === "tcp");
  try {
    await use(address.port, server);
    await new Promise((resolve) => setTimeout(resolve, 5));
  } finally {
    await server.close();
    process.removeListener("unhandledRejection", note);
  }
  assertEquals([unhandled, server.connections], [[], 0]);
}

for (const framing of framings) {
  test(`${framing}: what onConnection throws or rejects with goes to onError, and the connection serves`, async () => {
    for (
      const fails of [() => Promise.reject(new Error("later")), () => {
        throw new Error("now");
      }]
    ) {
      const faults: string[] = [];
      await serving(
        {
          call: ({ payload }) => payload,
          onConnection: fails,
          onError: (error) => void faults.push((error as Error).message),
        },
        framing,
        async (port) => {
          const client = await ZapClient.connect({ port, framing, reconnect: false });
          assertEquals([...(await client.call(1, { payload: bytes(5) })).body], [5]);
          assertEquals(faults.length, 1);
          assert(["later", "now"].includes(faults[0]!));
          client.close();
        },
      );
    }
  });

  test(`${framing}: a connection that onConnection closes is forgotten`, async () => {
    await serving({ onConnection: (peer) => peer.close() }, framing, async (port, server) => {
      for (let i = 0; i < 3; i++) {
        const client = await ZapClient.connect({ port, framing, reconnect: false }).catch(() =>
          undefined
        );
        if (client === undefined) continue;
        await eventually(() => !client.connected);
        client.close();
      }
      await eventually(() => server.connections === 0);
      const started = performance.now();
      await server.drain(5000);
      assert(performance.now() - started < 4000, "drain waited for connections that are gone");
    });
  });

  test(`${framing}: an onError that throws or rejects is heard by nobody`, async () => {
    for (
      const onError of [() => Promise.reject(new Error("later")), () => {
        throw new Error("now");
      }]
    ) {
      await serving(
        {
          call: ({ method }) => {
            if (method === 1) throw new Error("on purpose");
            return Promise.reject(new Error("on purpose"));
          },
          onError: onError as () => void,
        },
        framing,
        async (port) => {
          const client = await ZapClient.connect({ port, framing });
          assertEquals((await client.call(1)).status, 500);
          assertEquals((await client.call(2)).status, 500);
          client.close();
        },
      );
    }
  });

  test(`${framing}: a handler's thenable may throw in then, and its answer in a getter`, async () => {
    await serving(
      {
        call: ({ method }) => {
          if (method === 1) {
            return {
              then: () => {
                throw new Error("then");
              },
            } as never;
          }
          if (method === 2) {
            return {
              get then() {
                throw new Error("getter");
              },
            } as never;
          }
          return {
            get status() {
              throw new Error("status");
            },
            body: bytes(),
          } as never;
        },
      },
      framing,
      async (port) => {
        const client = await ZapClient.connect({ port, framing, reconnect: false });
        for (const method of [1, 2, 3]) assertEquals((await client.call(method)).status, 500);
        client.close();
      },
    );
  });

  test(`${framing}: a running handler may call its peer while the server drains`, async () => {
    let release = (): void => {};
    const released = new Promise<void>((resolve) => release = resolve);
    let started = (): void => {};
    const running = new Promise<void>((resolve) => started = resolve);
    await serving(
      {
        call: async (_call, peer) => {
          started();
          await released;
          return (await peer.call(9)).body;
        },
      },
      framing,
      async (port, server) => {
        const client = await ZapClient.connect({
          port,
          framing,
          reconnect: false,
          call: () => bytes(4),
        });
        const answer = client.call(1);
        await running;
        const drained = server.drain(5000);
        release();
        const { status, body } = await answer;
        assertEquals([status, ...body], [200, 4]);
        await drained;
        client.close();
      },
    );
  });
}

test("drain and close at once all resolve when the first does", async () => {
  await serving({ call: () => new Promise<Uint8Array>(() => {}) }, "node", async (port, server) => {
    const client = await ZapClient.connect({ port, reconnect: false });
    const call = assertRejects(() => client.call(1), RpcError);
    await eventually(() => server.runningCalls === 1);
    const started = performance.now();
    await Promise.all([server.drain(8000), server.close(), server.close(), server.drain(8000)]);
    assert(performance.now() - started < 4000, "the longer drain waited on after close");
    await call;
    client.close();
  });
});

test("drain(Infinity) waits for what is under way; nonsense is refused", async () => {
  await serving(
    {
      call: () => new Promise((resolve) => setTimeout(resolve, 30, bytes(1))),
    },
    "node",
    async (port, server) => {
      const client = await ZapClient.connect({ port, reconnect: false });
      const call = client.call(1);
      await eventually(() => server.runningCalls === 1);
      await assertRejects(() => server.drain(-1), RangeError, "deadlineMs");
      await assertRejects(() => server.drain(NaN), RangeError, "deadlineMs");
      await server.drain(Infinity);
      assertEquals((await call).status, 200);
      client.close();
    },
  );
});

test("a port that opens while the server closes is closed again", async () => {
  const server = new ZapServer({});
  const listening = server.listen({ port: 0 });
  const closing = server.close();
  const outcome = await listening.then((address) => address, (error: Error) => error);
  await closing;
  assert(outcome instanceof TypeError, "listen resolved on a closed server");
});

test("mux: drain lets open streams end, and refuses new ones with 503", async () => {
  let peer: Peer | undefined;
  await serving(
    {
      onConnection: (one) => void (peer = one),
      stream: async (stream) => {
        for await (const message of stream) await stream.write(message);
      },
    },
    "mux",
    async (port, server) => {
      const client = await ZapClient.connect({ port, framing: "mux", reconnect: false });
      const stream = client.stream(1);
      const messages = stream[Symbol.asyncIterator]();
      await stream.write(bytes(1));
      assertEquals([...(await messages.next()).value!], [1]);
      const drained = server.drain(5000);
      const error = await assertRejects(
        () => client.stream(2).readable.getReader().read(),
        RpcError,
      );
      assertEquals(error.status, 503);
      await stream.write(bytes(2));
      assertEquals([...(await messages.next()).value!], [2]);
      assertEquals(peer?.signal.aborted, false);
      stream.end();
      assertEquals((await messages.next()).done, true);
      await drained;
      client.close();
    },
  );
});
