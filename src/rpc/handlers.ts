/** What either end of a connection does with what the other end sends. */

import type { SocketAddress } from "../runtime/types.ts";
import { isThenable } from "./answer_check.ts";
import type { Call, Response } from "./envelope.ts";
import type { RpcStream } from "./stream.ts";

/** What a handler answers: a body (status 200), or a status and a body. The bytes are copied before the next turn. */
export type Answer = Uint8Array | {
  readonly status: number;
  readonly body: Uint8Array;
};

/** Settings of one call. */
export interface CallOptions {
  /** The id its answer resolves to, a u32. Default, and for 0: one that no other call of the connection has. */
  readonly promiseID?: number;
  /** The promise whose answer becomes the payload. Default 0, none. */
  readonly target?: number;
  /** Encoded parameters; copied at once. Default: none. */
  readonly payload?: Uint8Array;
  /** Capability for this call instead of the connection's. */
  readonly cap?: Uint8Array;
  /** Gives the call up when it fires; the peer is not told, and may still run it. */
  readonly signal?: AbortSignal;
  /** Milliseconds to wait for the answer; 0 and `Infinity` are for ever. Default: the client's. */
  readonly timeoutMs?: number;
}

/** Settings of a stream. */
export interface StreamOptions {
  /** First data, sent with the opening. Default: none. */
  readonly payload?: Uint8Array;
  /** Capability for this stream instead of the connection's. */
  readonly cap?: Uint8Array;
  /** Fails the stream at both ends when it fires. */
  readonly signal?: AbortSignal;
}

/** The other end of a connection, as a handler sees it. */
export interface Peer {
  /** Its node id; empty in mux framing, which has none. Not authenticated. */
  readonly nodeID: string;
  /** Where it is, if it came over a socket. */
  readonly remoteAddress: SocketAddress | undefined;
  /** DER of its TLS certificate, if one was asked for and given. */
  readonly certificate: Uint8Array | undefined;
  /** Fires when the connection is gone. */
  readonly signal: AbortSignal;
  /** Calls the other end, which may refuse. See `RpcClient.call`. */
  call(method: number, options?: CallOptions): Promise<Response>;
  /** Sends a one-way message. See `RpcClient.send`. */
  send(message: Uint8Array): Promise<void>;
  /** Opens a stream (mux framing). See `RpcClient.stream`. */
  stream(method: number, options?: StreamOptions): RpcStream;
  /** Drops the connection. */
  close(): void;
}

/**
 * Answers one call. A body returned directly, without a promise, is the fastest. What is thrown
 * becomes status 500 and goes to `onError`; the peer sees nothing of it.
 *
 * `call.cap` and `call.payload` stay valid for good, but share memory with what arrived with them
 * (up to 64 KiB): copy a small part that is kept for long.
 */
export type CallHandler = (call: Call, peer: Peer) => Answer | Promise<Answer>;

/** Takes a message of its own type; the message that it answers is sent back if an answer is asked for, without one an empty envelope with status 200. */
export type MessageHandler = (
  message: Uint8Array,
  peer: Peer,
) => Uint8Array | void | Promise<Uint8Array | void>;

/** Serves one stream that the peer opened. When it returns, our half is ended; when it throws, the stream fails with 500. */
export type StreamHandler = (stream: RpcStream, peer: Peer) => void | Promise<void>;

/** Decides, before dispatch, whether a call or stream may run: 200, or the status to refuse it with. */
export type Guard = (
  call: { readonly method: number; readonly cap: Uint8Array },
  peer: Peer,
) => number | Promise<number>;

/** A fault that is not the caller's to see: a handler that threw, a peer that broke the protocol. */
export type OnError = (error: unknown, peer: Peer | undefined) => void;

/** All handlers of one end. What has none is refused with 404. */
export interface Handlers {
  /** Calls: request envelopes, message type 200. */
  readonly call?: CallHandler;
  /** Other messages (node framing), by message type 0 to 255; `guard` is not asked about them. One for 200 takes the envelopes raw, without a `Pipeliner`. */
  readonly messages?: Readonly<Record<number, MessageHandler>>;
  /** Streams that the peer opens (mux framing). */
  readonly stream?: StreamHandler;
  /** Runs before `call` and `stream`. */
  readonly guard?: Guard;
  /** Told of faults. Default: nobody is. */
  readonly onError?: OnError;
}

/** Tells `onError`; what it throws itself has nowhere to go. */
export function report(handlers: Handlers, error: unknown, peer: Peer | undefined): void {
  // Thrown on, it would end the process from inside a promise.
  attempt(() => handlers.onError?.(error, peer), () => {});
}

/** Runs a user's callback; what it throws, or rejects with later, goes to `failed`. */
export function attempt(callback: () => unknown, failed: (error: unknown) => void): void {
  try {
    // Resolving adopts whatever has a `then`, and catches what that throws.
    const later = callback();
    if (isThenable(later)) Promise.resolve(later).catch(failed);
  } catch (error) {
    failed(error);
  }
}

/** The keys of {@link Handlers}, for checking options. */
export const HANDLER_KEYS: readonly string[] = ["call", "messages", "stream", "guard", "onError"];
