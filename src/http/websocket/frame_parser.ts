/**
 * Frames to messages (RFC 6455 §5): pushed bytes, yields events; it knows no socket and no clock.
 * It stops where it stood at any byte, so how the network cuts the bytes never shows.
 *
 * A frame that lies whole in one chunk is unmasked in place and handed on without a copy; pieces are
 * gathered in one buffer that grows with what has come, never with what was announced.
 *
 * @module
 */

import { EMPTY } from "../../base/bytes.ts";
import { FIRST_BUFFER_BYTES } from "./limits.ts";
import { applyMask } from "./mask.ts";
import { CLOSE_CODE, isCloseCode, OPCODE } from "./opcodes.ts";
import { decodeUtf8, Utf8Validator } from "./utf8.ts";

/** Why the peer's bytes were refused: the close code to answer with, and what was wrong. */
export interface FrameFault {
  /** 1002, 1007 or 1009. */
  readonly code: number;
  /** What was wrong, fit for a close frame's reason. */
  readonly reason: string;
}

/** What comes out of the parser. */
export interface FrameEvents {
  /** A whole text message. */
  text(text: string): void;
  /** A whole binary message; the bytes are the receiver's. */
  binary(bytes: Uint8Array): void;
  /** A whole message with RSV1 set: still deflated, its text unchecked. Only where `deflate` is on. */
  deflated(bytes: Uint8Array, isText: boolean): void;
  /** A ping, with up to 125 bytes to be sent back. */
  ping(payload: Uint8Array): void;
  /** A pong. */
  pong(payload: Uint8Array): void;
  /** A close frame: the last event. No code: the frame was empty. */
  close(code: number | undefined, reason: string): void;
  /** The bytes break a rule: the last event. */
  fault(fault: FrameFault): void;
}

/** How a parser is set up. */
export interface FrameParserOptions {
  /** `true` on a server, whose peer must mask; `false` on a client, whose peer must not (§5.1). */
  readonly masked: boolean;
  /** Bytes of a message, all fragments. */
  readonly maxMessageBytes: number;
  /** permessage-deflate was agreed, so RSV1 may be set on a message's first frame. Default `false`. */
  readonly deflate?: boolean;
}

/** Pushed bytes, yields messages. */
export class FrameParser {
  readonly #events: FrameEvents;
  readonly #options: FrameParserOptions;
  readonly #header = new Uint8Array(14);
  readonly #mask = new Uint8Array(4);
  readonly #control = new Uint8Array(125);
  readonly #validator = new Utf8Validator();
  #have = 0;
  #need = 2;
  #inPayload = false;
  #opcode = 0;
  #fin = false;
  #length = 0;
  #taken = 0;
  #messageOpcode = 0; // 0: no message is under way
  #messageDeflated = false;
  #buffer: Uint8Array = EMPTY;
  #buffered = 0;
  #ended = false;
  #held = false;

  /** Makes a parser for one direction of one connection. */
  constructor(events: FrameEvents, options: FrameParserOptions) {
    this.#events = events;
    this.#options = options;
  }

  /** Whether a close frame or a fault was the last event; everything after it is ignored. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Makes the running `push` return after the current event, with the rest unread. */
  hold(): void {
    this.#held = true;
  }

  /**
   * Takes bytes. They become the parser's, which unmasks them in place.
   *
   * @returns How many were taken: all, unless an event called `hold`.
   */
  push(chunk: Uint8Array): number {
    this.#held = false;
    let at = 0;
    const end = chunk.length;
    while (!this.#ended && !this.#held) {
      if (!this.#inPayload) {
        while (this.#have < this.#need && at < end) this.#header[this.#have++] = chunk[at++]!;
        if (this.#have < this.#need) break;
        if (!this.#parseHeader()) continue;
      }
      const left = this.#length - this.#taken;
      if (at === end && left > 0) break;
      const stop = left <= end - at ? at + left : end;
      if (this.#options.masked) applyMask(chunk, at, stop, this.#mask, this.#taken);
      const whole = this.#taken === 0 && stop - at === left;
      this.#taken += stop - at;
      if (this.#opcode >= OPCODE.close) this.#takeControl(chunk, at, stop);
      else this.#takeData(chunk, at, stop, whole);
      at = stop;
    }
    return this.#ended ? end : at;
  }

  /** Reads what the header bytes say so far; `true` once the payload can begin. */
  #parseHeader(): boolean {
    const header = this.#header;
    const lengthCode = header[1]! & 0x7f;
    const masked = header[1]! >= 0x80;
    if (this.#need === 2) {
      if (!this.#checkHead(header[0]!, lengthCode, masked)) return false;
      this.#need = 2 + (lengthCode < 126 ? 0 : lengthCode === 126 ? 2 : 8) + (masked ? 4 : 0);
      if (this.#need > 2) return false;
    }
    const length = this.#readLength(lengthCode);
    if (length === undefined) return false;
    if (this.#opcode < OPCODE.close && !this.#checkSize(length)) return false;
    if (masked) this.#mask.set(header.subarray(this.#need - 4, this.#need));
    this.#length = length;
    this.#taken = 0;
    this.#inPayload = true;
    return true;
  }

  /** §5.2, §5.4, §5.5: what the first two bytes may say. */
  #checkHead(first: number, lengthCode: number, masked: boolean): boolean {
    const opcode = first & 0x0f;
    const fin = first >= 0x80;
    const deflated = (first & 0x40) !== 0;
    if ((first & 0x30) !== 0) return this.#refuse("reserved bits are set");
    if (opcode > OPCODE.binary && (opcode < OPCODE.close || opcode > OPCODE.pong)) {
      return this.#refuse(`opcode ${opcode} is reserved`);
    }
    if (masked !== this.#options.masked) {
      return this.#refuse(masked ? "server frames must not be masked" : "frame is not masked");
    }
    if (deflated && (!this.#options.deflate || opcode === 0 || opcode >= OPCODE.close)) {
      return this.#refuse("reserved bits are set");
    }
    if (opcode >= OPCODE.close) {
      if (!fin) return this.#refuse("control frame is fragmented");
      if (lengthCode > 125) return this.#refuse("control frame is longer than 125 bytes");
    } else if (opcode === OPCODE.continuation) {
      if (this.#messageOpcode === 0) return this.#refuse("continuation without a message");
    } else {
      if (this.#messageOpcode !== 0) return this.#refuse("new message inside a fragmented one");
      this.#messageOpcode = opcode;
      this.#messageDeflated = deflated;
    }
    this.#opcode = opcode;
    this.#fin = fin;
    return true;
  }

  /** §5.2: the minimal number of bytes MUST be used, and the most significant bit MUST be 0. */
  #readLength(lengthCode: number): number | undefined {
    if (lengthCode < 126) return lengthCode;
    const bytes = lengthCode === 126 ? 2 : 8;
    let length = 0;
    for (let i = 2; i < 2 + bytes; i++) length = length * 256 + this.#header[i]!;
    if (bytes === 8 && this.#header[2]! >= 0x80) {
      this.#refuse("length has its highest bit set");
      return undefined;
    }
    if (length < (bytes === 2 ? 126 : 65_536)) {
      this.#refuse("length is not in its shortest form");
      return undefined;
    }
    return length;
  }

  /** Before a byte of it is stored. */
  #checkSize(length: number): boolean {
    const most = this.#options.maxMessageBytes;
    if (this.#buffered + length <= most) return true;
    return this.#refuse(`message is larger than ${most} bytes`, CLOSE_CODE.messageTooBig);
  }

  #takeControl(chunk: Uint8Array, at: number, stop: number): void {
    this.#control.set(chunk.subarray(at, stop), this.#taken - (stop - at));
    if (this.#taken < this.#length) return;
    const payload = this.#control.slice(0, this.#length);
    const opcode = this.#opcode;
    this.#nextFrame();
    if (opcode === OPCODE.ping) this.#events.ping(payload);
    else if (opcode === OPCODE.pong) this.#events.pong(payload);
    else this.#close(payload);
  }

  #takeData(chunk: Uint8Array, at: number, stop: number, whole: boolean): void {
    if (whole && this.#fin && this.#opcode !== OPCODE.continuation) {
      this.#nextFrame();
      this.#deliver(chunk.subarray(at, stop), false);
      return;
    }
    const checked = this.#messageOpcode === OPCODE.text && !this.#messageDeflated;
    if (checked && !this.#validator.push(chunk, at, stop)) {
      this.#refuse("text is not UTF-8", CLOSE_CODE.invalidPayload);
      return;
    }
    this.#append(chunk, at, stop);
    if (this.#taken < this.#length) return;
    const fin = this.#fin;
    this.#nextFrame();
    if (!fin) return;
    const message = this.#buffer.subarray(0, this.#buffered);
    this.#buffer = EMPTY;
    this.#buffered = 0;
    this.#deliver(message, checked);
  }

  /** Grows by doubling, up to what the frame under way still needs: linear work, and no more than twice what came. */
  #append(chunk: Uint8Array, at: number, stop: number): void {
    const size = stop - at;
    const needed = this.#buffered + size;
    if (needed > this.#buffer.length) {
      const announced = needed + this.#length - this.#taken;
      const grown = new Uint8Array(
        Math.max(needed, Math.min(announced, Math.max(FIRST_BUFFER_BYTES, 2 * needed))),
      );
      grown.set(this.#buffer.subarray(0, this.#buffered));
      this.#buffer = grown;
    }
    this.#buffer.set(chunk.subarray(at, stop), this.#buffered);
    this.#buffered = needed;
  }

  /** @param checked Whether the validator has seen the message; it may still end within a character. */
  #deliver(message: Uint8Array, checked: boolean): void {
    const isText = this.#messageOpcode === OPCODE.text;
    this.#messageOpcode = 0;
    if (this.#messageDeflated) {
      this.#messageDeflated = false;
      this.#events.deflated(message, isText);
    } else if (!isText) {
      this.#events.binary(message);
    } else {
      const complete = !checked || this.#validator.complete;
      this.#validator.reset();
      const text = complete ? decodeUtf8(message) : undefined;
      if (text === undefined) this.#refuse("text is not UTF-8", CLOSE_CODE.invalidPayload);
      else this.#events.text(text);
    }
  }

  /** §5.5.1, §7.4: empty, or a valid code and a UTF-8 reason. */
  #close(payload: Uint8Array): void {
    if (payload.length === 1) {
      this.#refuse("close frame has a payload of one byte");
      return;
    }
    const code = payload.length === 0 ? undefined : payload[0]! * 256 + payload[1]!;
    if (code !== undefined && !isCloseCode(code)) {
      this.#refuse(`close code ${code} is not allowed`);
      return;
    }
    const reason = decodeUtf8(payload.subarray(2));
    if (reason === undefined) {
      this.#refuse("close reason is not UTF-8", CLOSE_CODE.invalidPayload);
      return;
    }
    this.#ended = true;
    this.#buffer = EMPTY;
    this.#events.close(code, reason);
  }

  #nextFrame(): void {
    this.#have = 0;
    this.#need = 2;
    this.#inPayload = false;
    this.#taken = 0;
    this.#length = 0;
  }

  #refuse(reason: string, code: number = CLOSE_CODE.protocolError): false {
    this.#ended = true;
    this.#buffer = EMPTY;
    this.#events.fault({ code, reason });
    return false;
  }
}
