/**
 * What a connection has to send. A hot path: frames are encoded one after another straight into one
 * slab, and all that were queued since the last flush leave in one write.
 */

/** Where the bytes go: a socket, or a message port behind `MessageLink`. */
export interface Link {
  /** Bytes taken that are not on their way yet. */
  readonly bufferedBytes: number;
  /** Takes all bytes, whole frames, for good; `false` asks to wait for drain. */
  write(bytes: Uint8Array): boolean;
  /** Ends this half when all is sent. */
  end(): void;
  /** Stops delivery. */
  pause(): void;
  /** Goes on with delivery. */
  resume(): void;
  /** Drops the connection now. */
  destroy(): void;
}

/** First slab of a connection: one that hardly talks holds no more. */
const FIRST_SLAB_BYTES = 2048;
/** Largest shared slab: 64 KiB, the size of a socket's read; larger ones measured slower. */
export const SLAB_BYTES = 65_536;

/** Frames in the making; see the file's comment. */
export class Outbox {
  /** The slab; the frame being written is at what `reserve` answered. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Over `bytes`. */
  view: DataView = new DataView(this.bytes.buffer);
  /** Bytes of all slabs before this one: tells how much memory the frames since some point pin. */
  position = 0;
  #at = 0;
  #sent = 0;
  #next = FIRST_SLAB_BYTES;
  #link: Link | undefined;
  /** Bytes given to the link so far. */
  written = 0;
  /** Whether the link asked to wait. */
  blocked = false;

  /** Where to write. Frames queued before stay queued. */
  attach(link: Link): void {
    this.#link = link;
  }

  /** Drops what is queued and writes no more. */
  detach(): void {
    this.#link = undefined;
    this.#sent = this.#at;
    this.blocked = false;
  }

  /** Bytes that wait for the next flush. */
  get queuedBytes(): number {
    return this.#at - this.#sent;
  }

  /** Bytes that wait for the peer to read; 0 while the link takes more. */
  get blockedBytes(): number {
    if (!this.blocked || this.#link === undefined) return 0;
    return this.#link.bufferedBytes + this.queuedBytes;
  }

  /** Room for a frame of `length` bytes; answers where it begins in `bytes`. */
  reserve(length: number): number {
    if (this.#at + length > this.bytes.length) this.#renew(length);
    const at = this.#at;
    this.#at = at + length;
    return at;
  }

  /** Sends what is queued. */
  flush(): void {
    const link = this.#link;
    if (this.#at === this.#sent || link === undefined) return;
    const out = this.bytes.subarray(this.#sent, this.#at);
    this.#sent = this.#at;
    this.written += out.length;
    if (!link.write(out)) this.blocked = true;
  }

  /** The link takes more. */
  drained(): void {
    this.blocked = false;
  }

  #renew(length: number): void {
    // What waits for this turn's one write moves along, unless that write is a large one anyway.
    if (this.#at - this.#sent + length > SLAB_BYTES) this.flush();
    const waiting = this.bytes.subarray(this.#sent, this.#at);
    this.position += this.bytes.length;
    this.bytes = new Uint8Array(Math.max(waiting.length + length, this.#next));
    this.bytes.set(waiting);
    this.view = new DataView(this.bytes.buffer);
    this.#at = waiting.length;
    this.#sent = 0;
    this.#next = Math.min(SLAB_BYTES, this.#next * 2);
  }
}
