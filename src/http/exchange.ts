/** One request and its answer, from the head's last byte to the answer's. @module */

import type { SocketAddress, TlsState } from "../runtime/types.ts";
import { type Deferred, deferred } from "./deferred.ts";
import type { RequestRecord } from "./events.ts";
import { clientOf, type ForwardedClient, type TrustedProxies } from "./forwarded.ts";
import type { IncomingBody } from "./incoming_body.ts";
import { LightHeaders } from "./light_headers.ts";
import type { LightRequest } from "./light_request.ts";
import { FLAG, type RequestHead } from "./request_head.ts";
import type { ServeInfo } from "./types.ts";
import type { ConnectionRecord } from "./events.ts";
import { type Offer, offerOf } from "./offer.ts";
import type { StaticAnswer } from "./static_routes.ts";
import { RequestIds } from "./request_id.ts";

const ids = new RequestIds();

/** Where an exchange stands. */
export type ExchangeState =
  | "arriving" // its body may still be faulty, and nobody has been called
  | "queued" // waits for a free slot
  | "running" // the handler has been called
  | "ready" // there is an answer, and it waits for its turn
  | "sending" // a stream is on its way
  | "finished"; // over, one way or another

/** An exchange: what the handler gets as `info`, and the hooks as a record. */
export class Exchange implements RequestRecord, ServeInfo {
  readonly connection: ConnectionRecord;
  readonly head: RequestHead;
  /** The request's body, if it has one. */
  body: IncomingBody | undefined;
  /** What the handler got. */
  request: LightRequest | undefined;
  state: ExchangeState = "arriving";
  /** The answer, once it is known: a `Response`, or a status of the server's own. */
  answer: Response | number | undefined;
  /** The static answer, if that is what it gets. */
  static: StaticAnswer | undefined;
  /** Whether `100 Continue` has been sent. */
  continued = false;
  /** Whether the connection ends after this answer. */
  last = false;
  route: string | undefined;
  status = 0;
  responseBodyBytes = 0;
  receivedAt: number;
  startedAt = 0;
  firstByteAt = 0;
  finishedAt = 0;
  readonly #proxies: TrustedProxies | undefined;
  #client: ForwardedClient | undefined;
  #id: string | undefined;
  #offer: Offer | undefined;
  #sent: Deferred<void> | undefined;
  #trailers: Deferred<Headers> | undefined;
  #trailerFields: readonly (readonly [string, string])[] | Error | undefined;

  /** An exchange whose head was complete at `receivedAt`. */
  constructor(
    connection: ConnectionRecord,
    head: RequestHead,
    body: IncomingBody | undefined,
    receivedAt: number,
    proxies: TrustedProxies | undefined,
  ) {
    this.#proxies = proxies;
    this.#client = undefined;
    this.connection = connection;
    this.head = head;
    this.body = body;
    this.request = undefined;
    this.answer = undefined;
    this.static = undefined;
    this.route = undefined;
    this.receivedAt = receivedAt;
    this.#id = undefined;
    this.#offer = undefined;
    this.#sent = undefined;
    this.#trailers = undefined;
    this.#trailerFields = undefined;
  }

  get method(): string {
    return this.head.method;
  }
  get target(): string {
    return this.head.target;
  }
  get protocol(): "HTTP/1.0" | "HTTP/1.1" {
    return this.head.flags & FLAG.http10 ? "HTTP/1.0" : "HTTP/1.1";
  }
  get requestBodyBytes(): number {
    return this.body?.received ?? 0;
  }
  get remoteAddress(): SocketAddress {
    return this.connection.remoteAddress;
  }
  get localAddress(): SocketAddress {
    return this.connection.localAddress;
  }
  get tls(): TlsState | undefined {
    return this.connection.tls;
  }
  get client(): ForwardedClient {
    return this.#client ??= clientOf(this.#proxies, this.remoteAddress, this.head);
  }
  get requestId(): string {
    return this.#id ??= ids.pick(this.head.get("x-request-id"));
  }
  get upgrade(): Offer | undefined {
    if (!(this.head.flags & FLAG.upgrade) || this.head.hasBody) return undefined;
    return this.#offer ??= offerOf(this.head);
  }
  get responseSent(): Promise<void> {
    this.#sent ??= deferred();
    if (this.state === "finished") this.#sent.resolve();
    return this.#sent.promise;
  }
  get trailers(): Promise<Headers> {
    if (this.#trailers === undefined) {
      this.#trailers = deferred();
      this.#trailers.promise.catch(() => {});
      if (this.body === undefined) this.#trailerFields = [];
      this.#settleTrailers();
    }
    return this.#trailers.promise;
  }

  header(name: string): string | undefined {
    return this.head.get(name);
  }

  /** Whether the body was cut off, so that a handler that wanted it had to fail. */
  get bodyFailed(): boolean {
    return this.#trailerFields instanceof Error;
  }

  /** It is over: its answer has been written, or never will be. */
  finish(now: number): void {
    this.state = "finished";
    this.finishedAt = now;
    this.#sent?.resolve();
  }

  /** The body has ended, with these trailers; or it never will. */
  endBody(trailers: readonly (readonly [string, string])[] | Error): void {
    if (this.#trailerFields !== undefined) return;
    this.#trailerFields = trailers;
    if (trailers instanceof Error) this.body?.fail(trailers);
    else this.body?.end();
    this.#settleTrailers();
  }

  #settleTrailers(): void {
    const fields = this.#trailerFields;
    if (this.#trailers === undefined || fields === undefined) return;
    if (fields instanceof Error) this.#trailers.reject(fields);
    else this.#trailers.resolve(new LightHeaders(fields as [string, string][]));
  }
}
