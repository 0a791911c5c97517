/** Names for requests, so that a line of a log finds the others about the same request. @module */

import type { RequestHead } from "./request_head.ts";

/** 1 to 128 characters that need no escape in a log, a header, a URL's path or a shell's word. */
const SANE = /^[A-Za-z0-9._-]{1,128}$/;

/** Whether an id that came with a request may be used as it is. */
export function isSaneRequestId(id: string): boolean {
  return SANE.test(id);
}

/**
 * Makes ids: eight random bytes a maker, then a count. Unique among processes, and cheap: the
 * random bytes are drawn once. Not a secret: the next one can be guessed.
 */
export class RequestIds {
  readonly #prefix: string;
  #count = 0;

  /** @param random Eight bytes. Default from the runtime's generator. */
  constructor(random: Uint8Array = crypto.getRandomValues(new Uint8Array(8))) {
    this.#prefix = Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("") + "-";
  }

  /** The next id. */
  next(): string {
    return this.#prefix + (this.#count++).toString(36);
  }

  /** The id a client sent in `X-Request-Id`, if it is sane, else a new one. */
  pick(given: string | null | undefined): string {
    return given && isSaneRequestId(given) ? given : this.next();
  }
}

let ids: RequestIds | undefined;

/** The id of a request. */
export function requestIdOf(head: RequestHead): string {
  ids ??= new RequestIds();
  return ids.pick(head.get("x-request-id"));
}
