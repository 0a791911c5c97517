/** A server under attack, a bystander on it, and raw peers that send what they like. */

import { assert, assertEquals } from "@std/assert";
import { createServer, type Server, Socket } from "node:net";
import { buildRequest, parseResponse, type Response } from "../../src/rpc/envelope.ts";
import { buildHandshake } from "../../src/rpc/handshake.ts";
import { type ServerOptions, ZapClient, ZapServer } from "../../src/rpc/mod.ts";

/** Bytes of the arguments. */
export const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

/** Little-endian u32. */
export function u32(value: number): Uint8Array {
  const word = new Uint8Array(4);
  new DataView(word.buffer).setUint32(0, value, true);
  return word;
}

/** All parts in one. */
export function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** A frame with its length word. */
export function frame(...parts: Uint8Array[]): Uint8Array {
  const body = join(...parts);
  return join(u32(body.length), body);
}

/** The handshake frame of a client. */
export const HELLO: Uint8Array = frame(buildHandshake("raw"));

/** A request envelope. */
export function envelope(method: number, promiseID: number, target = 0): Uint8Array {
  return buildRequest({ method, promiseID, target, cap: bytes(), payload: bytes(1, 2, 3) });
}

/** A call in node framing. */
export function nodeCall(reqID: number, method = 1, target = 0): Uint8Array {
  return frame(u32(reqID), u32(1), envelope(method, reqID, target));
}

/** A call in mux framing. */
export function muxCall(promiseID: number, method = 1, target = 0): Uint8Array {
  return frame(bytes(1), envelope(method, promiseID, target));
}

/** A peer that knows no protocol. */
export class RawPeer {
  readonly socket: Socket;
  /** Resolves when the connection is gone. */
  readonly closed: Promise<void>;
  #got: Uint8Array = bytes();
  #wake = (): void => {};

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on("close", () => resolve()));
    socket.on("error", () => {});
    socket.on("close", () => this.#wake());
    socket.on("data", (chunk) => {
      this.#got = join(this.#got, new Uint8Array(chunk));
      this.#wake();
    });
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = new Socket();
    const peer = new RawPeer(socket);
    const opened = new Promise<void>((resolve) => socket.connect(port, "127.0.0.1", resolve));
    // One that is dropped at once may never get to see that it was open.
    await Promise.race([opened, peer.closed]);
    socket.setNoDelay(true);
    return peer;
  }

  /** Sends bytes; resolves when the system has them, so that two sends are two segments. */
  send(data: Uint8Array): Promise<void> {
    return new Promise((resolve) => this.socket.write(data, () => resolve()));
  }

  /** The next frame's bytes; `undefined` if the connection ends first. */
  async frame(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#got.length >= 4) {
        const end = 4 + new DataView(this.#got.buffer).getUint32(0, true);
        if (this.#got.length >= end) {
          const body = this.#got.slice(4, end);
          this.#got = this.#got.slice(end);
          return body;
        }
      }
      if (this.socket.destroyed) return undefined;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }

  /** The next answer in node framing. */
  async answer(): Promise<Response & { reqID: number }> {
    const body = await this.frame();
    assert(body !== undefined, "The connection ended before an answer came");
    const view = new DataView(body.buffer);
    assertEquals(view.getUint32(4, true), 2);
    return { reqID: view.getUint32(0, true), ...parseResponse(body.subarray(8)) };
  }

  /** The next answer in mux framing. */
  async muxAnswer(): Promise<Response> {
    const body = await this.frame();
    assert(body !== undefined, "The connection ended before an answer came");
    assertEquals(body[0], 2);
    return parseResponse(body.subarray(1));
  }

  /** Sends the handshake and takes the server's. */
  async greet(): Promise<this> {
    await this.send(HELLO);
    assertEquals((await this.frame())?.length, 80);
    return this;
  }
}

/** What an attack works with. */
export interface Scene {
  readonly port: number;
  readonly server: ZapServer;
  /** Another client of the server. */
  readonly bystander: ZapClient;
}

/**
 * Runs an attack on a server, then checks that another connection was left alone and that nothing
 * is left of the attacker's.
 */
export async function underAttack(
  framing: "node" | "mux",
  options: ServerOptions,
  attack: (scene: Scene) => Promise<void>,
): Promise<void> {
  const call = options.call ?? ((call) => call.payload);
  const server = new ZapServer({
    ...options,
    call: (given, peer) => given.method === 999 ? given.payload : call(given, peer),
  });
  const address = await server.listen({ port: 0, framing });
  assert(address.transport === "tcp");
  const { port } = address;
  const bystander = await ZapClient.connect({ port, framing, reconnect: false });
  const check = async (): Promise<void> => {
    assertEquals([...(await bystander.call(999, { payload: bytes(7) })).body], [7]);
  };
  try {
    await check();
    await attack({ port, server, bystander });
    await check();
    await eventually(() => server.connections === 1 && server.runningCalls === 0);
    assertEquals(bystander.pendingCalls, 0);
  } finally {
    bystander.close();
    await server.close();
  }
  assertEquals([server.connections, server.runningCalls], [0, 0]);
}

/** Waits until something holds; fails after 10 s. */
export async function eventually(holds: () => boolean): Promise<void> {
  for (let waited = 0; !holds(); waited += 5) {
    assert(waited < 10_000, `Never came to hold: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A server that answers as `serve` likes. */
export async function rawServer(
  serve: (peer: RawPeer) => Promise<void>,
): Promise<{ port: number; close: () => Promise<void> }> {
  const peers: RawPeer[] = [];
  const server: Server = createServer((socket) => {
    const peer = new RawPeer(socket);
    peers.push(peer);
    serve(peer).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" ? address!.port : 0,
    close: () => {
      for (const peer of peers) peer.socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
