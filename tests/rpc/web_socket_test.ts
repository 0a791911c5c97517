import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import {
  acceptWebSocket,
  connectWebSocket,
  serve,
  type WebSocketPeer,
} from "../../src/http/mod.ts";
import {
  connectOverWebSocket,
  RpcError,
  type ServerOptions,
  webSocketHandlers,
  ZapServer,
} from "../../src/rpc/mod.ts";
import { currentNetwork } from "../../src/runtime/current.ts";
import { eventually } from "../hostile/rpc_support.ts";

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

/** The standard class for Node 20, which has none: what a browser's has and the client uses. */
class NodeWebSocket {
  static readonly OPEN = 1;
  binaryType = "";
  onopen = (): void => {};
  onmessage = (_event: { data: unknown }): void => {};
  onclose = (_event: { code: number; reason: string }): void => {};
  #peer: WebSocketPeer | undefined;

  constructor(url: string) {
    const { port, pathname } = new URL(url);
    connectWebSocket(currentNetwork(), {
      open: (peer) => {
        this.#peer = peer;
        queueMicrotask(() => this.onopen());
      },
      message: (_, data) => {
        this.onmessage({ data: typeof data === "string" ? data : new Uint8Array(data).buffer });
      },
      close: (_, code, reason) => this.onclose({ code, reason }),
    }, { connect: { port: Number(port) }, target: pathname })
      .catch(() => this.onclose({ code: 1006, reason: "" }));
  }

  get readyState(): number {
    return this.#peer?.state === "open" ? 1 : 3;
  }

  get bufferedAmount(): number {
    return this.#peer?.bufferedBytes ?? 0;
  }

  send(data: Uint8Array): void {
    this.#peer?.send(data);
  }

  close(): void {
    this.#peer?.close();
  }
}

async function serving(
  options: ServerOptions,
  use: (url: string, server: ZapServer) => Promise<void>,
): Promise<void> {
  const scope = globalThis as { WebSocket?: unknown };
  const had = scope.WebSocket;
  scope.WebSocket ??= NodeWebSocket;
  const server = new ZapServer(options);
  const http = serve(
    (request, info) => acceptWebSocket(request, info, webSocketHandlers(server)),
    {
      port: 0,
    },
  );
  const address = await http.ready;
  assert(address.transport === "tcp");
  try {
    await use(`ws://127.0.0.1:${address.port}/zap`, server);
  } finally {
    await server.close();
    await http.stop();
    scope.WebSocket = had;
  }
  assertEquals(server.connections, 0);
}

test("websocket: calls, pipelined calls and a large body pass", async () => {
  const call: ServerOptions["call"] = ({ method, payload }) =>
    method === 3 ? new Uint8Array(500_000).fill(3) : bytes(...payload, method);
  await serving({ call }, async (url) => {
    const client = await connectOverWebSocket(url);
    const [first, second, third] = await Promise.all([
      client.call(1, { promiseID: 1, payload: bytes(9) }),
      client.call(2, { promiseID: 2, target: 1 }),
      client.call(3),
    ]);
    assertEquals([[...first.body], [...second.body]], [[9, 1], [9, 1, 2]]);
    assertEquals([third.body.length, third.body[499_999]], [500_000, 3]);
    const many = await Promise.all(
      Array.from({ length: 500 }, (_, i) => client.call(i & 1, { payload: bytes(i & 255) })),
    );
    many.forEach(({ body }, i) => assertEquals(body[0], i & 255));
    client.close();
  });
});

test("websocket: streams both ways, and calls from the server", async () => {
  await serving({
    call: async (call, peer) => (await peer.call(7, { payload: call.payload })).body,
    stream: (stream) => stream.readable.pipeTo(stream.writable),
  }, async (url) => {
    const client = await connectOverWebSocket(url, {
      call: ({ payload }) => bytes(...payload, 7),
    });
    assertEquals([...(await client.call(1, { payload: bytes(1) })).body], [1, 7]);
    const stream = client.stream(1, { payload: bytes(1) });
    await stream.write(bytes(2));
    stream.end();
    const seen: number[][] = [];
    for await (const message of stream) seen.push([...message]);
    assertEquals(seen, [[1], [2]]);
    client.close();
  });
});

test("websocket: a lost connection rejects calls, and is made again", async () => {
  const call: ServerOptions["call"] = ({ method, payload }, peer) => {
    if (method === 2) peer.close();
    return payload;
  };
  await serving({ call }, async (url) => {
    const client = await connectOverWebSocket(url);
    assertEquals((await assertRejects(() => client.call(2), RpcError)).code, "lost");
    assertEquals((await client.call(1, { payload: bytes(5) })).body[0], 5);
    client.close();
    assertEquals((await assertRejects(() => client.call(1), RpcError)).code, "closed");
  });
});

test("websocket: nobody there is told as such; garbage and text close", async () => {
  await serving({ call: () => bytes() }, async (url, server) => {
    const wrong = url.replace(/:\d+/, ":1");
    const error = await assertRejects(() => connectOverWebSocket(wrong), RpcError);
    assertEquals(error.code, "connect");
    for (const data of [bytes(9, 9, 9), bytes(), "text"]) {
      await new Promise<void>((resolve, reject) => {
        connectWebSocket(currentNetwork(), {
          open: (socket) => socket.send(data),
          close: () => resolve(),
        }, { connect: { port: Number(new URL(url).port) } }).catch(reject);
      });
    }
    // The client sees the close before the server's socket is gone.
    await eventually(() => server.connections === 0);
  });
});
