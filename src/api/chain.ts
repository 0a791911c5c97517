/**
 * Hot path: runs a route within its middleware, by the rules of Hono's own `compose`. That one
 * makes two promises more a request, and calls every route that matches; here it is the middleware,
 * and the one route that answers.
 *
 * @module
 */

import type { HonoContext } from "./hono_types.ts";
import type { Found } from "./route_table.ts";

// In Hono's words, by which it is known.
const NOT_FINALIZED =
  "Context is not finalized. Did you forget to return a Response object or `await next()`?";

/** Who runs chains. */
export interface ChainHost {
  /** Asks the route. */
  answer(c: HonoContext, found: Found): Response | Promise<Response>;
  /** Answers an error, as `onError` of Hono's app has it. */
  fail(error: Error, c: HonoContext): Response | Promise<Response>;
  /** Answers what was thrown where nobody catches it. */
  lose(thrown: unknown, c: HonoContext): Promise<Response>;
}

/** One request's way through middleware to its route. */
export class Chain {
  readonly #host: ChainHost;
  readonly #c: HonoContext;
  readonly #found: Found;
  #begun = -1;

  /**
   * @param host Who runs it.
   * @param c Hono's context.
   * @param found The route, and what matches beside it.
   */
  constructor(host: ChainHost, c: HonoContext, found: Found) {
    this.#host = host;
    this.#c = c;
    this.#found = found;
  }

  /** Answers; it never rejects. */
  async run(): Promise<Response> {
    const c = this.#c;
    try {
      try {
        this.#take(await this.#middleware(this.#enter(0)));
      } catch (thrown) {
        await this.#takeFailure(thrown);
      }
      if (c.finalized) return c.res;
      throw new Error(NOT_FINALIZED);
    } catch (thrown) {
      return await this.#host.lose(thrown, c);
    }
  }

  /** What `next()` does. */
  #next(from: number): Promise<void> {
    if (from <= this.#begun) return Promise.reject(new Error("next() called multiple times"));
    const i = this.#enter(from);
    if (i < this.#found.at) return this.#settle(() => this.#middleware(i));
    try {
      const response = this.#host.answer(this.#c, this.#found);
      if (response instanceof Promise) return this.#settle(() => response);
      this.#take(response);
      return Promise.resolve();
    } catch (thrown) {
      return this.#settle(() => Promise.reject(thrown));
    }
  }

  /** The next that is asked: a route that matches as well is not. */
  #enter(from: number): number {
    const { at, matched: [list] } = this.#found;
    let i = from;
    while (i < at && typeof list[i]![0][2] === "object") i++;
    this.#begun = from;
    this.#c.req.routeIndex = i;
    return i;
  }

  #middleware(i: number): Promise<Response | undefined> {
    const [[handler]] = this.#found.matched[0][i]!;
    return handler(this.#c, () => this.#next(i + 1));
  }

  async #settle(ask: () => Promise<Response | undefined>): Promise<void> {
    try {
      this.#take(await ask());
    } catch (thrown) {
      await this.#takeFailure(thrown);
    }
  }

  #take(response: Response | undefined): void {
    if (response && !this.#c.finalized) this.#c.res = response;
  }

  async #takeFailure(thrown: unknown): Promise<void> {
    if (!(thrown instanceof Error)) throw thrown;
    this.#c.error = thrown;
    const response = await this.#host.fail(thrown, this.#c);
    if (response) this.#c.res = response;
  }
}
