/** A client over the web-standard `WebSocket`, for browsers and everywhere else that has one. */

import { EMPTY } from "../base/bytes.ts";
import { assertKnownOptions } from "../base/options.ts";
import { RpcClient } from "./client.ts";
import { CLIENT_KEYS, type ClientOptions } from "./client_options.ts";
import type { ConnectionSettings, OpenConnection } from "./connection_settings.ts";
import { untilReady } from "./dial.ts";
import type { MessageHandlers, MessagePort } from "./message_link.ts";
import { overMessages } from "./open_connection.ts";
import { RpcError } from "./rpc_error.ts";

/** Bytes a `WebSocket` queues before writers wait: the socket port's mark. */
const HIGH_WATER_BYTES = 64 * 1024;
/** How often the queue is looked at while writers wait: the standard has no event for it. */
const POLL_MS = 10;

/**
 * Connects to a server that speaks mux framing over WebSocket: one binary message is one frame
 * without its length word.
 *
 * @param url `ws:` or `wss:`.
 * @param options As for `ZapClient.connect`, without what only sockets have.
 * @param cap Capability sent with every call that brings none. Default: empty.
 * @returns A client that is ready for calls.
 * @throws {TypeError} For an unknown option, or where there is no global `WebSocket` (Node 20).
 * @throws {RpcError} `connect` if it cannot be reached in time; `aborted` if the signal fires.
 *
 * @example
 * ```ts ignore
 * const client = await connectOverWebSocket("wss://example.com/zap");
 * const { body } = await client.call(1);
 * ```
 */
export async function connectOverWebSocket(
  url: string | URL,
  options: ClientOptions = {},
  cap: Uint8Array = EMPTY,
): Promise<RpcClient> {
  assertKnownOptions(options, CLIENT_KEYS, "connectOverWebSocket");
  if (globalThis.WebSocket === undefined) {
    throw new TypeError(
      "Cannot connect: this runtime has no WebSocket; use ZapClient",
    );
  }
  const client = new RpcClient(
    (settings, timeoutMs, signal) => dial(url, settings, timeoutMs, signal),
    options,
    cap,
  );
  return await RpcClient.start(client);
}

function dial(
  url: string | URL,
  settings: ConnectionSettings,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<OpenConnection> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    let handlers: MessageHandlers | undefined;
    const timer = setTimeout(() => fail("no connection in time"), timeoutMs);
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
    };
    const fail = (why: string): void => {
      done();
      socket.close();
      reject(new RpcError("connect", `Cannot connect to ${url}: ${why}`));
    };
    const abort = (): void => fail("aborted");
    signal.addEventListener("abort", abort);
    socket.onopen = () => {
      done();
      const port = new WebSocketPort(socket);
      const until = untilReady(settings, resolve, reject);
      const opened = overMessages(port, {}, until);
      handlers = opened.handlers;
      port.onDrain = () => opened.handlers.drain();
      opened.connection.start();
    };
    socket.onmessage = ({ data }) => {
      // A text message is no frame: an empty one is out of bounds, and closes the connection.
      handlers?.message(data instanceof ArrayBuffer ? new Uint8Array(data) : EMPTY);
    };
    socket.onclose = ({ code, reason }) => {
      if (handlers === undefined) return fail(`closed with ${code} ${reason}`);
      handlers.close(new Error(`WebSocket closed with ${code} ${reason}`));
    };
  });
}

/** The standard `WebSocket` as a port: it cannot pause, and its queue is polled. */
class WebSocketPort implements MessagePort {
  readonly #socket: WebSocket;
  #polling = false;
  onDrain: () => void = () => {};

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  send(message: Uint8Array): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN) return true;
    this.#socket.send(message as Uint8Array<ArrayBuffer>);
    if (this.#socket.bufferedAmount < HIGH_WATER_BYTES) return true;
    if (!this.#polling) this.#poll();
    return false;
  }

  #poll(): void {
    this.#polling = true;
    setTimeout(() => {
      this.#polling = false;
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      if (this.#socket.bufferedAmount < HIGH_WATER_BYTES) this.onDrain();
      else this.#poll();
    }, POLL_MS);
  }

  end(): void {
    this.#socket.close(1000);
  }

  destroy(): void {
    this.#socket.close();
  }

  pause(): void {}

  resume(): void {}
}
