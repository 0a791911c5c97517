/**
 * A small Redis client on the socket port: commands in, replies out, in order. For the stores of this
 * project; whoever has a client already wraps that instead.
 *
 * @module
 */

import { concatBytes } from "../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../base/clock.ts";
import { currentNetwork } from "./current.ts";
import { RedisReplyParser, type RedisValue } from "./redis_reply.ts";
import type { ConnectOptions, Network, Socket } from "./types.ts";

/** Milliseconds that a command may take, connecting included: a caller is waiting for the verdict. */
const COMMAND_TIMEOUT_MS = 2_000;
/** Commands without a reply, at most: beyond, Redis is not keeping up. */
const MAX_PENDING = 10_000;

/** A connection to Redis that is opened when it is needed, and again after it was lost. */
export interface RedisConnection {
  /** Sends a command; rejected if Redis answers an error, is not reached, or takes over two seconds. */
  command(words: readonly (string | Uint8Array)[]): Promise<Exclude<RedisValue, Error>>;
  /** Closes the connection; what is pending is rejected. */
  close(): void;
}

interface Pending {
  resolve(value: Exclude<RedisValue, Error>): void;
  reject(error: Error): void;
}

interface Connection {
  readonly socket: Socket;
  readonly pending: Pending[];
}

/**
 * A client of one Redis server.
 *
 * @param options Where Redis listens.
 * @param parts Sockets and timers, for tests. Default: those of the running runtime.
 *
 * @example
 * ```ts ignore
 * import { RedisRevocations } from "@zap-proto/edge/cap";
 * import { connectRedis } from "@zap-proto/edge/node";
 *
 * const revocations = new RedisRevocations(connectRedis({ hostname: "127.0.0.1", port: 6379 }));
 * ```
 */
export function connectRedis(
  options: ConnectOptions,
  parts: { readonly network?: Network; readonly clock?: Clock } = {},
): RedisConnection {
  const { network = currentNetwork(), clock = SYSTEM_CLOCK } = parts;
  let connection: Promise<Connection> | undefined;
  let isClosed = false;
  /** What waits on the newest connection. */
  let newest: Pending[] | undefined;

  async function open(): Promise<Connection> {
    const parser = new RedisReplyParser();
    const pending: Pending[] = [];
    newest = pending;
    const lost = (error: Error): void => {
      if (newest === pending) connection = undefined;
      for (const { reject } of pending.splice(0)) reject(error);
    };
    const socket = await network.connect(options, (socket) => ({
      data(chunk) {
        try {
          for (const reply of parser.push(chunk)) settle(pending.shift(), reply);
        } catch (error) {
          lost(error as Error);
          socket.destroy();
        }
      },
      end: () => socket.destroy(),
      drain() {},
      close: (error) => lost(error ?? new Error("Connection to Redis was closed")),
    }));
    return { socket, pending };
  }

  async function send(
    words: readonly (string | Uint8Array)[],
  ): Promise<Exclude<RedisValue, Error>> {
    connection ??= open();
    const opening = connection;
    let current: Connection;
    try {
      current = await opening;
    } catch (error) {
      if (connection === opening) connection = undefined;
      throw error;
    }
    if (isClosed) throw new Error("Connection to Redis was closed");
    const { socket, pending } = current;
    if (pending.length >= MAX_PENDING) throw new Error("Redis has too many commands to answer");
    return await new Promise((resolve, reject) => {
      pending.push({ resolve, reject });
      socket.write(encodeCommand(words));
    });
  }

  return {
    async command(words) {
      if (isClosed) throw new Error("Connection to Redis was closed");
      let timer: unknown;
      const timeout = new Promise<never>((_, reject) => {
        timer = clock.after(COMMAND_TIMEOUT_MS, () => {
          reject(new Error(`Redis did not answer within ${COMMAND_TIMEOUT_MS} ms`));
          // Replies come in order, so the one that is late would hold up all others.
          connection?.then(({ socket }) => socket.destroy(), () => {});
        });
      });
      try {
        return await Promise.race([send(words), timeout]);
      } finally {
        clock.clear(timer);
      }
    },
    close() {
      isClosed = true;
      connection?.then(({ socket }) => socket.destroy(), () => {});
    },
  };
}

function settle(pending: Pending | undefined, reply: RedisValue): void {
  if (!pending) throw new Error("Redis answered a command that was not sent");
  if (reply instanceof Error) pending.reject(reply);
  else pending.resolve(reply);
}

const encoder = new TextEncoder();

/** A command as an array of bulk strings. */
function encodeCommand(words: readonly (string | Uint8Array)[]): Uint8Array {
  const parts: Uint8Array[] = [encoder.encode(`*${words.length}\r\n`)];
  for (const word of words) {
    const bytes = typeof word === "string" ? encoder.encode(word) : word;
    parts.push(encoder.encode(`$${bytes.length}\r\n`), bytes, encoder.encode("\r\n"));
  }
  return concatBytes(parts);
}
