/**
 * The body of a light `Request` or `Response`: kept as it was given, so that it can be written or
 * read in one step. Whatever needs more (a reader, a tee, a form) is done by one of the runtime's
 * own responses around the same source, the *carrier*. On the hot path.
 *
 * @module
 */

import { aloneInBuffer, IncomingBody } from "./incoming_body.ts";
import { NativeResponse } from "./natives.ts";

/** What a body can be made of. */
export type BodySource =
  | string
  | Uint8Array<ArrayBuffer>
  | Blob
  | FormData
  | IncomingBody
  | ReadableStream<Uint8Array<ArrayBuffer>>;

/** Whose body it is: `blob()` and `formData()` go by its content type. */
export interface BodyOwner {
  /** Its header fields. */
  readonly headers: { get(name: string): string | null };
}

/** Nobody: what is only written asks for no content type. */
export const NO_OWNER: BodyOwner = { headers: { get: () => null } };

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A body, shared by all who were made from the same stream. */
export class LightBody {
  #source: BodySource;
  #pooled: boolean;
  readonly #owner: BodyOwner;
  #used = false;
  #carrier: Response | undefined;
  #stream: LightStream | undefined;

  /** A body of `source`, for `owner`. */
  constructor(source: BodySource, owner: BodyOwner, pooled: boolean = false) {
    this.#source = source;
    this.#pooled = pooled;
    this.#owner = owner;
  }

  get #contentType(): string | null {
    return this.#owner.headers.get("content-type");
  }

  /** Whether it has been read from. */
  get used(): boolean {
    return this.#used || (this.#carrier !== undefined && this.#carrier.bodyUsed);
  }

  /** The stream of it. */
  get stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.#stream ??= new LightStream(this);
  }

  /** The runtime's own stream of it. */
  get nativeStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return this.carrier.body!;
  }

  /** The runtime's response that holds it; from here on everything goes through that. */
  get carrier(): Response {
    if (this.#carrier !== undefined) return this.#carrier;
    const type = this.#contentType;
    const init = type === null ? {} : { headers: [["content-type", type]] as [string, string][] };
    if (this.#used) {
      this.#carrier = new NativeResponse("", init);
      void this.#carrier.arrayBuffer();
      return this.#carrier;
    }
    const source = this.#source;
    if (source instanceof IncomingBody) {
      return this.#carrier = new NativeResponse(source.stream(), init);
    }
    // As bytes, because the runtime would call a text text/plain.
    const plain = typeof source === "string" ? encoder.encode(source) : source;
    return this.#carrier = new NativeResponse(plain, source instanceof FormData ? {} : init);
  }

  /** Its length in bytes where that is known without reading it: of a blob. Else -1. */
  get size(): number {
    return this.#carrier === undefined && this.#source instanceof Blob ? this.#source.size : -1;
  }

  /** Whether reading it reads `incoming`. */
  comesFrom(incoming: IncomingBody): boolean {
    return this.#source === incoming;
  }

  /** Whether its bytes stand in a slab that nobody else sees. */
  get pooled(): boolean {
    return this.#pooled;
  }

  /** Lets go of it unread. */
  discard(): void {
    if (this.#carrier === undefined && !isStream(this.#source)) this.#used = true;
    else if (!this.used) this.nativeStream.cancel().catch(() => {});
  }

  /** Text or bytes if that is what it is and nobody has touched it: the caller reads it by this. */
  takeKnown(): string | Uint8Array<ArrayBuffer> | undefined {
    if (this.#carrier !== undefined || this.#used) return undefined;
    const source = this.#source;
    if (typeof source !== "string" && !(source instanceof Uint8Array)) return undefined;
    this.#used = true;
    if (this.#pooled) this.#source = ""; // what the slab holds next is another's
    return source;
  }

  /** A second body of the same bytes. The first must not have been read. */
  clone(owner: BodyOwner): LightBody {
    const source = this.#source;
    if (this.#carrier === undefined && !(source instanceof IncomingBody) && !isStream(source)) {
      this.#pooled = false;
      return new LightBody(source, owner);
    }
    const copy = new LightBody("", owner);
    copy.#carrier = this.carrier.clone();
    return copy;
  }

  /** As `Body.text()`. */
  text(): Promise<string> {
    const known = this.#takeText();
    if (known === undefined) return this.carrier.text();
    return typeof known === "string" ? Promise.resolve(known) : known;
  }

  /** As `Body.json()`. */
  json(): Promise<unknown> {
    const known = this.#takeText();
    if (known === undefined) return this.carrier.json();
    if (typeof known !== "string") return known.then(JSON.parse);
    try {
      return Promise.resolve(JSON.parse(known));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** As `Body.bytes()`. */
  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    const source = this.#source;
    if (source instanceof IncomingBody && this.#carrier === undefined && !this.#used) {
      const copy = source.takeCopy();
      if (copy !== undefined) {
        this.#used = true;
        return Promise.resolve(copy);
      }
    }
    const known = this.#take();
    if (known === undefined) return this.carrier.arrayBuffer().then((all) => new Uint8Array(all));
    if (known instanceof Promise) return known.then(aloneInBuffer);
    if (typeof known === "string") return Promise.resolve(encoder.encode(known));
    // Clones share a source; what has come in is read once.
    const received = this.#source instanceof IncomingBody;
    return Promise.resolve(received ? aloneInBuffer(known) : copyOf(known));
  }

  /** As `Body.arrayBuffer()`. */
  arrayBuffer(): Promise<ArrayBuffer> {
    return this.bytes().then((bytes) =>
      bytes.byteLength === bytes.buffer.byteLength ? bytes.buffer : copyOf(bytes).buffer
    );
  }

  /** As `Body.blob()`. */
  blob(): Promise<Blob> {
    return this.bytes().then((bytes) => new Blob([bytes], { type: this.#contentType ?? "" }));
  }

  /** As `Body.formData()`. */
  formData(): Promise<FormData> {
    return this.carrier.formData();
  }

  /** The same as text. */
  #takeText(): string | Promise<string> | undefined {
    const source = this.#source;
    if (source instanceof IncomingBody && this.#carrier === undefined && !this.#used) {
      const text = source.takeText();
      if (text !== undefined) {
        this.#used = true;
        return text;
      }
    }
    const known = this.#take();
    if (known === undefined) return undefined;
    if (known instanceof Promise) return known.then(decode);
    return typeof known === "string" ? wellFormed(known) : decode(known);
  }

  /** Reads everything in one step where that can be done without the runtime. */
  #take(): string | Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> | undefined {
    if (this.#carrier !== undefined) return undefined;
    if (this.#used) return Promise.reject(new TypeError("Body has been read already"));
    const source = this.#source;
    if (source instanceof IncomingBody) {
      this.#used = true;
      return (source.takeComplete() ?? source.readAll()) as
        | Uint8Array<ArrayBuffer>
        | Promise<Uint8Array<ArrayBuffer>>;
    }
    if (typeof source !== "string" && !(source instanceof Uint8Array)) return undefined;
    this.#used = true;
    return source;
  }
}

/** The light body behind a stream that a light object gave out; `undefined` for any other. */
export let bodyOfStream: (stream: object) => LightBody | undefined;

/** A `ReadableStream` that the runtime makes only when it is touched. */
class LightStream implements ReadableStream<Uint8Array<ArrayBuffer>> {
  readonly #body: LightBody;

  static {
    bodyOfStream = (stream) => #body in stream ? stream.#body : undefined;
  }

  constructor(body: LightBody) {
    this.#body = body;
  }

  get locked(): boolean {
    return this.#body.nativeStream.locked;
  }

  cancel(reason?: unknown): Promise<void> {
    return this.#body.nativeStream.cancel(reason);
  }

  // deno-lint-ignore no-explicit-any -- one implementation of the standard's overloads
  getReader(options?: any): any {
    return this.#body.nativeStream.getReader(options);
  }

  pipeThrough<T>(
    transform: ReadableWritablePair<T, Uint8Array<ArrayBuffer>>,
    options?: StreamPipeOptions,
  ): ReadableStream<T> {
    return this.#body.nativeStream.pipeThrough(transform, options);
  }

  pipeTo(
    destination: WritableStream<Uint8Array<ArrayBuffer>>,
    options?: StreamPipeOptions,
  ): Promise<void> {
    return this.#body.nativeStream.pipeTo(destination, options);
  }

  tee(): [
    ReadableStream<Uint8Array<ArrayBuffer>>,
    ReadableStream<Uint8Array<ArrayBuffer>>,
  ] {
    return this.#body.nativeStream.tee();
  }

  values(
    options?: { preventCancel?: boolean },
  ): ReturnType<ReadableStream<Uint8Array<ArrayBuffer>>["values"]> {
    return this.#body.nativeStream.values(options);
  }

  [Symbol.asyncIterator](
    options?: { preventCancel?: boolean },
  ): ReturnType<ReadableStream<Uint8Array<ArrayBuffer>>["values"]> {
    return this.values(options);
  }
}

Object.setPrototypeOf(LightStream.prototype, ReadableStream.prototype);

function isStream(source: BodySource): boolean {
  return source instanceof ReadableStream;
}

function decode(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

const LONE_SURROGATES = /\p{Surrogate}/gu;

/** What encoding to UTF-8 and decoding would make of it: of lone surrogates, and of a mark of byte order. */
function wellFormed(text: string): string {
  const unmarked = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  return unmarked.replace(LONE_SURROGATES, "\ufffd");
}

/** A copy also of a `Buffer`, whose own `slice` gives a view of what it was cut from: the head, the next request. */
function copyOf(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.prototype.slice.call(bytes) as Uint8Array<ArrayBuffer>;
}
