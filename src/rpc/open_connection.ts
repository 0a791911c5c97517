/** Makes a connection over a socket or a message port. */

import type { Socket, SocketHandlers } from "../runtime/types.ts";
import type { Connection } from "./connection.ts";
import type { ConnectionSettings, LinkInfo } from "./connection_settings.ts";
import { FrameDecoder } from "./frame_decoder.ts";
import {
  MessageDecoder,
  type MessageHandlers,
  MessageLink,
  type MessagePort,
} from "./message_link.ts";
import { MuxConnection } from "./mux_connection.ts";
import { NodeConnection } from "./node_connection.ts";

/** How frames are made: `"node"` with handshake, reqID and one-way messages, or `"mux"` with streams. */
export type Framing = "node" | "mux";

/**
 * Refuses what is no framing, and TLS where there is none: runtimes would differ in what they make of it.
 *
 * @param doing What they are for, as it stands in the message: `listen`.
 */
export function assertTransport(
  doing: string,
  framing: string,
  path: string | undefined,
  tls: unknown,
): void {
  if (framing !== "node" && framing !== "mux") {
    throw new TypeError(`Cannot ${doing}: framing "${framing}" is neither "node" nor "mux"`);
  }
  if (path !== undefined && tls) {
    throw new TypeError(`Cannot ${doing}: TLS goes over TCP, not over the Unix socket of "path"`);
  }
}

/** Makes a connection on a fresh socket, to be started; answers what to do with the socket's events. */
export function overSocket(
  framing: Framing,
  socket: Socket,
  settings: ConnectionSettings,
): { connection: Connection; handlers: SocketHandlers } {
  const info: LinkInfo = {
    remoteAddress: socket.remoteAddress,
    certificate: socket.tls?.peerCertificate,
  };
  let connection: Connection;
  if (framing === "node") {
    const { min, max } = NodeConnection.firstFrame;
    connection = new NodeConnection(socket, info, settings);
    connection.reads(new FrameDecoder(connection, min, max));
  } else {
    connection = new MuxConnection(socket, info, settings);
    connection.reads(new FrameDecoder(connection, 1, settings.limits.maxMuxFrameBytes));
  }
  return {
    connection,
    handlers: {
      data: (chunk) => connection.received(chunk),
      end: () => connection.receivedEnd(),
      drain: () => connection.drained(),
      close: (error) => connection.lost(error),
    },
  };
}

/** As {@link overSocket}, with mux framing on a message port. */
export function overMessages(
  port: MessagePort,
  info: LinkInfo,
  settings: ConnectionSettings,
): { connection: Connection; handlers: MessageHandlers } {
  const connection = new MuxConnection(new MessageLink(port), info, settings);
  connection.reads(new MessageDecoder(connection, 1, settings.limits.maxMuxFrameBytes));
  return {
    connection,
    handlers: {
      message: (bytes) => connection.received(bytes),
      drain: () => connection.drained(),
      close: (error) => connection.lost(error),
    },
  };
}
