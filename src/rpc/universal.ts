/** What this room offers everywhere, browsers included. */

export {
  buildRequest,
  buildResponse,
  type Call,
  parseRequest,
  parseResponse,
  type Response,
} from "./envelope.ts";
export { type Channel, RpcClient } from "./client.ts";
export type { ClientOptions } from "./client_options.ts";
export type {
  Answer,
  CallHandler,
  CallOptions,
  Guard,
  Handlers,
  MessageHandler,
  OnError,
  Peer,
  StreamHandler,
  StreamOptions,
} from "./handlers.ts";
export { buildHandshake, MAX_NODE_ID_BYTES, parseHandshake } from "./handshake.ts";
export { CLIENT_DEFAULTS, type ClientDefaults, DEFAULT_LIMITS, type RpcLimits } from "./limits.ts";
export type { LinkInfo } from "./connection_settings.ts";
export type { MessageHandlers, MessagePort } from "./message_link.ts";
export { assertOK, type Caller, pipeline, type PipelineResult } from "./pipeline.ts";
export { type DispatchFn, Pipeliner, type PipelinerLimits } from "./pipeliner.ts";
export { RpcPool } from "./pool.ts";
export { RpcError, type RpcErrorCode, type RpcErrorDetails } from "./rpc_error.ts";
export { RpcServer } from "./server.ts";
export type { ServerAddress, ServerOptions } from "./server_options.ts";
export { type PromiseHandle, Session } from "./session.ts";
export { MSG_TYPE_ROUTER_BASE, NO_TARGET, Status, statusText } from "./status.ts";
export { RpcStream } from "./stream.ts";
export { connectOverWebSocket } from "./web_socket.ts";
export {
  type ServerWebSocket,
  type WebSocketEvents,
  webSocketHandlers,
} from "./web_socket_server.ts";
export type { Clock } from "../base/clock.ts";
export type {
  Accept,
  ClientTlsOptions,
  ConnectOptions as SocketConnectOptions,
  Listener,
  ListenOptions,
  Network,
  Opened,
  ServerTlsOptions,
  Socket,
  SocketAddress,
  SocketHandlers,
  TcpAddress,
  TlsState,
} from "../runtime/types.ts";
