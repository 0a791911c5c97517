/** One WebSocket on one socket: RFC 6455 from the first frame to the closing handshake. @module */

import { concatBytes, EMPTY } from "../../base/bytes.ts";
import type { Clock } from "../../base/clock.ts";
import type { SocketError } from "../../base/socket_error.ts";
import type { Socket, SocketHandlers } from "../../runtime/types.ts";
import { callHandler, tellHandler } from "./application.ts";
import { inflateMessage } from "./deflate.ts";
import { type FrameEvents, type FrameFault, FrameParser } from "./frame_parser.ts";
import { Heartbeat } from "./heartbeat.ts";
import { LINGER_BYTES, type WebSocketLimits } from "./limits.ts";
import { CLOSE_CODE, isCloseCode } from "./opcodes.ts";
import { Sender } from "./sender.ts";
import type { WebSocketHandlers, WebSocketPeer, WebSocketState } from "./types.ts";
import { decodeUtf8 } from "./utf8.ts";

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
  readonly #sender: Sender;
  #state: WebSocketState = "open";
  #rest: Uint8Array = EMPTY;
  #paused = false;
  #peerEnded = false;
  #code: number = CLOSE_CODE.abnormal;
  #reason = "";
  #lingered = 0;
  #closeTimer: unknown;
  #inflating = false;
  readonly #heartbeat: Heartbeat;

  /** Takes over an open socket, whose handshake has been sent or received. */
  constructor(socket: Socket, handlers: WebSocketHandlers, setup: WebSocketSetup) {
    this.#socket = socket;
    this.#handlers = handlers;
    this.#setup = setup;
    const sender = this.#sender = new Sender(socket, setup.role, setup.deflate);
    this.#parser = new FrameParser(this.#frameEvents(), {
      masked: setup.role === "server",
      maxMessageBytes: setup.limits.maxMessageBytes,
      deflate: setup.deflate,
    });
    this.#heartbeat = new Heartbeat(
      {
        sentBytes: () => sender.sentBytes,
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
    return this.#sender.queuedBytes;
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
    return this.#sender.message(data);
  }

  /** Sends a ping with up to 125 bytes. */
  ping(payload: Uint8Array = EMPTY): void {
    if (payload.length > 125) throw new RangeError("Cannot ping: payload is over 125 bytes");
    if (this.#state === "open") this.#sender.ping(payload);
  }

  /** Begins the closing handshake. */
  close(code: number = CLOSE_CODE.normal, reason: string = ""): void {
    if (!isCloseCode(code)) throw new RangeError(`Cannot close: code ${code} is not allowed`);
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#awaitClose();
    this.#sender.closeInTurn(code, reason);
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
      ping: (payload) => this.#sender.pong(payload),
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

  #peerClosed(code: number | undefined, reason: string): void {
    this.#code = code ?? CLOSE_CODE.noStatus;
    this.#reason = reason;
    if (this.#state === "open") {
      this.#state = "closing";
      this.#awaitClose();
    }
    this.#sender.close(code, "");
    // §7.1.1: the server ends the TCP connection first; the client waits for it, within the timeout.
    if (this.#setup.role === "server" || this.#peerEnded) this.#socket.end();
  }

  /** §7.1.7: fail the connection. */
  #refuse(fault: FrameFault): void {
    const error = new Error(`WebSocket peer broke the protocol: ${fault.reason}`);
    if (this.#state === "open") this.#awaitClose();
    this.#state = "closing";
    this.#code = CLOSE_CODE.abnormal;
    this.#sender.close(fault.code, fault.reason);
    this.#socket.end();
    tellHandler(() => this.#handlers.error?.(this, error));
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
    this.#sender.drained();
    if (this.#state === "open") this.#call(() => this.#handlers.drain?.(this));
  }

  #closed(error: SocketError | undefined): void {
    if (this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "closed";
    this.#setup.clock.clear(this.#closeTimer);
    this.#heartbeat.stop();
    this.#sender.stop();
    this.#rest = EMPTY;
    if (error && wasOpen) tellHandler(() => this.#handlers.error?.(this, error));
    tellHandler(() => this.#handlers.close?.(this, this.#code, this.#reason));
  }

  #keepAlive(): void {
    if (this.#paused || this.#inflating) this.#heartbeat.heard();
    else this.ping();
  }

  /** Runs a handler; its failure is the application's bug, answered with 1011. */
  #call(fn: () => unknown): void {
    callHandler(fn, (error) => this.#handlerFailed(error));
  }

  #handlerFailed(error: unknown): void {
    const failure = error instanceof Error ? error : new Error(String(error));
    this.close(CLOSE_CODE.internalError);
    if (this.#state !== "closed") tellHandler(() => this.#handlers.error?.(this, failure));
  }

  #fail(error: Error): void {
    this.#socket.destroy();
    tellHandler(() => this.#handlers.error?.(this, error));
  }

  /** From here on the end comes within the timeout, whatever the peer does. */
  #awaitClose(): void {
    const { clock, limits } = this.#setup;
    this.#heartbeat.stop();
    this.#closeTimer = clock.after(limits.closeTimeoutMs, () => this.#socket.destroy());
  }
}
