import { assertKnownOptions } from "../base/options.ts";
import { HttpError } from "./http_error.ts";
import type { Reply } from "./reply.ts";
import { EVENT_STREAM_HEADERS, formatEvent } from "./sse.ts";
import { StreamReply, StreamWriter } from "./stream.ts";

/** How tokens are written. */
export interface LlmOptions {
  /** `text`: the token itself. `json`: chunks as OpenAI's chat completions have them. Default `text`. */
  readonly mode?: "text" | "json";
  /** The model's name in JSON chunks. Default `model`. */
  readonly model?: string;
  /** The completion's id in JSON chunks. Default a random one. */
  readonly id?: string;
  /** The clock, in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
}

/** What a token stream's function writes to. */
export class LlmWriter extends StreamWriter {
  readonly #options: LlmOptions;
  readonly #id: string;
  readonly #created: number;

  /** Made by the helper. */
  constructor(options: LlmOptions) {
    super();
    this.#options = options;
    this.#id = options.id ?? `chatcmpl-${crypto.randomUUID()}`;
    this.#created = Math.floor((options.now ?? Date.now)() / 1000);
  }

  /** Writes a token. */
  async token(text: string): Promise<void> {
    const data = this.#options.mode === "json" ? this.#chunk({ content: text }, null) : text;
    await this.write(formatEvent({ data }));
  }

  /**
   * Writes an event beside the tokens.
   *
   * @param name Its name.
   * @param data Its data; what is no text is written as JSON.
   * @param id Its id.
   * @throws {TypeError} For a CR, LF or NUL in the name or id.
   */
  async event(name: string, data: unknown, id?: string): Promise<void> {
    await this.write(
      formatEvent({ event: name, data, ...(id === undefined ? {} : { id }) }),
    );
  }

  /** The end; for the helper. */
  async done(): Promise<void> {
    const last = this.#options.mode === "json"
      ? formatEvent({ data: this.#chunk({}, "stop") })
      : "";
    await this.write(last + "data: [DONE]\n\n");
  }

  #chunk(
    delta: { readonly content?: string },
    finishReason: "stop" | null,
  ): unknown {
    return {
      id: this.#id,
      object: "chat.completion.chunk",
      created: this.#created,
      model: this.#options.model ?? "model",
      choices: [{ index: 0, delta, finish_reason: finishReason }],
    };
  }
}

/**
 * Answers with a language model's tokens as they come. The end writes `data: [DONE]`; a failure
 * writes `event: error` instead, with the detail of an `HttpError` and nothing of other errors.
 *
 * @param write Writes the tokens.
 * @param options Text or JSON.
 * @returns The reply.
 * @throws {TypeError} For an option that is not known.
 */
export function llm(
  write: (writer: LlmWriter) => unknown,
  options: LlmOptions = {},
): Reply {
  assertKnownOptions(options, ["mode", "model", "id", "now"], "llm()");
  return new StreamReply(
    () => new LlmWriter(options),
    async (writer, c) => {
      try {
        await write(writer);
      } catch (error) {
        if (writer.signal.aborted) throw error;
        const isOurs = error instanceof HttpError;
        if (!isOurs) {
          c.host.log(error, { during: "stream", path: c.routePath });
        }
        const message = isOurs ? error.detail : "Internal Server Error";
        return await writer.event("error", { message });
      }
      await writer.done();
    },
    { ...EVENT_STREAM_HEADERS },
  );
}
