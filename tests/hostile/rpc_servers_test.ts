/** Servers that misuse their clients: floods, lies, doors that slam; none costs the client more than its bounds. */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { buildRequest, buildResponse } from "../../src/rpc/envelope.ts";
import { buildHandshake } from "../../src/rpc/handshake.ts";
import { RpcError, ZapClient } from "../../src/rpc/mod.ts";
import {
  bytes,
  eventually,
  frame,
  join,
  muxCall,
  nodeCall,
  type RawPeer,
  rawServer,
  u32,
} from "./rpc_support.ts";

/** Takes the client's handshake and answers it, in node framing. */
async function welcome(peer: RawPeer, framing: "node" | "mux"): Promise<void> {
  if (framing === "mux") return;
  await peer.frame();
  await peer.send(frame(buildHandshake("hostile")));
}

for (const framing of ["node", "mux"] as const) {
  const request = framing === "node" ? nodeCall : muxCall;
  /** The answer to a call that arrived as these bytes. */
  const answerTo = (call: Uint8Array): Uint8Array => {
    if (framing === "node") return frame(call.slice(0, 4), u32(2), buildResponse(200, 1, bytes(1)));
    const id = new DataView(call.buffer, call.byteOffset + 1 + 20).getUint32(0, true);
    return frame(bytes(2), buildResponse(200, id, bytes(1)));
  };

  test(`${framing}: a client that serves nothing answers a flood of calls with 404, and its own call comes through`, async () => {
    let refused = 0;
    const server = await rawServer(async (peer) => {
      await welcome(peer, framing);
      const call = (await peer.frame())!;
      await peer.send(
        join(...Array.from({ length: 5000 }, (_, i) => request(i + 1)), answerTo(call)),
      );
      for (; refused < 5000; refused++) {
        const { status } = framing === "node" ? await peer.answer() : await peer.muxAnswer();
        assertEquals(status, 404);
      }
    });
    const client = await ZapClient.connect({ port: server.port, framing });
    assertEquals((await client.call(1)).status, 200);
    await eventually(() => refused === 5000);
    client.close();
    await server.close();
  });

  test(`${framing}: a server that floods and never reads is not answered without bound`, async () => {
    let sent = 0;
    const server = await rawServer(async (peer) => {
      await welcome(peer, framing);
      peer.socket.pause();
      const many = join(...Array.from({ length: 1000 }, (_, i) => request(i + 1)));
      for (; sent < 200 && !peer.socket.destroyed; sent++) {
        if (!peer.socket.write(many)) {
          await new Promise((resolve) => peer.socket.once("drain", resolve));
        }
      }
    });
    let ran = 0;
    const client = await ZapClient.connect({
      port: server.port,
      framing,
      call: () => (ran++, new Uint8Array(10_000)),
      limits: { stallTimeoutMs: 100 },
      reconnect: false,
    });
    await eventually(() => !client.connected);
    // 200 000 calls are on offer, 2 GB of answers; the system takes a few MB of them.
    assert(ran < 5000, `${ran} handlers ran for a server that does not read`);
    client.close();
    await server.close();
  });

  test(`${framing}: a door that slams is knocked at with growing pauses`, async () => {
    let knocks = 0;
    const server = await rawServer(async (peer) => {
      if (knocks++ > 0) await welcome(peer, framing);
      else {
        await welcome(peer, framing);
        await peer.frame();
      }
      peer.socket.destroy();
    });
    const client = await ZapClient.connect({ port: server.port, framing });
    await assertRejects(() => client.call(1), RpcError);
    const begun = performance.now();
    const codes = new Set<string>();
    while (performance.now() - begun < 700) {
      await client.call(1, { timeoutMs: 100 }).then(
        () => codes.add("answered"),
        (error: RpcError) => codes.add(error.code),
      );
    }
    // Pauses of 25–50, 50–100, 100–200, 200–400 ms: a handful in 700 ms.
    assert(knocks <= 12, `${knocks} connections were made`);
    assert(!codes.has("answered"));
    client.close();
    assertEquals(client.pendingCalls, 0);
    await server.close();
  });

  test(`${framing}: a server that dies in the middle of an answer, at every byte`, async () => {
    let at = 0;
    const server = await rawServer(async (peer) => {
      await welcome(peer, framing);
      const answer = answerTo((await peer.frame())!);
      await peer.send(answer.subarray(0, at));
      if (at % 2) peer.socket.end();
      else peer.socket.destroy();
    });
    for (; at < 40; at++) {
      const client = await ZapClient.connect({ port: server.port, framing, reconnect: false });
      const error = await assertRejects(() => client.call(3, { timeoutMs: 5000 }), RpcError);
      assertEquals([error.code, error.method], ["lost", 3]);
      assertEquals(client.pendingCalls, 0);
      client.close();
    }
    await server.close();
  });
}

test("mux: a server that opens streams to a client without a handler is refused, and so is one too many", async () => {
  const statuses: number[] = [];
  const opening = (id: number): Uint8Array =>
    frame(
      bytes(3),
      buildRequest({ method: 1, promiseID: id, target: 0, cap: bytes(), payload: bytes() }),
    );
  const server = await rawServer(async (peer) => {
    await peer.send(join(...[1, 2, 3, 4].map(opening)));
    for (let i = 0; i < 4; i++) statuses.push((await peer.muxAnswer()).status);
    await peer.closed;
  });
  const deaf = await ZapClient.connect({ port: server.port, framing: "mux" });
  await eventually(() => statuses.length === 4);
  assertEquals(statuses.splice(0), [404, 404, 404, 404]);
  deaf.close();
  const client = await ZapClient.connect({
    port: server.port,
    framing: "mux",
    stream: async (stream) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (stream.id < 3) throw new Error("on purpose");
    },
    limits: { maxStreams: 2 },
  });
  await eventually(() => statuses.length === 4);
  assertEquals(statuses, [429, 429, 500, 500]);
  client.close();
  await server.close();
});
