/**
 * ZAP RPC over sockets: client, pool and server for the runtime that runs this code (Deno, Bun or
 * Node). The pieces that need no socket are in the universal entry too.
 *
 * @example
 * ```ts ignore
 * import { ZapClient, ZapServer } from "@zap-proto/edge/rpc";
 *
 * const server = new ZapServer({ call: (call) => call.payload });
 * const { port } = await server.listen({ port: 0 });
 * const client = await ZapClient.connect({ host: "127.0.0.1", port });
 * const { status, body } = await client.call(1, { payload: new Uint8Array([1, 2, 3]) });
 * client.close();
 * await server.drain();
 * ```
 *
 * @module
 */

import { EMPTY } from "../base/bytes.ts";
import { assertKnownOptions } from "../base/options.ts";
import { currentNetwork } from "../runtime/current.ts";
import type { Network } from "../runtime/types.ts";
import { DEFAULT_PORT } from "../wire/format.ts";
import { RpcClient } from "./client.ts";
import { CLIENT_KEYS, type ClientOptions } from "./client_options.ts";
import { socketDial, type SocketTarget, TARGET_KEYS } from "./dial.ts";
import { CLIENT_DEFAULTS } from "./limits.ts";
import { RpcPool } from "./pool.ts";
import { RpcServer } from "./server.ts";
import type { ServerOptions } from "./server_options.ts";

export * from "./universal.ts";
export type { SocketTarget } from "./dial.ts";
export type { Framing } from "./open_connection.ts";
export { SocketError, type SocketErrorCode } from "../base/socket_error.ts";

/** Where to connect, and how the client behaves. */
export interface ConnectOptions extends SocketTarget, ClientOptions {
  /** Sockets. Default: the running runtime's. */
  readonly network?: Network;
}

const CONNECT_KEYS: readonly string[] = [...TARGET_KEYS, ...CLIENT_KEYS, "network"];

/** A client of one server over TCP, TLS or a Unix socket. */
export class ZapClient extends RpcClient {
  /**
   * Connects, with the handshake that the framing has.
   *
   * @param options Host and port, or path; TLS, framing, deadlines, reconnecting.
   * @param cap Capability sent with every call that brings none. Default: empty.
   * @returns A client that is ready for calls.
   * @throws {RpcError} `connect` if it cannot be reached in time; `aborted` if the signal fires.
   * @throws {TypeError} For an unknown option.
   * @throws {RangeError} For a bound or timeout out of range, or a node id that is too long.
   */
  static async connect(options: ConnectOptions, cap: Uint8Array = EMPTY): Promise<ZapClient> {
    assertKnownOptions(options, CONNECT_KEYS, "ZapClient.connect");
    const dial = socketDial(options.network ?? currentNetwork(), options, DEFAULT_PORT);
    return await RpcClient.start(new ZapClient(dial, options, cap));
  }
}

/** Where a pool connects, and with how many connections. */
export interface PoolOptions extends ConnectOptions {
  /** Connections. Default 4. */
  readonly size?: number;
}

/** Several connections to one server, used as one. */
export class ZapPool extends RpcPool {
  /**
   * Opens all connections.
   *
   * @param options As for `ZapClient.connect`, and the size.
   * @param cap Capability sent with every call that brings none. Default: empty.
   * @throws {RpcError} If one of them cannot be made; the others are closed again.
   * @throws {RangeError} If the size is not a whole number from 1.
   */
  static async connect(options: PoolOptions, cap: Uint8Array = EMPTY): Promise<ZapPool> {
    const { size = CLIENT_DEFAULTS.poolSize, ...rest } = options;
    if (!Number.isSafeInteger(size) || size < 1) {
      throw new RangeError(`Cannot make pool: size ${size} is not a whole number from 1`);
    }
    const opened = await Promise.allSettled(
      Array.from({ length: size }, () => ZapClient.connect(rest, cap)),
    );
    const clients = opened.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
    const failed = opened.find((one) => one.status === "rejected");
    if (failed === undefined) return new ZapPool(clients);
    for (const client of clients) client.close();
    throw failed.reason;
  }
}

/** A server of calls over TCP, TLS or Unix sockets, and over WebSockets through `accept`. */
export class ZapServer extends RpcServer {
  /**
   * Makes a server.
   *
   * @param options Handlers and bounds; nothing is opened yet: see `listen`.
   * @param network Sockets. Default: the running runtime's.
   * @throws {TypeError} For an unknown option.
   * @throws {RangeError} For a limit or timeout out of range, or a node id that is too long.
   */
  constructor(options: ServerOptions, network: Network = currentNetwork()) {
    super(options, network);
  }
}
