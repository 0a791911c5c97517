/** A network and a clock in memory, for tests of the HTTP server. */

import type { Clock } from "../../src/base/clock.ts";
import type {
  Accept,
  Listener,
  ListenOptions,
  Network,
  Socket,
  SocketAddress,
  SocketHandlers,
} from "../../src/runtime/types.ts";
import { latin1Bytes } from "./http_raw.ts";

/** A clock that stands still until it is turned. */
export class FakeTime implements Clock {
  #now = 1_000;
  #timers = new Map<number, { at: number; fn: () => void }>();
  #lastId = 0;

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  after(ms: number, fn: () => void): unknown {
    this.#timers.set(++this.#lastId, { at: this.#now + ms, fn });
    return this.#lastId;
  }

  clear(timer: unknown): void {
    this.#timers.delete(timer as number);
  }

  /** Lets time pass; timers fire at their moments. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, timer]) => timer.at <= end)
        .sort(([, a], [, b]) => a.at - b.at)[0];
      if (due === undefined) break;
      this.#timers.delete(due[0]);
      this.#now = due[1].at;
      due[1].fn();
    }
    this.#now = end;
  }
}

/** The client's end of a connection in memory. */
export class FakePeer implements Socket {
  readonly localAddress: SocketAddress = { transport: "tcp", hostname: "127.0.0.1", port: 80 };
  readonly remoteAddress: SocketAddress = { transport: "tcp", hostname: "10.0.0.1", port: 4000 };
  readonly tls = undefined;
  bufferedBytes = 0;
  /** What the server has written, as Latin-1. */
  sent = "";
  /** How many times it wrote. */
  writes = 0;
  /** How often the server has given memory back that it read. */
  reused = 0;
  /** Whether the server has ended its side. */
  finished = false;
  /** Whether it dropped the connection. */
  destroyed = false;
  /** Whether it reads at present. */
  paused = false;
  /** Whether nothing that is written gets anywhere. */
  stuck = false;
  /** The server's handlers. */
  handlers!: SocketHandlers;

  /** Bytes from the client; where the server says that it kept nothing of them, they change. */
  receive(text: string): void {
    const bytes = latin1Bytes(text);
    if (this.handlers.data(bytes) === true) {
      bytes.fill(0xff);
      this.reused++;
    }
  }

  /** The client's FIN. */
  finish(): void {
    this.handlers.end();
  }

  /** The connection is lost. */
  drop(): void {
    this.handlers.close();
  }

  write(bytes: Uint8Array): boolean {
    this.writes++;
    for (const byte of bytes) this.sent += String.fromCharCode(byte);
    if (this.stuck) this.bufferedBytes += bytes.length;
    return this.bufferedBytes < 64 * 1024;
  }

  end(): void {
    this.finished = true;
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  destroy(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    queueMicrotask(() => this.handlers.close());
  }
}

/** A network whose only listener is the server under test. */
export class FakeNetwork implements Network {
  readonly name = "node";
  #accept: Accept | undefined;

  /** A client connects. */
  open(): FakePeer {
    const peer = new FakePeer();
    peer.handlers = this.#accept!(peer);
    return peer;
  }

  connect(): Promise<Socket> {
    return Promise.reject(new Error("Nobody connects in this test"));
  }

  listen(_options: ListenOptions, accept: Accept): Promise<Listener> {
    this.#accept = accept;
    return Promise.resolve({
      address: { transport: "tcp", hostname: "127.0.0.1", port: 80 },
      reload: () => Promise.resolve(),
      close: () => Promise.resolve(),
    });
  }
}
