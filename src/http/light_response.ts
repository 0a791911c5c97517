/**
 * `Response` in plain JavaScript: an instance of the runtime's own class and true to the standard,
 * but its body stays as it was given, so that the server can write it in one step. The runtimes'
 * own hide it behind a stream. On the hot path.
 *
 * @module
 */

import { bodySlabs } from "./body_slabs.ts";
import { bodyOfStream, type BodySource, LightBody } from "./light_body.ts";
import { headerList, LightHeaders } from "./light_headers.ts";
import { NativeResponse } from "./natives.ts";
import type { TakeOver } from "./upgrade.ts";

/** What the writer needs of a light response. */
export interface ResponseParts {
  /** 101, or 200 to 599. */
  readonly status: number;
  /** Empty: the standard reason. */
  readonly statusText: string;
  /** Names (lower case) and values, alternating. */
  readonly headers: readonly string[];
  /** `undefined` without one. */
  readonly body: LightBody | undefined;
  /** Set on the answer to an upgrade. */
  readonly takeOver: TakeOver | undefined;
}

/** The parts of a light response; `undefined` for any other. */
export let partsOf: (response: object) => ResponseParts | undefined;
/** A 101 answer, which the standard's constructor refuses to make. */
export let makeUpgrade: (headers: LightHeaders, takeOver: TakeOver) => LightResponse;

const REASON = /^[\t\x20-\x7e\x80-\xff]*$/;
const NULL_BODY_STATUS = [101, 103, 204, 205, 304];
const TEXT_PLAIN = "text/plain;charset=UTF-8";
const JSON_TYPE = "application/json";

const NO_FIELDS: readonly string[] = [];
const JSON_FIELDS: readonly string[] = ["content-type", JSON_TYPE];
const TEXT_FIELDS: readonly string[] = ["content-type", TEXT_PLAIN];

/** The fields of a response whose type nobody has chosen. */
function fieldsOfType(type: string): readonly string[] {
  if (type === JSON_TYPE) return JSON_FIELDS;
  return type === TEXT_PLAIN ? TEXT_FIELDS : ["content-type", type];
}

/** A response. */
export class LightResponse implements Response {
  #status: number;
  #statusText: string;
  #headers: LightHeaders | undefined;
  #defaultType: string | undefined;
  #body: LightBody | undefined;
  #takeOver: TakeOver | undefined;

  static {
    partsOf = (response) =>
      #status in response
        ? {
          status: response.#status,
          statusText: response.#statusText,
          headers: response.#fields,
          body: response.#body,
          takeOver: response.#takeOver,
        }
        : undefined;
    makeUpgrade = (headers, takeOver) => {
      const response = new LightResponse(null, { headers });
      response.#status = 101;
      response.#takeOver = takeOver;
      return response;
    };
  }

  /** As the standard's. */
  constructor(body?: BodyInit | null, init?: ResponseInit) {
    this.#status = 200;
    this.#statusText = "";
    this.#headers = undefined;
    this.#body = undefined;
    this.#takeOver = undefined;
    this.#defaultType = undefined;
    if (init !== undefined && init !== null) {
      const { status, statusText, headers } = init;
      // Frameworks make a response anew to add a header: an answer to an upgrade stays one.
      if (status === 101 && #takeOver in init) {
        this.#status = 101;
        this.#takeOver = init.#takeOver;
      } else if (status !== undefined) this.#status = checkStatus(status);
      if (statusText !== undefined) this.#statusText = checkReason(statusText);
      if (headers !== undefined) this.#headers = new LightHeaders(headers);
    }
    if (body !== undefined && body !== null) {
      if (NULL_BODY_STATUS.includes(this.#status)) {
        throw new TypeError(`Cannot make a Response: status ${this.#status} has no body`);
      }
      this.#setBody(body);
    }
  }

  static error(): Response {
    return NativeResponse.error();
  }

  static redirect(url: string | URL, status: number = 302): Response {
    if (![301, 302, 303, 307, 308].includes(status)) {
      throw new RangeError(`Cannot redirect: status ${status} is no redirect`);
    }
    return new LightResponse(null, { status, headers: { location: new URL(url).href } });
  }

  // deno-lint-ignore no-explicit-any -- as the standard's
  static json(data: any, init?: ResponseInit): Response {
    const text = JSON.stringify(data);
    if (text === undefined) throw new TypeError("Cannot make a Response: data is not JSON");
    const response = new LightResponse(text, init);
    response.#defaultType = JSON_TYPE;
    return response;
  }

  /** What `instanceof Response` says while this class stands in for the runtime's. */
  static [Symbol.hasInstance](value: unknown): boolean {
    if (this !== LightResponse) return Function.prototype[Symbol.hasInstance].call(this, value);
    return value instanceof NativeResponse;
  }

  get status(): number {
    return this.#status;
  }
  get statusText(): string {
    return this.#statusText;
  }
  get ok(): boolean {
    return this.#status >= 200 && this.#status < 300;
  }
  get type(): ResponseType {
    return "default";
  }
  get url(): string {
    return "";
  }
  get redirected(): boolean {
    return false;
  }
  get headers(): Headers {
    return this.#list;
  }
  get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return this.#body?.stream ?? null;
  }
  get bodyUsed(): boolean {
    return this.#body?.used ?? false;
  }
  get [Symbol.toStringTag](): string {
    return "Response";
  }

  text(): Promise<string> {
    return this.#body?.text() ?? Promise.resolve("");
  }

  // deno-lint-ignore no-explicit-any -- as the standard's
  json(): Promise<any> {
    if (this.#body !== undefined) return this.#body.json();
    return Promise.reject(new SyntaxError("Unexpected end of JSON input"));
  }

  bytes(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#body?.bytes() ?? Promise.resolve(new Uint8Array(0));
  }

  arrayBuffer(): Promise<ArrayBuffer> {
    return this.#body?.arrayBuffer() ?? Promise.resolve(new ArrayBuffer(0));
  }

  blob(): Promise<Blob> {
    return (this.#body ?? this.#emptyBody()).blob();
  }

  formData(): Promise<FormData> {
    return (this.#body ?? this.#emptyBody()).formData();
  }

  textStream(): ReadableStream<string> {
    const decoder = new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>;
    return (this.#body ?? this.#emptyBody()).stream.pipeThrough(decoder);
  }

  clone(): Response {
    if (this.bodyUsed) throw new TypeError("Cannot clone a response whose body has been read");
    const copy = new LightResponse(null, { headers: this.#list });
    copy.#status = this.#status;
    copy.#statusText = this.#statusText;
    copy.#takeOver = this.#takeOver;
    copy.#body = this.#body?.clone(copy);
    return copy;
  }

  get #list(): LightHeaders {
    this.#headers ??= new LightHeaders();
    if (this.#defaultType !== undefined) {
      if (!this.#headers.has("content-type")) this.#headers.set("content-type", this.#defaultType);
      this.#defaultType = undefined;
    }
    return this.#headers;
  }

  /** What is sent: names and values, alternating. */
  get #fields(): readonly string[] {
    if (this.#headers !== undefined) return headerList(this.#list);
    return this.#defaultType === undefined ? NO_FIELDS : fieldsOfType(this.#defaultType);
  }

  #setBody(body: BodyInit): void {
    if (typeof body === "string") return this.#know(body, TEXT_PLAIN);
    if (body instanceof Uint8Array) return this.#copy(body);
    if (body instanceof ArrayBuffer) return this.#copy(new Uint8Array(body));
    if (ArrayBuffer.isView(body)) {
      return this.#copy(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
    }
    if (body instanceof URLSearchParams) {
      return this.#know(body.toString(), "application/x-www-form-urlencoded;charset=UTF-8");
    }
    if (body instanceof Blob) return this.#know(body, body.type === "" ? undefined : body.type);
    if (body instanceof ReadableStream) {
      const shared = bodyOfStream(body);
      if (shared === undefined && body.locked) {
        throw new TypeError("Cannot make a Response: the stream is locked");
      }
      if (shared?.used) throw new TypeError("Cannot make a Response: the stream has been read");
      this.#body = shared ?? this.#makeBody(body as ReadableStream<Uint8Array<ArrayBuffer>>);
      return;
    }
    if (body instanceof FormData) {
      const carrier = new NativeResponse(body);
      this.#defaultType = carrier.headers.get("content-type")!;
      this.#body = this.#makeBody(carrier.body!);
      return;
    }
    // Not of the standard, but all three runtimes stream it: a generator, a Node stream.
    if (
      typeof (body as { [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator] === "function"
    ) {
      this.#body = this.#makeBody(new NativeResponse(body).body!);
      return;
    }
    this.#know(`${body}`, TEXT_PLAIN);
  }

  #copy(bytes: Uint8Array): void {
    const slab = bodySlabs.copy(bytes);
    if (slab === undefined) return this.#know(new Uint8Array(bytes), undefined);
    this.#body = new LightBody(slab, this, true);
  }

  #know(source: BodySource, type: string | undefined): void {
    this.#defaultType = type;
    this.#body = this.#makeBody(source);
  }

  #makeBody(source: BodySource): LightBody {
    return new LightBody(source, this);
  }

  #emptyBody(): LightBody {
    return this.#makeBody("");
  }
}

Object.setPrototypeOf(LightResponse.prototype, NativeResponse.prototype);

function checkStatus(status: number): number {
  status = Math.trunc(+status);
  if (!(status >= 200 && status <= 599)) {
    throw new RangeError(`Cannot make a Response: status ${status} is not 200 to 599`);
  }
  return status;
}

function checkReason(text: string): string {
  text = `${text}`;
  if (!REASON.test(text)) throw new TypeError("Cannot make a Response: bad statusText");
  return text;
}
