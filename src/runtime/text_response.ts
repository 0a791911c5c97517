/**
 * Responses of a text, made the cheapest way of the runtime. Node's `Response` makes a stream of its
 * body at once: 4 of the 5 µs that one costs, for a stream that nobody reads where the host or the
 * test asks for `text()`. There it is made when it is touched; elsewhere the constructor does that
 * by itself.
 *
 * @module
 */

/** What a response of a text is made with. */
export interface TextInit {
  /** The status. */
  readonly status: number;
  /** The header fields. */
  readonly headers: HeadersInit;
}

const Native: typeof Response = globalThis.Response;

/** The runtime's own response of a late one's text, which answers for the body from now on. */
let touch: (late: LateResponse) => Response;

/**
 * A response of a text whose stream is made when it is touched. An instance of the runtime's class,
 * but with none of its state: who reaches past the public members finds an error there, where an
 * empty body would be taken for the answer.
 */
export class LateResponse {
  /** The status. */
  readonly status: number;
  /** The header fields. */
  readonly headers: Headers;
  readonly #text: string;
  #whole: Response | undefined;

  static {
    touch = (late) =>
      late.#whole ??= new Native(late.#text, { status: late.status, headers: late.headers });
  }

  /**
   * @param text The body.
   * @param init Its status, one that has a body, and header fields.
   */
  constructor(text: string, init: TextInit) {
    this.#text = text;
    this.status = init.status;
    this.headers = new Headers(init.headers);
    if (!this.headers.has("content-type")) {
      this.headers.set("content-type", "text/plain;charset=UTF-8");
    }
  }

  /** Whether the body has been read. */
  get bodyUsed(): boolean {
    return this.#whole?.bodyUsed ?? false;
  }

  /** A second response of the same. */
  clone(): Response {
    const copy = new LateResponse(this.#text, this);
    copy.#whole = this.#whole?.clone();
    return copy as unknown as Response;
  }
}

/** Members that are asked of the runtime's own; those that read a body are its methods. */
function borrow(): void {
  for (const name of Object.keys(Native.prototype) as "text"[]) {
    if (name in LateResponse.prototype) continue;
    Object.defineProperty(LateResponse.prototype, name, {
      get(this: LateResponse): unknown {
        const member: unknown = touch(this)[name];
        return typeof member === "function" ? member.bind(touch(this)) : member;
      },
    });
  }
  Object.setPrototypeOf(LateResponse.prototype, Native.prototype);
}

/** Whether this is Node with its own class: one that inherits from another is somebody else's. */
const isEager: boolean = !("Deno" in globalThis) && !("Bun" in globalThis) &&
  (globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } })
      .process?.versions?.node !== undefined &&
  Object.getPrototypeOf(Native.prototype) === Object.prototype;

if (isEager) borrow();

/**
 * A response of a text.
 *
 * @param text The body.
 * @param init Its status and header fields.
 * @returns The response.
 * @throws {TypeError} For a status that has no body.
 * @throws {RangeError} For one that is none.
 */
export const textResponse = (text: string, init: TextInit): Response =>
  // What stands in the place of the runtime's class (this project's server does that) is made by its own constructor.
  isEager && globalThis.Response === Native && hasBody(init.status)
    ? new LateResponse(text, init) as unknown as Response
    : new Response(text, init);

/** Whether responses of a status have a body; what is no status the constructor refuses. */
function hasBody(status: number): boolean {
  return status === 200 ||
    Number.isInteger(status) && status > 199 && status < 600 && ![204, 205, 304].includes(status);
}

/** Deno's own `Response`: its static `json` reads no header fields, which are the half of a small answer there. */
export const quickJson: typeof Response | undefined = "Deno" in globalThis ? Native : undefined;
