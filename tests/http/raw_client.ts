/** A client that sends bytes as they are, and keeps what comes back. */

import { connect, type Socket } from "node:net";

/** One connection. */
export interface RawClient {
  readonly socket: Socket;
  /** All that has come, as Latin-1. */
  readonly received: () => string;
  send(text: string | Uint8Array): void;
  /** Resolves when what has come is as wanted; rejects if the connection ends before. */
  until(wanted: (received: string) => boolean): Promise<string>;
  /** Resolves with all that came when the connection is gone; `reset` tells how. */
  readonly closed: Promise<{ received: string; reset: boolean }>;
}

/** Connects. */
export function rawClient(port: number): Promise<RawClient> {
  return new Promise((resolve, reject) => {
    let received = "";
    let ended = false;
    let reset = false;
    let changed = (): void => {};
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: false });
    const closed = new Promise<{ received: string; reset: boolean }>((done) => {
      socket.on("close", () => {
        ended = true;
        changed();
        done({ received, reset });
      });
    });
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      changed();
    });
    const client: RawClient = {
      socket,
      closed,
      received: () => received,
      send: (text) => void socket.write(text as string, "latin1"),
      async until(wanted) {
        while (!wanted(received)) {
          if (ended) throw new Error(`The connection ended after ${JSON.stringify(received)}`);
          await new Promise<void>((next) => changed = next);
        }
        return received;
      },
    };
    socket.on("error", (error) => {
      reset = true;
      // Accepted and dropped at once, before this side knew that it was connected.
      if ((error as { code?: string }).code === "ECONNRESET") resolve(client);
      else reject(error);
    });
    socket.on("connect", () => resolve(client));
  });
}

/** Sends one request and resolves with the whole answer of a connection that then ends. */
export async function exchange(port: number, request: string | Uint8Array): Promise<string> {
  const client = await rawClient(port);
  client.send(request);
  return (await client.closed).received;
}
