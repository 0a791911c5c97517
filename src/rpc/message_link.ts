/**
 * Mux framing over anything that keeps message boundaries, such as a WebSocket: one binary message
 * is one mux frame without its length word.
 */

import type { Decoder, FrameSink } from "./frame_decoder.ts";
import type { Link } from "./outbox.ts";

/** A connection of whole binary messages. The `send` and `drain` rules are the socket port's. */
export interface MessagePort {
  /** Bytes taken by `send` that are not on their way yet. */
  readonly bufferedBytes: number;
  /** Sends one binary message; the bytes are the port's for good. `false` asks to wait for `drain`. */
  send(message: Uint8Array): boolean;
  /** Closes in order, when all that was sent has left. */
  end(): void;
  /** Drops the connection now. */
  destroy(): void;
  /** Stops delivery, where the port can. */
  pause(): void;
  /** Goes on with delivery. */
  resume(): void;
}

/** What the port's owner calls, in the socket port's order: `close` once, last. */
export interface MessageHandlers {
  /** One binary message; its memory is the receiver's for good. */
  message(bytes: Uint8Array): void;
  /** The port takes more. */
  drain(): void;
  /** The connection is gone. */
  close(error?: Error): void;
}

/** A port as a connection's link: cuts written frames apart. */
export class MessageLink implements Link {
  readonly #port: MessagePort;

  /** Sends to `port`. */
  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Bytes the port has not sent. */
  get bufferedBytes(): number {
    return this.#port.bufferedBytes;
  }

  /** Sends each frame as one message, without its length word. */
  write(bytes: Uint8Array): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let more = true;
    for (let at = 0; at < bytes.length;) {
      const end = at + 4 + view.getUint32(at, true);
      more = this.#port.send(bytes.subarray(at + 4, end));
      at = end;
    }
    return more;
  }

  /** Closes in order. */
  end(): void {
    this.#port.end();
  }

  /** Stops delivery. */
  pause(): void {
    this.#port.pause();
  }

  /** Goes on with delivery. */
  resume(): void {
    this.#port.resume();
  }

  /** Drops the connection. */
  destroy(): void {
    this.#port.destroy();
  }
}

/** What is done with messages. */
export interface MessageSink extends FrameSink {
  /** So many bytes came while reading was stopped, over a port that did not pause; no more come. */
  tooMuchHeld(bytes: number): void;
}

/** Memory of a held message beside its bytes. */
const MESSAGE_OVERHEAD = 128;

/** Hands messages on as frames. */
export class MessageDecoder implements Decoder {
  readonly #sink: MessageSink;
  #min: number;
  #max: number;
  /** What came while stopped; those before `#next` have been handed on. */
  #held: (Uint8Array | undefined)[] = [];
  #next = 0;
  #heldBytes = 0;
  #stopped = false;
  #dead = false;
  /** A message is always whole. */
  readonly partial = false;

  /** A message's length must be within `min` and `max`. */
  constructor(sink: MessageSink, min: number, max: number) {
    this.#sink = sink;
    this.#min = min;
    this.#max = max;
  }

  /** Whether the sink has stopped it. */
  get stopped(): boolean {
    return this.#stopped;
  }

  /** From here on a message's length must be within these. */
  bound(min: number, max: number): void {
    this.#min = min;
    this.#max = max;
  }

  /** Hands a message on, or keeps it if stopped. */
  push(message: Uint8Array): void {
    if (this.#dead) return;
    if (this.#stopped) return this.#hold(message);
    const { length, byteOffset: start } = message;
    if (length < this.#min || length > this.#max) {
      this.destroy();
      this.#sink.badLength(length);
      return;
    }
    const buffer = message.buffer as ArrayBuffer;
    if (!this.#sink.frame(buffer, new DataView(buffer), start, start + length)) {
      this.#stopped = true;
    }
  }

  /** Goes on after a stop. */
  resume(): void {
    this.#stopped = false;
    while (this.#next < this.#held.length && !this.#stopped) {
      const message = this.#held[this.#next]!;
      this.#held[this.#next++] = undefined;
      this.#heldBytes -= message.length + MESSAGE_OVERHEAD;
      this.push(message);
    }
    // Cut when half of it is done: taking half a million messages from the front, one by one, took 90 s.
    if (2 * this.#next < this.#held.length) return;
    this.#held = this.#held.slice(this.#next);
    this.#next = 0;
  }

  /** A browser's WebSocket cannot pause: what comes while stopped is bounded like one frame. */
  #hold(message: Uint8Array): void {
    this.#held.push(message);
    this.#heldBytes += message.length + MESSAGE_OVERHEAD;
    if (this.#heldBytes <= this.#max) return;
    const held = this.#heldBytes;
    this.destroy();
    this.#sink.tooMuchHeld(held);
  }

  /** Forgets everything. */
  destroy(): void {
    this.#dead = true;
    this.#held = [];
    this.#next = this.#heldBytes = 0;
  }
}
