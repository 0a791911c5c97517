import { assertKnownOptions } from "../base/options.ts";
import type { RouteContext } from "./context.ts";
import { bodyHeaders } from "./header.ts";
import { Reply } from "./reply.ts";

/** What a stream's function writes to. */
export class StreamWriter {
  /** Aborts when the client has gone, or the stream has failed. */
  readonly signal: AbortSignal;
  /** How often something was written; for the helper. */
  writes: number = 0;
  readonly #abort: AbortController = new AbortController();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Writes that wait until the client has taken something: several, where they were not waited for one by one. */
  #waiting: (() => void)[] = [];

  /** Made by the helper. */
  constructor() {
    this.signal = this.#abort.signal;
  }

  /**
   * Writes; wait for it, or memory grows when the client reads slowly.
   *
   * @param chunk Text (as UTF-8) or bytes, which are then the stream's.
   * @returns When the client may be sent more.
   * @throws {DOMException} `AbortError` once the client has gone.
   */
  async write(chunk: string | Uint8Array): Promise<void> {
    if (this.signal.aborted) throw this.signal.reason;
    const bytes = typeof chunk === "string" ? ENCODER.encode(chunk) : chunk;
    if (bytes.length === 0) return;
    this.writes++;
    const controller = this.#controller!;
    controller.enqueue(bytes);
    if (controller.desiredSize! > 0) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.signal.aborted) throw this.signal.reason;
  }

  /** Waits, or throws at once when the client goes. */
  async sleep(ms: number): Promise<void> {
    if (this.signal.aborted) throw this.signal.reason;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.signal.addEventListener("abort", done);
    });
    if (this.signal.aborted) throw this.signal.reason;
  }

  /** The readable end; for the helper. */
  attach(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  /** Whether the client has yet to take what was written; for the helper. */
  get isFull(): boolean {
    return this.#waiting.length > 0;
  }

  /** The client has taken something; for the helper. */
  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The client has gone; for the helper. */
  abort(): void {
    this.#abort.abort(new DOMException("The client has gone", "AbortError"));
    this.wake();
  }
}

const ENCODER: TextEncoder = new TextEncoder();

/** Bytes that wait for a slow client before `write` waits too: a few packets. */
const HIGH_WATER_BYTES = 16 * 1024;

/** A reply whose body is written while it is sent. */
export class StreamReply<W extends StreamWriter> extends Reply {
  readonly #headers: Record<string, string>;
  readonly #make: (c: RouteContext) => W;
  readonly #run: (writer: W, c: RouteContext) => unknown;
  readonly #status: number | undefined;

  /**
   * @param make Makes the writer.
   * @param run Writes.
   * @param headers Header fields.
   * @param status The status, if not the route's.
   */
  constructor(
    make: (c: RouteContext) => W,
    run: (writer: W, c: RouteContext) => unknown,
    headers: Record<string, string>,
    status?: number,
  ) {
    super();
    this.#make = make;
    this.#run = run;
    this.#headers = headers;
    this.#status = status;
  }

  toResponse(c: RouteContext): Response {
    if (c.request.method === "HEAD") {
      return c.respond(null, this.#status, this.#headers);
    }
    const writer = this.#make(c);
    let ended = () => {};
    c.bodySent = new Promise<void>((resolve) => (ended = resolve));
    const { signal } = c.request;
    const gone = () => writer.abort();
    const finish = () => {
      signal.removeEventListener("abort", gone);
      ended();
    };
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        writer.attach(controller);
        if (signal.aborted) gone();
        else signal.addEventListener("abort", gone);
        // Not awaited: a start that is pending would hold back every pull.
        this.#write(writer, controller, c).finally(finish);
      },
      pull: () => writer.wake(),
      cancel: () => {
        writer.abort();
        finish();
      },
    }, { highWaterMark: HIGH_WATER_BYTES, size: (chunk) => chunk.length });
    return c.respond(body, this.#status, this.#headers);
  }

  async #write(
    writer: W,
    controller: ReadableStreamDefaultController<Uint8Array>,
    c: RouteContext,
  ): Promise<void> {
    try {
      await Promise.resolve();
      await this.#run(writer, c);
      if (!writer.signal.aborted) controller.close();
    } catch (error) {
      if (writer.signal.aborted) return;
      c.host.log(error, { during: "stream", path: c.routePath });
      // The server then breaks the connection, so that the client does not take a part for the whole.
      controller.error(error);
      writer.abort();
    }
  }
}

/** How a stream is sent. */
export interface StreamOptions {
  /** The status. Default the route's, or 200. */
  readonly status?: number;
  /** The content type. Default `application/octet-stream`. */
  readonly type?: string;
  /** More header fields. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Answers with what a function writes, while it writes. It runs once the response has begun; a
 * client that goes away makes its writes throw.
 *
 * @param write Writes.
 * @param options Content type and headers.
 * @returns The reply.
 * @throws {TypeError} For an option that is not known.
 * @example
 * ```ts
 * import { Api, stream } from "@zap-proto/edge/api";
 *
 * new Api().get("/count", () =>
 *   stream(async (w) => {
 *     for (let i = 0; i < 10; i++) await w.write(`${i}\n`);
 *   }, { type: "text/plain" }));
 * ```
 */
export function stream(
  write: (writer: StreamWriter) => unknown,
  options: StreamOptions = {},
): Reply {
  assertKnownOptions(options, ["status", "type", "headers"], "stream()");
  const headers = bodyHeaders(options.type ?? "application/octet-stream", options.headers);
  return new StreamReply(() => new StreamWriter(), write, headers, options.status);
}
