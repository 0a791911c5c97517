/**
 * One connection of `node:net` or `node:tls`. On the hot path of everything above: nothing is
 * allocated here per read or write.
 *
 * @module
 */

import type { SocketError } from "../base/socket_error.ts";
import { socketAddress } from "./address.ts";
import { handlerFault, toSocketError } from "./errors.ts";
import { HIGH_WATER_BYTES, KEEP_ALIVE_MS } from "./limits.ts";
import type { NodeApiSocket } from "./node_api.ts";
import { plainBytes } from "./plain_bytes.ts";
import type { Accept, Socket, SocketAddress, SocketHandlers, TlsState } from "./types.ts";

/** A Node connection behind the port. */
export class NodeSocket implements Socket {
  readonly localAddress: SocketAddress;
  readonly remoteAddress: SocketAddress;
  readonly tls: TlsState | undefined;
  #socket: NodeApiSocket;
  #handlers!: SocketHandlers;
  #awaitsDrain = false;
  #ended = false;
  #gone = false;
  #error: SocketError | undefined;

  /** Takes over an open Node socket. */
  constructor(socket: NodeApiSocket, path: string | undefined, secure: boolean) {
    this.#socket = socket;
    this.localAddress = socketAddress(path, socket.localAddress, socket.localPort);
    this.remoteAddress = socketAddress(path, socket.remoteAddress, socket.remotePort);
    this.tls = secure ? tlsStateOf(socket) : undefined;
    if (path === undefined) socket.setKeepAlive(true, KEEP_ALIVE_MS);
  }

  get bufferedBytes(): number {
    return this.#gone ? 0 : this.#socket.writableLength - takenOf(this.#socket);
  }

  /** Asks the room above what to do with the events, and lets them come. */
  open(opened: Accept): void {
    const socket = this.#socket;
    socket.on("error", (error) => this.#error ??= toSocketError(error, "Lost the connection"));
    try {
      this.#handlers = opened(this);
    } catch (error) {
      this.#gone = true;
      socket.destroy();
      throw handlerFault(error);
    }
    socket.on("data", (chunk) => this.#onData(chunk));
    socket.on("end", () => this.#onEnd());
    socket.on("drain", () => this.#onDrain());
    socket.on("close", () => this.#onClose());
  }

  write(bytes: Uint8Array): boolean {
    if (this.#ended || this.#gone) return false;
    this.#socket.write(bytes);
    if (this.#socket.writableLength < HIGH_WATER_BYTES) return true;
    this.#awaitsDrain = true;
    return false;
  }

  end(): void {
    if (this.#ended || this.#gone) return;
    this.#ended = true;
    this.#socket.end();
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  destroy(): void {
    if (this.#gone) return;
    this.#gone = true;
    // A reset only exists on TCP. `resetAndDestroy` alone would wait for unsent bytes; after `end`
    // libuv refuses it (EINVAL), and the socket would neither close nor say so.
    if (!this.#ended && this.tls === undefined && this.localAddress.transport === "tcp") {
      this.#socket.resetAndDestroy?.();
    }
    this.#socket.destroy();
  }

  #onData(chunk: Uint8Array): void {
    if (this.#gone) return;
    try {
      this.#handlers.data(plainBytes(chunk));
    } catch (error) {
      this.#crash(error);
    }
  }

  #onEnd(): void {
    if (this.#gone) return;
    try {
      this.#handlers.end();
    } catch (error) {
      this.#crash(error);
    }
  }

  #onDrain(): void {
    if (this.#gone || !this.#awaitsDrain) return;
    this.#awaitsDrain = false;
    try {
      this.#handlers.drain();
    } catch (error) {
      this.#crash(error);
    }
  }

  #onClose(): void {
    const byUs = this.#gone && this.#error?.code !== "handler";
    this.#gone = true;
    try {
      this.#handlers.close(byUs ? undefined : this.#error);
    } catch {
      // Nobody is left to tell: `close` is the last word.
    }
  }

  #crash(cause: unknown): void {
    if (!this.#gone) this.#error = handlerFault(cause);
    this.destroy();
  }
}

/** Bytes that the system has taken of the write under way, which `writableLength` counts until it is done. */
function takenOf({ _writableState: state, _handle: handle }: NodeApiSocket): number {
  const left = handle?.writeQueueSize;
  if (left === undefined || !state?.writing) return 0;
  return Math.max(0, (state.writelen ?? 0) - left);
}

function tlsStateOf(socket: NodeApiSocket): TlsState {
  return {
    alpnProtocol: socket.alpnProtocol || undefined,
    peerCertificate: socket.getPeerCertificate?.()?.raw,
  };
}
