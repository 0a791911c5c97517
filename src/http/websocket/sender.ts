/** One WebSocket's frames on their way out: masked where they must be, deflated, in order. @module */

import { copyBytes, EMPTY } from "../../base/bytes.ts";
import type { Socket } from "../../runtime/types.ts";
import { deflateMessage } from "./deflate.ts";
import { encodeClose, encodeFrame, encodeText } from "./frame_writer.ts";
import { OPCODE } from "./opcodes.ts";

/** Writes frames. */
export class Sender {
  readonly #socket: Socket;
  readonly #deflate: boolean;
  readonly #mask: Uint8Array | undefined;
  #written = 0;
  #blocked = false;
  #heldPong: Uint8Array | undefined;
  #ended = false;
  #deflating: Promise<void> | undefined;
  #deflatingBytes = 0;

  /** Writes to `socket`, as a client or a server does (§5.1). */
  constructor(socket: Socket, role: "server" | "client", deflate: boolean) {
    this.#socket = socket;
    this.#deflate = deflate;
    this.#mask = role === "client" ? new Uint8Array(4) : undefined;
  }

  /** Bytes that the operating system has not taken yet, those that are being deflated included. */
  get queuedBytes(): number {
    return this.#socket.bufferedBytes + this.#deflatingBytes;
  }

  /** Bytes that the operating system has taken. */
  get sentBytes(): number {
    return this.#written - this.#socket.bufferedBytes;
  }

  /** Sends one message; `false`: wait for `drained`. */
  message(data: string | Uint8Array): boolean {
    const opcode = typeof data === "string" ? OPCODE.text : OPCODE.binary;
    const payload = typeof data === "string" ? encodeText(data) : data;
    if (!this.#deflate) return this.#write(this.#frame(opcode, payload));
    const owned = typeof data === "string" ? payload : copyBytes(payload);
    this.#deflatingBytes += owned.length;
    this.#deflating = (this.#deflating ?? Promise.resolve()).then(async () => {
      const deflated = await deflateMessage(owned);
      this.#deflatingBytes -= owned.length;
      if (!this.#ended) this.#write(this.#frame(opcode, deflated, true));
    });
    return !this.#blocked;
  }

  /** Sends a ping. */
  ping(payload: Uint8Array = EMPTY): void {
    this.#write(this.#frame(OPCODE.ping, payload));
  }

  /** §5.5.3: only the latest ping need be answered, so a peer that reads nothing makes no queue. */
  pong(payload: Uint8Array): void {
    if (this.#ended) return;
    if (this.#blocked) this.#heldPong = payload;
    else this.#write(this.#frame(OPCODE.pong, payload));
  }

  /** Sends a close frame, the last one, now. */
  close(code: number | undefined, reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#socket.write(encodeClose(code, reason, this.#nextMask()));
  }

  /** Sends a close frame when the messages before it have left. */
  closeInTurn(code: number, reason: string): void {
    if (this.#deflating) void this.#deflating.then(() => this.close(code, reason));
    else this.close(code, reason);
  }

  /** The socket takes more. */
  drained(): void {
    this.#blocked = false;
    const pong = this.#heldPong;
    this.#heldPong = undefined;
    if (pong) this.pong(pong);
  }

  /** The socket is gone. */
  stop(): void {
    this.#ended = true;
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
}
