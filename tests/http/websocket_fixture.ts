/** A socket and a clock that a test drives by hand. */

import type { Clock } from "../../src/base/clock.ts";
import type { Socket, SocketAddress, SocketHandlers } from "../../src/runtime/types.ts";
import { concatBytes } from "../../src/base/bytes.ts";

const ADDRESS: SocketAddress = { transport: "tcp", hostname: "127.0.0.1", port: 1 };

/** Records what is written; `free` decides what `write` answers. */
export class ManualSocket implements Socket {
  readonly localAddress: SocketAddress = ADDRESS;
  readonly remoteAddress: SocketAddress = ADDRESS;
  readonly tls = undefined;
  handlers: SocketHandlers | undefined;
  written: Uint8Array[] = [];
  bufferedBytes = 0;
  free = true;
  ended = false;
  paused = false;
  destroyed = false;

  write(bytes: Uint8Array): boolean {
    if (!this.ended && !this.destroyed) this.written.push(bytes);
    return this.free;
  }
  end(): void {
    this.ended = true;
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
    queueMicrotask(() => this.handlers?.close());
  }
  /** All that was written so far, which is then forgotten. */
  take(): Uint8Array {
    const all = concatBytes(this.written);
    this.written = [];
    return all;
  }
}

/** Time that stands still until `pass`. */
export class ManualClock implements Clock {
  #now = 0;
  #next = 1;
  #timers = new Map<number, { at: number; fn: () => void }>();
  now(): number {
    return this.#now;
  }
  after(ms: number, fn: () => void): unknown {
    this.#timers.set(this.#next, { at: this.#now + ms, fn });
    return this.#next++;
  }
  clear(timer: unknown): void {
    this.#timers.delete(timer as number);
  }
  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }
  /** Lets `ms` pass, and fires what is due, in order. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const due = [...this.#timers].filter(([, t]) => t.at <= end).sort((a, b) =>
        a[1].at - b[1].at
      );
      const first = due[0];
      if (!first) break;
      this.#timers.delete(first[0]);
      this.#now = first[1].at;
      first[1].fn();
    }
    this.#now = end;
  }
}
