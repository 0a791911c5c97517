/** One WebSocket on one socket: RFC 6455 from the first frame to the closing handshake. @module */

import { concatBytes, EMPTY } from "../../base/bytes.ts";
import { type Clock, SYSTEM_CLOCK } from "../../base/clock.ts";
import type { SocketError } from "../../base/socket_error.ts";
import type { Socket, SocketHandlers } from "../../runtime/types.ts";
import { limitedLines, textOf } from "../error_lines.ts";
import { deflateMessage, inflateMessage } from "./deflate.ts";
import { type FrameEvents, type FrameFault, FrameParser } from "./frame_parser.ts";
import { encodeClose, encodeFrame, encodeText } from "./frame_writer.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LINGER_BYTES, type WebSocketLimits } from "./limits.ts";
import { CLOSE_CODE, isCloseCode, OPCODE } from "./opcodes.ts";
import type { WebSocketHandlers, WebSocketPeer, WebSocketState } from "./types.ts";
import { decodeUtf8 } from "./utf8.ts";

const complain = limitedLines(SYSTEM_CLOCK, (line) => console.error(line));

/** What a connection is made with. */
export interface WebSocketSetup {
  /** `"server"` wants masked frames and sends plain ones; `"client"` the reverse (§5.1). */
  readonly role: "server" | "client";
  /** The subprotocol agreed on. */
  readonly protocol: string | undefined;
  /** Whether permessage-deflate was agreed on. */
  readonly deflate: boolean;
  /** Sizes and waits. */
  readonly limits: WebSocketLimits;
  /** Time. */
  readonly clock: Clock;
}

/**
 * A WebSocket. Made by a server's upgrade or by `connectWebSocket`; the maker hands the socket's
 * events to `socketHandlers`.
 */
export class WebSocketConnection implements WebSocketPeer {
  readonly #socket: Socket;
  readonly #handlers: WebSocketHandlers;
  readonly #setup: WebSocketSetup;
  readonly #parser: FrameParser;
  readonly #mask: Uint8Array | undefined;
  #state: WebSocketState = "open";
  #rest: Uint8Array = EMPTY;
  #paused = false;
  #peerEnded = false;
  #blocked = false;
  #heldPong: Uint8Array | undefined;
  #closeSent = false;
  #code: number = CLOSE_CODE.abnormal;
  #reason = "";
  #lingered = 0;
  #closeTimer: unknown;
  #written = 0;
  #inflating = false;
  #deflating: Promise<void> | undefined;
  #deflatingBytes = 0;
  readonly #heartbeat: Heartbeat;

  /** Takes over an open socket, whose handshake has been sent or received. */
  constructor(socket: Socket, handlers: WebSocketHandlers, setup: WebSocketSetup) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#setup = setup;
    this.#mask = setup.role === "client" ? new Uint8Array(4) : undefined;
    this.#parser = new FrameParser(this.#frameEvents(), {
      masked: setup.role === "server",
      maxMessageBytes: setup.limits.maxMessageBytes,
      deflate: setup.deflate,
    });
    this.#heartbeat = new Heartbeat(
      {
        sentBytes: () => this.#written - socket.bufferedBytes,
        queuedBytes: () => socket.bufferedBytes,
        ping: () => this.#keepAlive(),
        dead: (reason) => this.#fail(new Error(reason)),
      },
      setup.clock,
      setup.limits.pingIntervalMs,
    );
  }

  /** Where it stands. */
  get state(): WebSocketState {
    return this.#state;
  }

  /** The subprotocol agreed on, or `undefined`. */
  get protocol(): string | undefined {
    return this.#setup.protocol;
  }

  /** Bytes that the operating system has not taken yet, those that are being deflated included. */
  get bufferedBytes(): number {
    return this.#socket.bufferedBytes + this.#deflatingBytes;
  }

  /** What the owner of the socket does with its events. */
  readonly socketHandlers: SocketHandlers = {
    data: (chunk) => this.#receive(chunk),
    end: () => this.#end(),
    drain: () => this.#drain(),
    close: (error) => this.#closed(error),
  };

  /** Tells the application that it is open, then takes bytes that came with the handshake. */
  start(leftover: Uint8Array = EMPTY): void {
    this.#call(() => this.#handlers.open?.(this));
    if (leftover.length > 0) this.#receive(leftover);
  }

  /** Sends one message; `false`: wait for `drain`. */
  send(data: string | Uint8Array): boolean {
    if (this.#state !== "open") return false;
    if (this.bufferedBytes > this.#setup.limits.maxBufferedBytes) {
      this.#fail(new Error("Peer reads too slowly: send queue is full"));
      return false;
    }
    const opcode = typeof data === "string" ? OPCODE.text : OPCODE.binary;
    const payload = typeof data === "string" ? encodeText(data) : data;
    if (!this.#setup.deflate) return this.#write(this.#frame(opcode, payload));
    const owned = typeof data === "string" ? payload : payload.slice();
    this.#deflatingBytes += owned.length;
    this.#deflating = (this.#deflating ?? Promise.resolve()).then(async () => {
      const deflated = await deflateMessage(owned);
      this.#deflatingBytes -= owned.length;
      if (!this.#closeSent) this.#write(this.#frame(opcode, deflated, true));
    });
    return !this.#blocked;
  }

  /** Sends a ping with up to 125 bytes. */
  ping(payload: Uint8Array = EMPTY): void {
    if (payload.length > 125) throw new RangeError("Cannot ping: payload is over 125 bytes");
    if (this.#state === "open") this.#write(this.#frame(OPCODE.ping, payload));
  }

  /** Begins the closing handshake. */
  close(code: number = CLOSE_CODE.normal, reason: string = ""): void {
    if (!isCloseCode(code)) throw new RangeError(`Cannot close: code ${code} is not allowed`);
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#awaitClose();
    if (this.#deflating) void this.#deflating.then(() => this.#sendClose(code, reason));
    else this.#sendClose(code, reason);
    this.resume();
  }

  /** Drops the connection now; the peer and `close` see 1006. */
  terminate(): void {
    if (this.#state !== "closed") this.#socket.destroy();
  }

  /** Stops `message` events. */
  pause(): void {
    if (this.#paused || this.#state !== "open") return;
    this.#paused = true;
    this.#hold();
  }

  /** Goes on with `message` events. */
  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#release();
  }

  #hold(): void {
    this.#parser.hold();
    this.#socket.pause();
  }

  #release(): void {
    if (this.#paused || this.#inflating || this.#state === "closed") return;
    const rest = this.#rest;
    this.#rest = EMPTY;
    if (rest.length > 0) this.#receive(rest);
    if (!this.#paused && !this.#inflating) this.#socket.resume();
  }

  #frameEvents(): FrameEvents {
    return {
      text: (text) => this.#message(text),
      binary: (bytes) => this.#message(bytes),
      deflated: (bytes, isText) => this.#inflate(bytes, isText),
      ping: (payload) => this.#pong(payload),
      pong: () => {},
      close: (code, reason) => this.#peerClosed(code, reason),
      fault: (fault) => this.#refuse(fault),
    };
  }

  #receive(chunk: Uint8Array): void {
    this.#heartbeat.heard();
    if (this.#parser.ended) {
      this.#lingered += chunk.length;
      if (this.#lingered > LINGER_BYTES) this.#socket.pause(); // until the close timeout
    } else if (this.#paused || this.#inflating) { // it was on its way when the socket was paused
      this.#rest = concatBytes([this.#rest, chunk]);
    } else {
      const taken = this.#parser.push(chunk);
      if (taken < chunk.length) this.#rest = chunk.subarray(taken);
    }
  }

  #message(data: string | Uint8Array): void {
    if (this.#state !== "open") return;
    this.#call(() => this.#handlers.message?.(this, data));
  }

  /** Inflating is asynchronous: nothing is read meanwhile, so order and memory stay bounded. */
  #inflate(bytes: Uint8Array, isText: boolean): void {
    if (this.#state !== "open") return;
    this.#inflating = true;
    this.#hold();
    const { maxMessageBytes } = this.#setup.limits;
    void inflateMessage(bytes, maxMessageBytes).then((outcome) => {
      this.#inflating = false;
      if (this.#state === "closed") return;
      const text = isText && typeof outcome !== "string" ? decodeUtf8(outcome) : undefined;
      if (outcome === "too big") {
        const reason = `message is larger than ${maxMessageBytes} bytes`;
        this.#refuse({ code: CLOSE_CODE.messageTooBig, reason });
      } else if (outcome === "invalid") {
        this.#refuse({ code: CLOSE_CODE.invalidPayload, reason: "message cannot be inflated" });
      } else if (isText && text === undefined) {
        this.#refuse({ code: CLOSE_CODE.invalidPayload, reason: "text is not UTF-8" });
      } else this.#message(text ?? outcome);
      this.#release();
    });
  }

  /** §5.5.3: only the latest ping need be answered, so a peer that reads nothing makes no queue. */
  #pong(payload: Uint8Array): void {
    if (this.#closeSent) return;
    if (this.#blocked) this.#heldPong = payload;
    else this.#write(this.#frame(OPCODE.pong, payload));
  }

  #peerClosed(code: number | undefined, reason: string): void {
    this.#code = code ?? CLOSE_CODE.noStatus;
    this.#reason = reason;
    if (this.#state === "open") {
      this.#state = "closing";
      this.#awaitClose();
    }
    this.#sendClose(code, "");
    // §7.1.1: the server ends the TCP connection first; the client waits for it, within the timeout.
    if (this.#setup.role === "server" || this.#peerEnded) this.#socket.end();
  }

  /** §7.1.7: fail the connection. */
  #refuse(fault: FrameFault): void {
    const error = new Error(`WebSocket peer broke the protocol: ${fault.reason}`);
    if (this.#state === "open") this.#awaitClose();
    this.#state = "closing";
    this.#code = CLOSE_CODE.abnormal;
    this.#sendClose(fault.code, fault.reason);
    this.#socket.end();
    this.#tell(() => this.#handlers.error?.(this, error));
  }

  #sendClose(code: number | undefined, reason: string): void {
    if (this.#closeSent || this.#state === "closed") return;
    this.#closeSent = true;
    this.#socket.write(encodeClose(code, reason, this.#nextMask()));
  }

  #end(): void {
    this.#peerEnded = true;
    if (this.#state === "open") {
      this.#state = "closing";
      this.#awaitClose();
    }
    this.#socket.end();
  }

  #drain(): void {
    this.#blocked = false;
    const pong = this.#heldPong;
    this.#heldPong = undefined;
    if (pong && !this.#closeSent) this.#write(this.#frame(OPCODE.pong, pong));
    if (this.#state === "open") this.#call(() => this.#handlers.drain?.(this));
  }

  #closed(error: SocketError | undefined): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#setup.clock.clear(this.#closeTimer);
    this.#heartbeat.stop();
    this.#rest = EMPTY;
    if (error && wasOpen) this.#tell(() => this.#handlers.error?.(this, error));
    this.#tell(() => this.#handlers.close?.(this, this.#code, this.#reason));
  }

  #frame(opcode: number, payload: Uint8Array, deflated: boolean = false): Uint8Array {
    const mask = this.#nextMask();
    return encodeFrame(opcode, payload, mask ? { mask, deflated } : { deflated });
  }

  /** §5.3: a fresh, unpredictable key for every frame of a client. */
  #nextMask(): Uint8Array | undefined {
    return this.#mask && crypto.getRandomValues(this.#mask as Uint8Array<ArrayBuffer>);
  }

  #write(frame: Uint8Array): boolean {
    this.#written += frame.length;
    const free = this.#socket.write(frame);
    if (!free) this.#blocked = true;
    return free;
  }

  #keepAlive(): void {
    if (this.#paused || this.#inflating) this.#heartbeat.heard();
    else this.ping();
  }

  /** Runs a handler; its failure is the application's bug, answered with 1011. */
  #call(fn: () => unknown): void {
    try {
      const result = fn();
      if (isThenable(result)) result.then(undefined, (error) => this.#handlerFailed(error));
    } catch (error) {
      this.#handlerFailed(error);
    }
  }

  #handlerFailed(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    this.close(CLOSE_CODE.internalError);
    if (this.#state !== "closed") this.#tell(() => this.#handlers.error?.(this, failure));
  }

  #fail(error: Error): void {
    this.#socket.destroy();
    this.#tell(() => this.#handlers.error?.(this, error));
  }

  /** Runs a handler with nothing left to close: its failure is told on standard error, and no more. */
  #tell(fn: () => unknown): void {
    const failed = (error: unknown): void =>
      complain(`A WebSocket handler failed: ${textOf(error)}`);
    try {
      const result = fn();
      if (isThenable(result)) result.then(undefined, failed);
    } catch (error) {
      failed(error);
    }
  }

  /** From here on the end comes within the timeout, whatever the peer does. */
  #awaitClose(): void {
    const { clock, limits } = this.#setup;
    this.#heartbeat.stop();
    this.#closeTimer = clock.after(limits.closeTimeoutMs, () => this.#socket.destroy());
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined)?.then === "function";
}
