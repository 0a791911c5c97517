/**
 * What the socket suite is written with: a recorder of a socket's events that notes every breach
 * of the port's contract, waits that end with a reason, and pairs of connected sockets.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import type { SocketError } from "../../src/base/socket_error.ts";
import type {
  ConnectOptions,
  Listener,
  ListenOptions,
  Network,
  Socket,
  SocketHandlers,
} from "../../src/runtime/types.ts";

/** No wait in this suite takes this long unless something is broken. */
const PATIENCE_MS = 10_000;

/** Waits until `condition` holds, asking again when `changed` is called. */
export class Watch {
  #waiting = new Set<() => void>();

  /** Something may have changed. */
  changed(): void {
    for (const ask of [...this.#waiting]) ask();
  }

  /** Resolves when the condition holds; rejects, saying `what` was missed, when patience ends. */
  until(condition: () => boolean, what: string): Promise<void> {
    if (condition()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const ask = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        this.#waiting.delete(ask);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(ask);
        reject(new Error(`Waited in vain: ${what}`));
      }, PATIENCE_MS);
      this.#waiting.add(ask);
    });
  }
}

/** Records a socket's events; `check` tells whether the contract was kept. */
export class Recorder extends Watch implements SocketHandlers {
  /** The socket, from the moment that the adapter hands it over. */
  socket!: Socket;
  /** What came, unless `onData` is set. */
  readonly chunks: Uint8Array[] = [];
  /** Bytes that came. */
  received = 0;
  /** How often each event came. */
  ends = 0;
  drains = 0;
  closes = 0;
  /** What `close` said. */
  error: SocketError | undefined;
  /** Breaches of the contract. */
  readonly breaches: string[] = [];
  /** Called instead of keeping the chunk. */
  onData: ((chunk: Uint8Array) => void) | undefined;
  onEnd: (() => void) | undefined;
  onDrain: (() => void) | undefined;
  onClose: (() => void) | undefined;
  #paused = false;
  #calling = false;

  data(chunk: Uint8Array): void {
    this.#event("data");
    if (this.#paused) this.breaches.push("data while paused");
    if (this.ends > 0) this.breaches.push("data after end");
    if (chunk.length === 0) this.breaches.push("empty data");
    this.received += chunk.length;
    if (this.onData) this.onData(chunk);
    else this.chunks.push(chunk);
    this.changed();
  }

  end(): void {
    this.#event("end");
    if (this.#paused) this.breaches.push("end while paused");
    if (++this.ends > 1) this.breaches.push("a second end");
    this.onEnd?.();
    this.changed();
  }

  drain(): void {
    this.#event("drain");
    this.drains++;
    this.onDrain?.();
    this.changed();
  }

  close(error?: SocketError): void {
    this.#event("close");
    if (this.#calling) this.breaches.push("close within a call into the socket");
    if (++this.closes > 1) this.breaches.push("a second close");
    this.error = error;
    try {
      this.onClose?.();
    } finally {
      this.changed();
    }
  }

  /** Calls into the socket, so that a `close` during the call is noticed. */
  act<T>(call: (socket: Socket) => T): T {
    this.#calling = true;
    try {
      return call(this.socket);
    } finally {
      this.#calling = false;
    }
  }

  pause(): void {
    this.#paused = true;
    this.act((socket) => socket.pause());
  }

  resume(): void {
    this.#paused = false;
    this.act((socket) => socket.resume());
  }

  /** What came, as one text. */
  text(): string {
    const decoder = new TextDecoder();
    return this.chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join("");
  }

  /** Ends this half when the peer ends its own, so that a peer that drops is followed. */
  follow(): void {
    this.onEnd = () => this.act((socket) => socket.end());
  }

  /** Resolves when the socket is gone. */
  gone(): Promise<void> {
    return this.until(() => this.closes > 0, "close");
  }

  /** Fails on any breach of the contract. */
  check(): void {
    assertEquals(this.breaches, []);
    assertEquals(this.closes, 1, "close must come exactly once");
  }

  #event(name: string): void {
    if (this.socket === undefined) this.breaches.push(`${name} before the socket`);
    if (this.closes > 0) this.breaches.push(`${name} after close`);
  }
}

/** Two ends of one connection. */
export interface Pair {
  readonly client: Recorder;
  readonly server: Recorder;
  readonly listener: Listener;
  /** Faults that the listener reported. */
  readonly faults: SocketError[];
}

/** Options that reach a listener. */
export function reach(listener: Listener): ConnectOptions {
  const { address } = listener;
  return address.transport === "tcp"
    ? { hostname: address.hostname, port: address.port }
    : { path: address.path };
}

/** A recorder on a new connection. */
export async function dial(network: Network, options: ConnectOptions): Promise<Recorder> {
  const recorder = new Recorder();
  const socket = await network.connect(options, (socket) => {
    recorder.socket = socket;
    return recorder;
  });
  assert(socket === recorder.socket, "connect resolves with the socket that was opened");
  return recorder;
}

/** Runs `body` with two connected ends; afterwards both must have closed exactly once. */
export async function withPair(
  network: Network,
  body: (pair: Pair) => Promise<void>,
  listenOptions: ListenOptions = {},
  connectOptions: ConnectOptions = {},
): Promise<void> {
  const server = new Recorder();
  const faults: SocketError[] = [];
  const listener = await network.listen(
    { onError: (error) => faults.push(error), ...listenOptions },
    (socket) => {
      server.socket = socket;
      queueMicrotask(() => server.changed());
      return server;
    },
  );
  const client = await dial(network, { ...reach(listener), ...connectOptions });
  try {
    await server.until(() => server.socket !== undefined, "accept");
    await body({ client, server, listener, faults });
  } finally {
    client.act((socket) => socket.destroy());
    server.act((socket) => socket.destroy());
    await client.gone();
    await server.gone();
    await listener.close();
  }
  await turns();
  client.check();
  server.check();
}

/** Lets everything run that is ready to run. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** `length` bytes, of which each tells its place. */
export function pattern(length: number, offset = 0): Uint8Array {
  const chunk = new Uint8Array(length);
  for (let i = 0; i < length; i++) chunk[i] = (offset + i) * 31 + ((offset + i) >> 8);
  return chunk;
}
