/** Answers that are known before the question: kept encoded, made anew when the date changes. @module */

import type { DateLine } from "./date.ts";
import { headerList, LightHeaders } from "./light_headers.ts";
import type { RequestHead } from "./request_head.ts";
import { CONTENT_LENGTH_BYTES, type ResponseHeads } from "./response_head.ts";

/** A response that is sent without a handler. */
export interface StaticResponse {
  /** Default `GET`, which answers HEAD too. */
  readonly method?: string;
  /** The path, as it stands in the request's target; a query is overlooked. */
  readonly path: string;
  /** Default 200. */
  readonly status?: number;
  /** Header fields. */
  readonly headers?: HeadersInit;
  /** Text or bytes; copied. Default none. */
  readonly body?: string | Uint8Array;
}

/** A static answer, encoded. */
export interface StaticAnswer {
  readonly path: string;
  readonly status: number;
  /** Bytes of the body. */
  readonly bodyBytes: number;
  /** Head and body, for a connection that stays. */
  bytes: Uint8Array;
  /** The head alone. */
  headBytes: Uint8Array;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
  dateVersion: number;
}

/** The static answers of a server. */
export class StaticRoutes {
  readonly #answers = new Map<string, StaticAnswer>();
  readonly #heads: ResponseHeads;
  readonly #date: DateLine;

  /** Encodes `responses`. */
  constructor(responses: readonly StaticResponse[], heads: ResponseHeads, date: DateLine) {
    this.#heads = heads;
    this.#date = date;
    for (const response of responses) this.#add(response);
  }

  /** The answer to a request, if there is one. */
  find(head: RequestHead): StaticAnswer | undefined {
    if (this.#answers.size === 0) return undefined;
    let answer = head.route as StaticAnswer | null | undefined;
    if (answer === undefined) answer = head.route = this.#lookUp(head);
    if (answer === null) return undefined;
    if (answer.dateVersion !== this.#date.version) this.#encode(answer);
    return answer;
  }

  #lookUp(head: RequestHead): StaticAnswer | null {
    const { path } = head;
    const query = path.indexOf("?");
    const method = head.method === "HEAD" ? "GET" : head.method;
    return this.#answers.get(`${method} ${query < 0 ? path : path.slice(0, query)}`) ?? null;
  }

  #add(response: StaticResponse): void {
    const { method = "GET", path, status = 200, headers, body = "" } = response;
    if (!path.startsWith("/") || /[?#]/.test(path)) {
      throw new TypeError(`Cannot serve static path "${path}": it is no path`);
    }
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(
        `Cannot serve static path "${path}": status ${status} is not 200 to 599`,
      );
    }
    const list = new LightHeaders(headers);
    for (const name of ["content-length", "transfer-encoding", "connection"]) {
      if (list.has(name)) {
        throw new TypeError(`Cannot serve static path "${path}": ${name} is the server's`);
      }
    }
    if (typeof body === "string" && body !== "" && !list.has("content-type")) {
      list.set("content-type", "text/plain;charset=UTF-8");
    }
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : new Uint8Array(body);
    if (bytes.length > 0 && hasNoBody(status)) {
      throw new TypeError(`Cannot serve static path "${path}": status ${status} has no body`);
    }
    const answer: StaticAnswer = {
      path,
      status,
      bodyBytes: bytes.length,
      bytes,
      headBytes: bytes,
      headers: headerList(list),
      body: bytes,
      dateVersion: 0,
    };
    this.#encode(answer);
    this.#answers.set(`${method} ${path}`, answer);
  }

  #encode(answer: StaticAnswer): void {
    const encoded = this.#heads.get(answer.status, "", answer.headers).bytes;
    const bodyless = hasNoBody(answer.status);
    const bytes = bodyless ? encoded.subarray(0, -CONTENT_LENGTH_BYTES) : encoded;
    const end = bodyless ? "\r\n" : `${answer.body.length}\r\n\r\n`;
    const head = new Uint8Array(bytes.length + end.length);
    head.set(bytes);
    for (let i = 0; i < end.length; i++) head[bytes.length + i] = end.charCodeAt(i);
    const all = new Uint8Array(head.length + answer.body.length);
    all.set(head);
    all.set(answer.body, head.length);
    answer.bytes = all;
    answer.headBytes = head;
    answer.dateVersion = this.#date.version;
  }
}

/** RFC 9110 §8.6: such an answer says no length either. */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}
