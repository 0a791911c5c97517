/**
 * The `Request` that handlers are given: an instance of the runtime's own class and true to the
 * standard, of which nothing is built that is not touched. On the hot path.
 *
 * @module
 */

import { IncomingBody } from "./incoming_body.ts";
import { LightBody } from "./light_body.ts";
import { headersOfHead, LightHeaders } from "./light_headers.ts";
import { NativeRequest } from "./natives.ts";
import type { RequestHead } from "./request_head.ts";

/** Tells a request that its answer is not waited for any more. */
export let abortRequest: (request: LightRequest, reason: unknown) => void;
/** The runtime's own request with the same content; the light one's body is handed over. */
export let nativeOf: (request: LightRequest) => Request;
/** Whether a value is a light request. */
export let isLightRequest: (value: unknown) => value is LightRequest;

/** What becomes of `url` when it is touched. */
export type Origin = (head: RequestHead) => string;

/** A request. */
export class LightRequest implements Request {
  readonly #head: RequestHead;
  readonly #origin: Origin;
  #incoming: IncomingBody | undefined;
  #body: LightBody | undefined;
  #headers: LightHeaders | undefined;
  #controller: AbortController | undefined;
  #aborted: unknown;

  static {
    abortRequest = (request, reason) => {
      if (request.#controller) request.#controller.abort(reason);
      else request.#aborted = reason;
    };
    nativeOf = (request) => request.#native();
    isLightRequest = (value): value is LightRequest =>
      typeof value === "object" && value !== null && #head in value;
  }

  /** A request of `head`, whose body (if it has one) is `body`. */
  constructor(head: RequestHead, origin: Origin, body: IncomingBody | LightBody | undefined) {
    this.#head = head;
    this.#origin = origin;
    this.#incoming = undefined;
    this.#body = undefined;
    if (body instanceof IncomingBody) this.#incoming = body;
    else this.#body = body;
    this.#headers = undefined;
    this.#controller = undefined;
    this.#aborted = undefined;
  }

  get method(): string {
    return this.#head.method;
  }

  get url(): string {
    return this.#head.url ??= this.#buildUrl();
  }

  get headers(): Headers {
    return this.#headers ??= headersOfHead(this.#head);
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#aborted !== undefined) this.#controller.abort(this.#aborted);
    }
    return this.#controller.signal;
  }

  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#lightBody?.stream ?? null;
  }

  get bodyUsed(): boolean {
    return this.#body?.used ?? false;
  }

  text(): Promise<string> {
    return this.#lightBody?.text() ?? Promise.resolve("");
  }

  // deno-lint-ignore no-explicit-any -- as the standard's
  json(): Promise<any> {
    const body = this.#lightBody;
    if (body !== undefined) return body.json();
    return Promise.reject(new SyntaxError("Unexpected end of JSON input"));
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#lightBody?.bytes() ?? Promise.resolve(new Uint8Array(0));
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#lightBody?.arrayBuffer() ?? Promise.resolve(new ArrayBuffer(0));
  }

  blob(): Promise<Blob> {
    return (this.#lightBody ?? this.#emptyBody()).blob();
  }

  formData(): Promise<FormData> {
    return (this.#lightBody ?? this.#emptyBody()).formData();
  }

  textStream(): ReadableStream<string> {
    const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
    return (this.#lightBody ?? this.#emptyBody()).stream.pipeThrough(decoder);
  }

  clone(): Request {
    if (this.bodyUsed) throw new TypeError("Cannot clone a request whose body has been read");
    const copy = new LightRequest(this.#head, this.#origin, undefined);
    if (this.#headers) copy.#headers = new LightHeaders(this.#headers);
    copy.#body = this.#lightBody?.clone(copy);
    const { signal } = this;
    if (signal.aborted) copy.#aborted = signal.reason;
    else {
      const controller = copy.#controller = new AbortController();
      signal.addEventListener("abort", () => controller.abort(signal.reason), { once: true });
    }
    return copy;
  }

  get cache(): RequestCache {
    return "default";
  }
  get credentials(): RequestCredentials {
    return "same-origin";
  }
  get destination(): RequestDestination {
    return "";
  }
  get duplex(): "half" {
    return "half";
  }
  get integrity(): string {
    return "";
  }
  get isHistoryNavigation(): boolean {
    return false;
  }
  get isReloadNavigation(): boolean {
    return false;
  }
  get keepalive(): boolean {
    return false;
  }
  get mode(): RequestMode {
    return "cors";
  }
  get redirect(): RequestRedirect {
    return "follow";
  }
  get referrer(): string {
    return "about:client";
  }
  get referrerPolicy(): ReferrerPolicy {
    return "";
  }
  get [Symbol.toStringTag](): string {
    return "Request";
  }

  get #lightBody(): LightBody | undefined {
    if (this.#body === undefined && this.#incoming !== undefined) {
      this.#body = new LightBody(this.#incoming, this);
    }
    return this.#body;
  }

  #emptyBody(): LightBody {
    return new LightBody("", this);
  }

  #buildUrl(): string {
    const url = this.#origin(this.#head) + (this.#head.path === "*" ? "/*" : this.#head.path);
    return this.#head.hasPlainPath ? url : new URL(url).href;
  }

  #native(): Request {
    const bodyless = this.method === "GET" || this.method === "HEAD";
    const body = bodyless ? null : this.#lightBody?.nativeStream ?? null;
    return new NativeRequest(this.url, {
      method: this.method,
      headers: [...this.headers],
      body,
      signal: this.signal,
      ...(body === null ? {} : { duplex: "half" }),
    } as RequestInit);
  }
}

Object.setPrototypeOf(LightRequest.prototype, NativeRequest.prototype);
