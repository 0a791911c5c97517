/**
 * What generated clients and servers share. The package exports it as `stub`, for generated code.
 *
 * @module
 */

import { copyBytes, EMPTY } from "../base/bytes.ts";
import { type AnyView, StructView } from "../wire/views.ts";
import { ZapParseError } from "../wire/parse_error.ts";
import { buildRequest, buildResponse, type Call, parseRequest, type Response } from "./envelope.ts";
import type { Answer, CallOptions } from "./handlers.ts";
import { RpcError } from "./rpc_error.ts";
import { type PromiseHandle, Session } from "./session.ts";
import { Status, statusText } from "./status.ts";

export type { Answer, Call };

/** Settings of one typed call. */
export type Options = Pick<CallOptions, "signal" | "timeoutMs">;

/** What a typed client calls through: a client, a pool, a peer's connection, or anything like them. */
export interface Channel {
  /** Sends a request envelope; resolves with whatever the peer answered. */
  call(envelope: Uint8Array, options?: Options): Promise<Response>;
}

/** The answer to come, which also names itself to calls that build on it. */
export type Pipelined<T> = Promise<T> & PromiseHandle;

/** What a method of a server may answer, directly or later: an input, a view, or encoded bytes. */
export type Reply<T> = T | Uint8Array | Promise<T | Uint8Array>;

/** One session a channel: promise ids must differ between all typed clients of a connection. */
const sessions: WeakMap<Channel, Session> = new WeakMap();

function sessionOf(channel: Channel): Session {
  let session = sessions.get(channel);
  if (session === undefined) sessions.set(channel, session = new Session());
  return session;
}

/** The calls of one typed client. */
export class Calls {
  readonly #service: string;
  readonly #channel: Channel;
  readonly #cap: Uint8Array;
  readonly #session: Session;

  /**
   * Calls through a channel.
   *
   * @param service The service's name, for error messages.
   * @param cap Capability that goes with every call; empty is the channel's own.
   */
  constructor(service: string, channel: Channel, cap: Uint8Array = EMPTY) {
    this.#service = service;
    this.#channel = channel;
    this.#cap = cap;
    this.#session = sessionOf(channel);
  }

  /** Calls a method with a payload of its own. */
  origin<T>(
    name: string,
    method: number,
    payload: Uint8Array,
    read: (body: Uint8Array) => T,
    options?: Options,
  ): Pipelined<T> {
    const promise = this.#session.next();
    return this.#send(
      name,
      this.#session.origin(promise, method, this.#cap, payload),
      read,
      options,
    );
  }

  /** Calls a method on the answer of another call, which need not have come yet. */
  pipe<T>(
    name: string,
    method: number,
    on: PromiseHandle,
    read: (body: Uint8Array) => T,
    options?: Options,
  ): Pipelined<T> {
    // A failure of the first is seen in what builds on it: nobody has to wait for both.
    if (on instanceof Promise) on.catch(() => {});
    const promise = this.#session.next();
    return this.#send(name, this.#session.pipe(promise, on, method, this.#cap), read, options);
  }

  #send<T>(
    name: string,
    call: Call,
    read: (body: Uint8Array) => T,
    options: Options | undefined,
  ): Pipelined<T> {
    const answer = this.#channel.call(buildRequest(call), options).then(
      ({ status, body }) => {
        if (status === Status.OK) return read(body);
        const message = `${this.#service}.${name} answered ${status}: ${statusText(status)}`;
        throw new RpcError("status", message, { status, method: call.method, body });
      },
    );
    return Object.assign(answer, { id: call.promiseID });
  }
}

/** Reads an answer that has no body. */
export function nothing(_body: Uint8Array): void {}

/** No payload. */
export const none: Uint8Array = EMPTY;

/**
 * The bytes of an input, of a view, or of what is encoded already. A view of an object inside a
 * message gives that message with the object as its root.
 */
export function encoded<T>(
  value: T | AnyView | Uint8Array,
  encode: (value: T) => Uint8Array,
): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (!(value instanceof StructView)) return encode(value as T);
  const { $data: data, $offset: offset } = value;
  if (data.length === 0) throw new TypeError("Cannot send a view of nothing");
  const root = data[8]! | (data[9]! << 8) | (data[10]! << 16) |
    (data[11]! << 24);
  if (root >>> 0 === offset) return data;
  const copy = copyBytes(data);
  new DataView(copy.buffer).setUint32(8, offset, true);
  return copy;
}

/**
 * Views the payload of a call.
 *
 * @throws {RpcError} With status 400 if it is not a message.
 */
export function payload<T>(call: Call, wrap: (bytes: Uint8Array) => T): T {
  try {
    return wrap(call.payload);
  } catch (cause) {
    if (!(cause instanceof ZapParseError)) throw cause;
    throw new RpcError(
      "status",
      `Cannot read payload of method ${call.method}`,
      {
        status: Status.BadRequest,
        method: call.method,
        cause,
      },
    );
  }
}

/**
 * Routes a call. `route` answers `undefined` for a method that is not the service's, which becomes
 * 404; an `RpcError` that a method throws becomes its status and body. Other errors are the
 * server's, which answers 500.
 */
export async function answer(
  call: Call,
  route: (call: Call) => Promise<Uint8Array> | undefined,
): Promise<Answer> {
  try {
    return await route(call) ?? { status: Status.NotFound, body: EMPTY };
  } catch (error) {
    if (!(error instanceof RpcError) || error.status < 400) throw error;
    return { status: error.status, body: error.body };
  }
}

/**
 * Answers a request envelope with a response envelope.
 *
 * @throws {ZapParseError} If it is not a message.
 */
export async function dispatch(
  envelope: Uint8Array,
  route: (call: Call) => Promise<Uint8Array> | undefined,
): Promise<Uint8Array> {
  const call = parseRequest(envelope);
  const result = await answer(call, route);
  return result instanceof Uint8Array
    ? buildResponse(Status.OK, call.promiseID, result)
    : buildResponse(result.status, call.promiseID, result.body);
}
