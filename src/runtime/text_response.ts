/**
 * Responses of a text, made the cheapest way of the runtime. Node's `Response` makes a stream of its
 * body at once: 4 of the 5 µs that one costs, for a stream that nobody reads where the host or the
 * test asks for `text()`. There it is made when it is touched; elsewhere the constructor does that
 * by itself.
 *
 * @module
 */

/** Statuses whose responses must not have a body: the constructor says so. */
const NULL_BODY_STATUS: readonly (number | undefined)[] = [204, 205, 304];

const Native: typeof Response = globalThis.Response;

/** The runtime's own response with the body of a late one; from here on everything goes through that. */
let touch: (late: LateResponse) => Response;

/** A response of a text whose stream is made when it is touched. An instance of the runtime's class. */
export class LateResponse extends Native {
  readonly #text: string;
  #whole: Response | undefined;

  static {
    touch = (late) => late.#whole ??= new Native(late.#text, { headers: late.headers });
  }

  /**
   * @param text The body.
   * @param init As for `Response`; the status must be one that has a body.
   */
  constructor(text: string, init: ResponseInit) {
    super(null, init);
    this.#text = text;
  }

  override get body(): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    return touch(this).body;
  }

  override get bodyUsed(): boolean {
    return this.#whole?.bodyUsed ?? false;
  }

  override clone(): Response {
    const copy = new LateResponse(this.#text, this);
    copy.#whole = touch(this).clone();
    return copy;
  }
}

/** The ways to read a body; `bytes` is not everywhere. */
const READS = ["arrayBuffer", "blob", "bytes", "formData", "json", "text"] as const;

for (const read of READS) {
  if (!(read in Native.prototype)) continue;
  Object.defineProperty(LateResponse.prototype, read, {
    value(this: LateResponse): unknown {
      return touch(this)[read]();
    },
  });
}

/** Whether this is Node with its own class: one that inherits from another is somebody else's. */
const isEager: boolean = !("Deno" in globalThis) && !("Bun" in globalThis) &&
  (globalThis as { readonly process?: { readonly versions?: { readonly node?: string } } })
      .process?.versions?.node !== undefined &&
  Object.getPrototypeOf(Native.prototype) === Object.prototype;

/**
 * A response of a text.
 *
 * @param text The body.
 * @param init As for `Response`.
 * @returns The response.
 * @throws {TypeError} For a status that has no body.
 */
export const textResponse: (text: string, init: ResponseInit) => Response = isEager
  ? (text, init) =>
    // What stands in the place of the runtime's class (this project's server does that) is made by its own constructor.
    globalThis.Response !== Native || NULL_BODY_STATUS.includes(init.status)
      ? new Response(text, init)
      : new LateResponse(text, init)
  : (text, init) => new Response(text, init);

/** Deno's own `Headers`: a response copies one field by field, at 2 to 3 times what an object's fields cost. */
export const slowHeaders: typeof Headers | undefined = "Deno" in globalThis
  ? globalThis.Headers
  : undefined;
