/** Frames and handshakes that are wrong, cut, repeated, missing, or of another protocol. */

import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { buildHandshake } from "../../src/rpc/handshake.ts";
import {
  bytes,
  frame,
  HELLO,
  join,
  muxCall,
  nodeCall,
  RawPeer,
  u32,
  underAttack,
} from "./rpc_support.ts";

const LENGTHS = [0, 1, 2 ** 31, 2 ** 32 - 1];

for (const length of LENGTHS) {
  test(`node: a length of ${length} closes, before and after the handshake`, async () => {
    await underAttack("node", {}, async ({ port }) => {
      const early = await RawPeer.connect(port);
      await early.send(join(u32(length), bytes(0)));
      await early.closed;
      const late = await (await RawPeer.connect(port)).greet();
      await late.send(join(u32(length), bytes(0)));
      await late.closed;
    });
  });

  test(`mux: a length of ${length} with a wrong dir closes`, async () => {
    await underAttack("mux", {}, async ({ port }) => {
      const peer = await RawPeer.connect(port);
      await peer.send(muxCall(1));
      assertEquals((await peer.muxAnswer()).status, 200);
      await peer.send(join(u32(length), bytes(0)));
      await peer.closed;
    });
  });
}

test("node: frames cut in two at every byte are answered as if they were whole", async () => {
  await underAttack("node", {}, async ({ port }) => {
    const stream = join(HELLO, nodeCall(1), nodeCall(2));
    for (let cut = 1; cut < stream.length; cut++) {
      const peer = await RawPeer.connect(port);
      await peer.send(stream.subarray(0, cut));
      await peer.send(stream.subarray(cut));
      assertEquals((await peer.frame())?.length, 80);
      assertEquals((await peer.answer()).reqID, 1);
      assertEquals((await peer.answer()).reqID, 2);
      peer.socket.destroy();
    }
  });
});

test("mux: frames cut in two at every byte are answered as if they were whole", async () => {
  await underAttack("mux", {}, async ({ port }) => {
    const peer = await RawPeer.connect(port);
    const stream = join(muxCall(1), muxCall(2));
    for (let cut = 1; cut < stream.length; cut++) {
      await peer.send(stream.subarray(0, cut));
      await peer.send(stream.subarray(cut));
      assertEquals((await peer.muxAnswer()).promiseID, 1);
      assertEquals((await peer.muxAnswer()).promiseID, 2);
    }
    peer.socket.destroy();
  });
});

for (const framing of ["node", "mux"] as const) {
  test(`${framing}: a stream that ends or breaks at every byte leaves nothing`, async () => {
    await underAttack(framing, {}, async ({ port }) => {
      const stream = framing === "node" ? join(HELLO, nodeCall(1)) : muxCall(1);
      for (let cut = 0; cut < stream.length; cut++) {
        const ending = await RawPeer.connect(port);
        await ending.send(stream.subarray(0, cut));
        ending.socket.end();
        await ending.closed;
        const breaking = await RawPeer.connect(port);
        await breaking.send(stream.subarray(0, cut));
        breaking.socket.destroy();
      }
    });
  });

  test(`${framing}: a call sent byte by byte is answered`, async () => {
    await underAttack(framing, {}, async ({ port }) => {
      const peer = await RawPeer.connect(port);
      const stream = framing === "node" ? join(HELLO, nodeCall(1)) : muxCall(1);
      for (const byte of stream) await peer.send(bytes(byte));
      if (framing === "node") await peer.frame();
      const { status } = framing === "node" ? await peer.answer() : await peer.muxAnswer();
      assertEquals(status, 200);
      peer.socket.destroy();
    });
  });

  test(`${framing}: a frame that stops in the middle is given up in time`, async () => {
    await underAttack(framing, { stallTimeoutMs: 80 }, async ({ port }) => {
      const peer = await RawPeer.connect(port);
      if (framing === "node") await peer.greet();
      await peer.send(u32(1_000_000));
      await peer.closed;
    });
  });

  test(`${framing}: an HTTP request closes`, async () => {
    await underAttack(framing, {}, async ({ port }) => {
      const peer = await RawPeer.connect(port);
      await peer.send(new TextEncoder().encode("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"));
      await peer.closed;
    });
  });

  test(`${framing}: a TLS hello closes, in mux framing when it goes on no further`, async () => {
    await underAttack(framing, { stallTimeoutMs: 80 }, async ({ port }) => {
      const peer = await RawPeer.connect(port);
      await peer.send(join(bytes(0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3), new Uint8Array(506)));
      await peer.closed;
    });
  });

  test(`${framing}: a frame of garbage closes; a call that is no message says why where it can`, async () => {
    await underAttack(framing, {}, async ({ port }) => {
      const peer = await RawPeer.connect(port);
      if (framing === "node") {
        await peer.greet();
        await peer.send(frame(u32(5), u32(1), new Uint8Array(60).fill(9)));
        const { reqID, status } = await peer.answer();
        assertEquals([reqID, status], [5, 400]);
      }
      await peer.send(frame(new Uint8Array(60).fill(9)));
      await peer.closed;
    });
  });
}

test("node: malformed handshakes close without an answer", async () => {
  const withLength = (length: number): Uint8Array => {
    const message = buildHandshake("node").slice();
    new DataView(message.buffer).setUint32(76, length, true);
    return frame(message);
  };
  await underAttack("node", {}, async ({ port }) => {
    const wrong = [
      frame(buildHandshake("node").subarray(0, 79)),
      frame(buildHandshake("node"), bytes(0)),
      frame(bytes()),
      frame(new Uint8Array(80)),
      withLength(0),
      withLength(61),
      nodeCall(1),
    ];
    for (const hello of wrong) {
      const peer = await RawPeer.connect(port);
      await peer.send(hello);
      assertEquals(await peer.frame(), undefined);
      await peer.closed;
    }
  });
});

test("node: a second handshake closes", async () => {
  await underAttack("node", {}, async ({ port }) => {
    const peer = await (await RawPeer.connect(port)).greet();
    await peer.send(HELLO);
    await peer.closed;
  });
});

test("node: without a handshake the connection is closed in time", async () => {
  await underAttack("node", { handshakeTimeoutMs: 60 }, async ({ port }) => {
    const silent = await RawPeer.connect(port);
    const slow = await RawPeer.connect(port);
    await slow.send(HELLO.subarray(0, 83));
    await Promise.all([silent.closed, slow.closed]);
  });
});

test("an idle connection is closed in time, one that waits for an answer is not", async () => {
  let release = (): void => {};
  const gate = new Promise<void>((resolve) => release = resolve);
  const options = { idleTimeoutMs: 60, call: () => gate.then(() => bytes(1)) };
  const { ZapServer } = await import("../../src/rpc/mod.ts");
  const server = new ZapServer(options);
  const address = await server.listen({ port: 0 });
  const port = address.transport === "tcp" ? address.port : 0;
  const idle = await (await RawPeer.connect(port)).greet();
  const busy = await (await RawPeer.connect(port)).greet();
  await busy.send(nodeCall(1));
  await idle.closed;
  assertEquals(server.connections, 1);
  release();
  assertEquals((await busy.answer()).status, 200);
  await busy.closed;
  await server.close();
});
