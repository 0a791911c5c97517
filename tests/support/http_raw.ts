/** A server on a free port, and a client that sends bytes as it is told and looks at what comes. */

import { SYSTEM_CLOCK } from "../../src/base/clock.ts";
import type { ServeOptions } from "../../src/http/options.ts";
import { HttpServer } from "../../src/http/server.ts";
import type { Handler } from "../../src/http/types.ts";
import { currentNetwork } from "../../src/runtime/current.ts";
import type { Socket } from "../../src/runtime/types.ts";

/** A running server and its port. */
export interface Served {
  readonly server: HttpServer;
  readonly port: number;
}

/** Serves on a free port of 127.0.0.1. */
export async function served(handler: Handler, options: ServeOptions = {}): Promise<Served> {
  const machine = { network: currentNetwork(), clock: SYSTEM_CLOCK, wallClock: Date.now };
  const server = new HttpServer(machine, handler, { port: 0, ...options });
  const address = await server.ready;
  if (address.transport !== "tcp") throw new Error("The server is not on TCP");
  return { server, port: address.port };
}

/** Bytes of a Latin-1 text. */
export function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

/** A raw client. */
export class RawClient {
  /** All that has come, as Latin-1. */
  received = "";
  /** Whether the server has ended its side. */
  ended = false;
  /** Whether the connection is gone, and how. */
  closed: "no" | "orderly" | "reset" = "no";
  #socket!: Socket;
  #waiters: (() => void)[] = [];

  /** Connects. */
  static async open(port: number): Promise<RawClient> {
    const client = new RawClient();
    client.#socket = await currentNetwork().connect({ port }, () => ({
      data: (chunk) => {
        for (const byte of chunk) client.received += String.fromCharCode(byte);
        client.#wake();
      },
      end: () => {
        client.ended = true;
        client.#wake();
      },
      drain: () => {},
      close: (error) => {
        client.closed = error ? "reset" : "orderly";
        client.#wake();
      },
    }));
    return client;
  }

  /** Sends Latin-1. */
  send(text: string): void {
    this.#socket.write(latin1Bytes(text));
  }

  /** Ends this side. */
  end(): void {
    this.#socket.end();
  }

  /** Stops reading. */
  pause(): void {
    this.#socket.pause();
  }

  /** Reads on. */
  resume(): void {
    this.#socket.resume();
  }

  /** Drops the connection. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** Waits until the condition holds, looking at it whenever something happens. */
  async until(condition: (client: RawClient) => boolean, what: string): Promise<void> {
    const late = Date.now() + 10_000;
    while (!condition(this)) {
      if (Date.now() > late) {
        throw new Error(`Not within 10 s: ${what}; came: ${JSON.stringify(this.received)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 1000);
        this.#waiters.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits for the server's end, then ends this side too. */
  async finish(): Promise<string> {
    await this.until((c) => c.ended || c.closed !== "no", "the server's end");
    this.end();
    return this.received;
  }

  #wake(): void {
    for (const waiter of this.#waiters.splice(0)) waiter();
  }
}

/** Status codes of the answers in a text, with bodies of a Content-Length skipped. */
export function statuses(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n/g)].map((match) => Number(match[1]));
}

/** A turn of the event loop. */
export function tick(ms: number = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
