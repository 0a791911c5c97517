/**
 * What flows over one connection, whatever the frames mean: bytes in through the decoder, frames out
 * through the outbox, each end held back when the other is slow.
 *
 * A hot path. Frames that are queued while a chunk is handled leave in one write at its end; others
 * at the end of the turn.
 */

import type { Decoder, FrameSink } from "./frame_decoder.ts";
import { type Link, Outbox, SLAB_BYTES } from "./outbox.ts";
import type { RpcError } from "./rpc_error.ts";

/** See the file's comment. */
export abstract class Flow implements FrameSink {
  /** Frames to send. */
  protected readonly outbox: Outbox = new Outbox();
  /** Where bytes come from and go to. */
  protected readonly link: Link;
  /** Why the connection is gone; `undefined` while it stands. */
  protected gone: RpcError | undefined;
  /** Received bytes become frames here. */
  protected decoder!: Decoder;
  readonly #flush: () => void = () => {
    this.#flushing = false;
    this.outbox.flush();
  };
  #flushing = false;
  #handling = false;
  #paused = false;
  #rooms: (() => void)[] = [];

  /** Over a link; frames come through the decoder that `reads` is given. */
  constructor(link: Link) {
    this.link = link;
    this.outbox.attach(link);
  }

  /** `decoder` turns what is received into calls of `frame`. To be called once, first. */
  reads(decoder: Decoder): void {
    this.decoder = decoder;
  }

  /** One frame. */
  abstract frame(buffer: ArrayBuffer, view: DataView, start: number, end: number): boolean;
  /** The declared length is out of bounds. */
  abstract badLength(length: number): void;
  /** Whether another request may be read. */
  protected abstract readonly gate: boolean;
  /** Bytes have come. */
  protected abstract heard(): void;
  /** Something is over: the connection may be waiting for that to end. */
  protected abstract endIfDone(): void;

  /** Whether a frame has come in part. */
  get partial(): boolean {
    return this.decoder.partial;
  }

  /** Bytes that the peer's system has taken so far; -1 if nothing waits for it. */
  get taken(): number {
    return this.outbox.blocked ? this.outbox.written - this.link.bufferedBytes : -1;
  }

  /** The slab that the last frame was encoded into. */
  get memory(): Uint8Array {
    return this.outbox.bytes;
  }

  /** Bytes of all slabs before it. */
  get position(): number {
    return this.outbox.position;
  }

  /** Bytes of the peer. */
  received(bytes: Uint8Array): void {
    if (this.gone !== undefined) return;
    this.heard();
    this.#handling = true;
    try {
      this.decoder.push(bytes);
    } finally {
      this.#handling = false;
    }
    this.outbox.flush();
    if (this.decoder.stopped && !this.#paused) {
      this.#paused = true;
      this.link.pause();
    }
  }

  /** The link takes more. */
  drained(): void {
    this.outbox.drained();
    this.#makeRoom();
    this.goOn();
  }

  /** A frame has been queued. */
  queued(): void {
    if (this.#handling || this.#flushing) return;
    this.#flushing = true;
    queueMicrotask(this.#flush);
  }

  /** Resolves when the link takes more; `undefined` if it does now. */
  room(): Promise<void> | undefined {
    // What would fill the link is offered first; less waits for the one write of its turn.
    if (this.outbox.queuedBytes >= SLAB_BYTES) this.outbox.flush();
    if (!this.outbox.blocked) return undefined;
    return new Promise((resolve) => this.#rooms.push(resolve));
  }

  /** From here on frames must be within these lengths. */
  protected bound(min: number, max: number): void {
    this.decoder.bound(min, max);
  }

  /** Reads on, if it had stopped and may. */
  goOn(): void {
    if (this.#handling || this.gone !== undefined) return;
    if (this.decoder.stopped) {
      if (!this.gate) return;
      this.#handling = true;
      try {
        this.decoder.resume();
      } finally {
        this.#handling = false;
      }
      this.outbox.flush();
    }
    if (this.#paused && !this.decoder.stopped) {
      this.#paused = false;
      this.link.resume();
    }
    this.endIfDone();
  }

  /** Nothing flows any more. */
  protected stopFlow(): void {
    this.decoder.destroy();
    this.outbox.detach();
    this.#makeRoom();
  }

  #makeRoom(): void {
    const rooms = this.#rooms;
    this.#rooms = [];
    for (const room of rooms) room();
  }
}
