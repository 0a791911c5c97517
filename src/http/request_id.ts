/** Names for requests, so that a line of a log finds the others about the same request. @module */

/** The longest id taken from a client: a UUID is 36, a W3C trace context 55. */
const MAX_REQUEST_ID_LENGTH = 128;

/** Characters that need no escape in a log, a header, a URL path or a shell word. */
const SANE = /^[A-Za-z0-9._-]+$/;

/** Whether an id that came with a request may be used as it is. */
export function isSaneRequestId(id: string): boolean {
  return id.length > 0 && id.length <= MAX_REQUEST_ID_LENGTH && SANE.test(id);
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
